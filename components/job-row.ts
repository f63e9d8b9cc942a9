/** What a row says of a job. */
import { saving, type Note, type Receipt } from '../lib/core/model/receipt.ts';
import type { ErrorCode, ErrorRecord } from '../lib/core/errors.ts';
import { MAX_SNIPPET_BYTES } from '../lib/core/texts/snippet.ts';
import type { Trait } from '../lib/core/image/traits.ts';
import type { Job, SourceFacts } from '../lib/core/model/job.ts';
import type { Tone } from '../lib/core/protocol/toast.ts';
import type { Pending } from './panel/intake.svelte.ts';
import type { ViewTexts } from './view-texts.ts';

/** What a person can ask for; `allow` asks for the permission to read the image's host first. */
export type JobAction = 'save' | 'retry' | 'allow' | 'cancel' | 'dismiss';
/** What more there is to do with one image, from its menu. */
export type MenuAction =
  | JobAction
  | 'use-in-page'
  | 'compare'
  | 'recipe'
  | 'rename'
  | 'details'
  | 'copy-png'
  | 'copy-data-uri'
  | 'copy-markdown'
  | 'copy-html';

export interface RowFact {
  /** What a narrow view leaves out: `1.2 MB → `. */
  readonly long: string;
  readonly short: string;
}

export interface RowView {
  readonly tone: Tone;
  /** In words, for whoever does not see the sign. */
  readonly state: string;
  readonly name: string;
  /** The saving in short, '' when there is none to tell. */
  readonly saving: string;
  readonly smaller: boolean;
  /** Sizes and formats, as far as they are known, the most wanted first: what has no room goes as a whole. */
  readonly facts: readonly RowFact[];
  /** Sentences: what went wrong and what to do, what was lost. */
  readonly sentences: readonly string[];
  /** In a line, '' for nothing special: what kind of image it is, and once it is done, what was removed and kept. */
  readonly summary: string;
  /** Nothing is done with it yet. */
  readonly waits: boolean;
  /** The state is among what is seen, in words. */
  readonly stateIsShown: boolean;
  /** What went wrong, and what to do, takes the place of the facts. */
  readonly noteReplacesFacts: boolean;
  /** There is more to read than the row has. */
  readonly unfolds: boolean;
  /** There is a result to be compared. */
  readonly compares: boolean;
  readonly hasMenu: boolean;
  /** What can be done with it. */
  readonly actions: readonly { readonly action: JobAction; readonly label: string }[];
  /** The button at the row's end. */
  readonly ending: { readonly action: 'cancel' | 'dismiss'; readonly label: string };
}

/** Errors that another try can mend as things are; after the others, the same would happen again. */
const WORTH_RETRYING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'http-status',
  'timed-out',
  'unreachable',
  'truncated',
  'corrupt',
  'codec-hung',
  'engine-stopped',
  'vault-full',
  'item-gone',
  'internal',
]);

/** A row with nothing special. */
const PLAIN = {
  sentences: [],
  summary: '',
  waits: false,
  stateIsShown: false,
  noteReplacesFacts: false,
  unfolds: false,
  compares: false,
  hasMenu: false,
  actions: [],
  saving: '',
  smaller: false,
} as const;

export function rowView(job: Job, viewTexts: ViewTexts): RowView {
  const { t, texts } = viewTexts;
  const name = 'fileName' in job ? job.fileName : job.name;
  const common = { ...PLAIN, name, state: t(`popup.state_${job.state}`) };
  const dismiss = { action: 'dismiss', label: t('popup.dismiss_named', [name]) } as const;
  switch (job.state) {
    case 'queued':
    case 'acquiring':
    case 'compressing': {
      const source = job.state === 'acquiring' ? null : job.source;
      const waits = job.state === 'queued';
      const { state } = common;
      return {
        ...common,
        tone: 'busy',
        waits,
        state,
        stateIsShown: true,
        facts: [fact(state), ...aheadFacts(job, source, viewTexts)],
        sentences: (source?.losses ?? []).map(texts.aheadText),
        summary: traitsLine(source, viewTexts),
        ending: { action: 'cancel', label: t('popup.cancel_named', [name]) },
      };
    }
    case 'saving':
      return {
        ...common,
        ...receiptView(job.receipt, viewTexts),
        tone: 'busy',
        unfolds: false,
        compares: false,
        ending: dismiss,
      };
    case 'saved':
      return {
        ...common,
        ...receiptView(job.receipt, viewTexts),
        tone: 'done',
        stateIsShown: true,
        facts: [fact(t(job.kept ? 'popup.state_saved' : 'panel.saved_purged'))],
        sentences: [],
        summary: '',
        unfolds: false,
        compares: false,
        hasMenu: false,
        ending: dismiss,
      };
    case 'ready':
      return {
        ...common,
        ...receiptView(job.receipt, viewTexts),
        tone: 'notice',
        ...(job.setback && { sentences: [setbackText(job.setback, viewTexts)] }),
        actions: [{ action: 'save', label: t('popup.save') }],
        ending: dismiss,
      };
    case 'unsaved':
      return {
        ...common,
        ...receiptView(job.receipt, viewTexts),
        tone: 'error',
        noteReplacesFacts: true,
        sentences: [texts.errorText(job.error)],
        summary: '',
        actions: [{ action: 'save', label: t('popup.save_again') }],
        ending: dismiss,
      };
    case 'cancelled':
      return {
        ...common,
        tone: 'cancelled',
        stateIsShown: true,
        facts: [fact(common.state), ...sourceFacts(job.source, viewTexts)],
        hasMenu: true,
        actions: [{ action: 'retry', label: t('popup.compress') }],
        ending: dismiss,
      };
    case 'failed':
      return {
        ...common,
        tone: 'error',
        noteReplacesFacts: true,
        unfolds: true,
        hasMenu: true,
        facts: sourceFacts(job.source, viewTexts),
        sentences: [failureText(job, viewTexts)],
        actions: wayOut(job, viewTexts),
        ending: dismiss,
      };
  }
}

/** Of an image that is not yet a job. */
export function pendingView({ name, state }: Pending, { t }: ViewTexts): RowView {
  const stateText =
    state === 'waiting'
      ? t('panel.waiting')
      : state === 'reading'
        ? t('panel.reading')
        : t(state === 'list-full' ? 'panel.list_full' : 'panel.no_room');
  return {
    ...PLAIN,
    tone: 'busy',
    name,
    state: stateText,
    facts: [fact(stateText)],
    waits: state !== 'reading',
    stateIsShown: true,
    ending: { action: 'cancel', label: t('popup.cancel_named', [name]) },
  };
}

/** What the row's menu offers, in its order; a stroke separates the groups. */
export function menuOf(
  job: Job,
  { t }: ViewTexts,
  /** The view stands beside a page. */
  besidePage = false,
): readonly (readonly { readonly action: MenuAction; readonly label: string }[])[] {
  const held = job.state === 'ready' || job.state === 'unsaved';
  const settled = held || job.state === 'failed' || job.state === 'cancelled';
  const compare = held ? ([{ action: 'compare', label: t('panel.compare') }] as const) : [];
  const recipe = settled ? ([{ action: 'recipe', label: t('panel.recipe_one') }] as const) : [];
  const rename = settled ? ([{ action: 'rename', label: t('panel.rename') }] as const) : [];
  const details = held ? ([{ action: 'details', label: t('panel.details') }] as const) : [];
  const copies = held ? ([{ action: 'copy-png', label: t('panel.copy_png') }] as const) : [];
  const snippets =
    held && job.receipt.output.bytes <= MAX_SNIPPET_BYTES
      ? ([
          { action: 'copy-data-uri', label: t('panel.copy_data_uri') },
          { action: 'copy-markdown', label: t('panel.copy_markdown') },
          { action: 'copy-html', label: t('panel.copy_html') },
        ] as const)
      : [];
  const save = held ? ([{ action: 'save', label: t('panel.save') }] as const) : [];
  const use = held && besidePage ? ([{ action: 'use-in-page', label: t('panel.use_in_page') }] as const) : [];
  const remove = [{ action: 'dismiss', label: t('panel.remove') }] as const;
  return [[...save, ...use, ...compare, ...recipe, ...rename, ...details], [...copies, ...snippets], remove].filter(
    (group) => group.length > 0,
  );
}

function wayOut(job: Job & { state: 'failed' }, { t }: ViewTexts): RowView['actions'] {
  const { code, parameters } = job.error;
  if (code === 'needs-permission' || code === 'permission-refused')
    return [{ action: 'allow', label: t('popup.allow', [String(parameters['host'] ?? '')]) }];
  return isWorthRetrying(job) ? [{ action: 'retry', label: t('popup.retry') }] : [];
}

/** Whether another try can go otherwise than the last. */
export function isWorthRetrying(job: Job): boolean {
  if (job.state !== 'failed' || !WORTH_RETRYING.has(job.error.code)) return false;
  // A site may send all of it the next time; a file has the same bytes again.
  return isOfSite(job) || (job.error.code !== 'truncated' && job.error.code !== 'corrupt');
}

/** Its bytes come from a server, which may send others the next time. */
function isOfSite({ origin }: Job): boolean {
  return origin.kind === 'page' || origin.kind === 'url';
}

/** For a file, advice about the page it came from would be wrong. */
function failureText(job: Job & { state: 'failed' }, { t, texts }: ViewTexts): string {
  const { error } = job;
  // An address that was pasted or dropped may be that of a page: the page's own advice would be wrong.
  if (job.origin.kind === 'url' && error.code === 'html-instead') return t('panel.page_address');
  if (isOfSite(job)) return texts.errorText(error);
  switch (error.code) {
    case 'empty-file':
      return t('panel.file_empty');
    case 'not-an-image':
      return t('panel.file_not_an_image');
    case 'html-instead':
      return t('panel.file_html');
    case 'truncated':
      return t('panel.file_truncated');
    case 'corrupt':
      return t('panel.file_corrupt');
    default:
      return texts.errorText(error);
  }
}

function receiptView(
  receipt: Receipt,
  viewTexts: ViewTexts,
): Pick<RowView, 'saving' | 'smaller' | 'facts' | 'sentences' | 'summary' | 'unfolds' | 'compares' | 'hasMenu'> {
  const { t, texts } = viewTexts;
  const { input, output, outcome } = receipt;
  return {
    saving: savingText(receipt, viewTexts),
    smaller: output.bytes < input.bytes,
    facts: [
      outcome === 'original'
        ? fact(texts.bytesText(output.bytes))
        : pair(texts.bytesText(input.bytes), texts.bytesText(output.bytes), t),
      pair(texts.formatLabel(input.format), texts.formatLabel(output.format), t),
    ],
    unfolds: true,
    compares: true,
    hasMenu: true,
    sentences: receipt.notes.filter(hasOwnSentence).map(texts.noteText),
    summary: texts.notesLine(inShort(receipt.notes)) || traitsLine(input, viewTexts),
  };
}

/** `Animated (12 pictures), GPS position` */
function traitsLine(source: { readonly traits?: readonly Trait[] } | null, { t, texts }: ViewTexts): string {
  const [first = '', ...rest] = texts.traitsText(source?.traits ?? []);
  return first.toLocaleUpperCase(t('language_tag')) + rest.join('');
}

/** A person may miss it, or wonder. */
function hasOwnSentence({ kind, code }: Note): boolean {
  return kind === 'lost' || code.startsWith('never-larger') || code === 'nothing-to-clean';
}

/** What is told in one line: what was taken out first, and nothing that makes no difference. */
function inShort(notes: readonly Note[]): Note[] {
  const isOfMetadata = ({ code }: Note): number => Number(code.startsWith('metadata'));
  return notes
    .filter((note) => !hasOwnSentence(note) && note.code !== 'profile-dropped-srgb')
    .sort((one, other) => isOfMetadata(other) - isOfMetadata(one));
}

function savingText(receipt: Receipt, { t, texts }: ViewTexts): string {
  const saved = saving(receipt);
  if (receipt.outcome === 'original') return t('popup.original');
  if (saved <= 0) return t('receipt.percent_larger', [texts.percentText(saved)]);
  return saved < 0.005 ? t('receipt.percent_barely') : t('receipt.percent_smaller', [texts.percentText(saved)]);
}

function sourceFacts(source: SourceFacts | null, { texts }: ViewTexts): RowFact[] {
  return source ? [fact(texts.bytesText(source.bytes)), fact(texts.formatLabel(source.format))] : [];
}

/** With the format that it will become, where the settings say that it changes. */
function aheadFacts({ recipe: { format } }: Job, source: SourceFacts | null, viewTexts: ViewTexts): RowFact[] {
  const { t, texts } = viewTexts;
  const changes = format !== 'same' && format !== 'auto' && format !== source?.format;
  if (!changes) return sourceFacts(source, viewTexts);
  return source
    ? [fact(texts.bytesText(source.bytes)), pair(texts.formatLabel(source.format), texts.formatLabel(format), t)]
    : [pair('', texts.formatLabel(format), t)];
}

/** `JPEG → AVIF` */
function pair(from: string, to: string, t: ViewTexts['t']): RowFact {
  return { long: from === to ? '' : t('panel.from', [from]), short: to };
}

function fact(short: string): RowFact {
  return { long: '', short };
}

/** Why the earlier result is still there. */
function setbackText(setback: ErrorRecord, { t, texts }: ViewTexts): string {
  return setback.code === 'cancelled' ? t('panel.kept_cancelled') : t('panel.kept_failed', [texts.errorText(setback)]);
}
