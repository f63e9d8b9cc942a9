/** Of each message: what it must look like, who may send it, and what a sender does whose answer is lost. Pure. */
import * as v from 'valibot';
import { ERROR_PARAMETERS, type ErrorCode, type ErrorRecord } from '../errors.ts';
import { INPUT_FORMATS, OUTPUT_FORMATS } from '../image/inspection.ts';
import { TRAIT_CODES, type Trait } from '../image/traits.ts';
import { MAX_ADDRESS } from '../model/kept-origin.ts';
import type { JobId, Origin, SourceFacts, ViewId } from '../model/job.ts';
import { NOTE_CODES, type Note, type Receipt } from '../model/receipt.ts';
import { recipeSchema } from '../model/recipe.ts';
import { STEPS } from '../pipeline/steps.ts';
import type { ListedReference } from './page-list.ts';
import { LONGEST_DISPOSITION } from './page-reader.ts';
import type { EngineEvent, EngineJob, MessageData, MessageType, PageReadRequest, StartRequest } from './messages.ts';

export interface MessageRule<Data> {
  readonly data: v.GenericSchema<unknown, Data>;
  /** documents: the extension's own. pages: its scripts in pages too, which may be no more than what somebody else runs in their world. */
  readonly from: 'documents' | 'pages';
  /**
   * What follows when the receiver died before it answered. repeat: the message is sent again, since heard twice it does
   * no more than heard once. once: what it needs, such as a person's click, is gone; the sender hears that it failed.
   */
  readonly lost: 'repeat' | 'once';
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
const isUuid = (value: unknown): boolean => typeof value === 'string' && UUID.test(value);
const jobId = v.custom<JobId>(isUuid, 'no id of a job');
const viewId = v.custom<ViewId>(isUuid, 'no id of a view');
const text = (longest: number): v.GenericSchema<string> => v.pipe(v.string(), v.maxLength(longest));
const count = v.pipe(v.number(), v.minValue(0));
const attempt = v.pipe(v.number(), v.integer(), v.minValue(1));
const parameters = v.record(text(100), v.union([text(10_000), v.number()]));

/** A batch as large as a person can make one; what a view sends at once is far less. */
const MOST = 100_000;
const listOf = <T>(item: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T[]> =>
  v.pipe(v.array(item), v.maxLength(MOST));

const isErrorCode = (value: unknown): boolean => typeof value === 'string' && Object.hasOwn(ERROR_PARAMETERS, value);
const error: v.GenericSchema<unknown, ErrorRecord> = v.strictObject({
  code: v.custom<ErrorCode>(isErrorCode, 'no code of an error'),
  parameters,
});

const inputFormat = v.picklist(INPUT_FORMATS);
const note: v.GenericSchema<unknown, Note> = v.strictObject({
  kind: v.picklist(['lost', 'kept', 'info']),
  code: v.picklist(NOTE_CODES),
  parameters: v.exactOptional(parameters),
});
const trait: v.GenericSchema<unknown, Trait> = v.strictObject({
  code: v.picklist(TRAIT_CODES),
  parameters: v.exactOptional(parameters),
});
const source: v.GenericSchema<unknown, SourceFacts> = v.looseObject({
  format: inputFormat,
  bytes: count,
  width: count,
  height: count,
  traits: v.exactOptional(v.array(trait)),
  losses: v.exactOptional(v.array(note)),
});
const receipt: v.GenericSchema<unknown, Receipt> = v.looseObject({
  input: v.looseObject({
    format: inputFormat,
    bytes: count,
    width: count,
    height: count,
    traits: v.exactOptional(v.array(trait)),
  }),
  output: v.looseObject({ format: inputFormat, bytes: count, width: count, height: count }),
  outcome: v.picklist(['smaller', 'original', 'grown']),
  milliseconds: count,
  look: v.exactOptional(v.number()),
  rivals: v.exactOptional(v.array(v.strictObject({ format: inputFormat, bytes: count, atLeast: v.boolean() }))),
  codec: v.nullable(
    v.looseObject({
      format: v.picklist(OUTPUT_FORMATS),
      encoder: text(100),
      options: v.record(text(100), v.union([v.number(), v.boolean(), text(100)])),
    }),
  ),
  notes: v.array(note),
});

const address = text(MAX_ADDRESS.image);
const origin: v.GenericSchema<unknown, Origin> = v.variant('kind', [
  v.strictObject({
    kind: v.literal('page'),
    url: address,
    pageUrl: text(MAX_ADDRESS.page),
    pageTitle: text(MAX_ADDRESS.title),
    tabId: v.pipe(v.number(), v.integer()),
    frameId: v.pipe(v.number(), v.integer()),
    frameUrl: v.exactOptional(text(MAX_ADDRESS.page)),
    chosenAs: v.nullable(v.picklist(['focused', 'only', 'largest'])),
  }),
  v.strictObject({ kind: v.literal('url'), url: address }),
  v.strictObject({ kind: v.literal('file'), name: text(MAX_ADDRESS.name), folder: text(MAX_ADDRESS.folder) }),
  v.strictObject({ kind: v.literal('clipboard'), name: text(MAX_ADDRESS.name) }),
]);

const tab = v.pipe(v.number(), v.integer());
const run = { id: jobId, attempt };
const view = v.nullable(text(100));
const startRequest: v.GenericSchema<unknown, StartRequest> = v.strictObject({
  id: jobId,
  origin,
  recipe: recipeSchema,
  delivery: v.picklist(['download', 'hold']),
  name: text(MAX_ADDRESS.name),
  createdAt: count,
  view,
  error: v.nullable(error),
});
const engineJob: v.GenericSchema<unknown, EngineJob> = v.strictObject({
  ...run,
  recipe: recipeSchema,
  steps: v.boolean(),
  image: v.nullable(
    v.strictObject({
      url: address,
      frameUrl: text(MAX_ADDRESS.page),
      inPage: v.boolean(),
      from: v.exactOptional(v.strictObject({ tabId: tab, frameId: tab, begun: v.nullable(text(100)) })),
      access: v.picklist(['host', 'tab', 'none']),
    }),
  ),
  view,
});
const engineEvent: v.GenericSchema<unknown, EngineEvent> = v.variant('kind', [
  v.strictObject({ ...run, kind: v.literal('acquiring') }),
  v.strictObject({ ...run, kind: v.literal('inspected'), source }),
  v.strictObject({ ...run, kind: v.literal('started'), source }),
  v.strictObject({ ...run, kind: v.literal('step'), step: v.picklist(STEPS) }),
  v.strictObject({
    ...run,
    kind: v.literal('done'),
    receipt,
    contentDisposition: v.nullable(text(LONGEST_DISPOSITION)),
    url: v.exactOptional(v.pipe(text(200), v.startsWith('blob:'))),
  }),
  v.strictObject({
    ...run,
    kind: v.literal('failed'),
    error,
    source: v.nullable(source),
    pixels: v.exactOptional(v.boolean()),
  }),
]);

const nothing = v.optional(v.null()) as v.GenericSchema<unknown, undefined>;
const ofJob = v.strictObject({ id: jobId });
const ofJobs = v.strictObject({ ids: listOf(jobId) });
const pageRead: v.GenericSchema<unknown, PageReadRequest> = v.strictObject({
  id: jobId,
  by: v.picklist(['page', 'worker']),
  reading: text(100),
  cache: v.picklist(['force-cache', 'no-cache', 'default']),
  credentials: v.picklist(['same-origin', 'include', 'omit']),
  accept: text(500),
  pace: v.strictObject({ silence: count, leastBytes: count }),
});
const listed: v.GenericSchema<unknown, ListedReference> = v.strictObject({
  frameId: tab,
  frameUrl: text(2_100_000),
  reference: count,
  url: text(10_000),
  largest: v.optional(v.boolean()),
});
const preview = { id: jobId, view: viewId, recipe: recipeSchema };

function rule<Data>(
  data: v.GenericSchema<unknown, Data>,
  { from = 'documents', lost = 'repeat' }: Partial<Omit<MessageRule<Data>, 'data'>> = {},
): MessageRule<Data> {
  return { data, from, lost };
}

export const MESSAGE_RULES: { readonly [K in MessageType]: MessageRule<MessageData<K>> } = {
  vaultKey: rule(nothing),
  retentionSettings: rule(nothing),
  engineEvents: rule(v.strictObject({ events: listOf(engineEvent) })),
  readInPage: rule(pageRead),
  measureInPage: rule(ofJob),
  stopReadingInPage: rule(ofJob),
  addRequestRule: rule(ofJob),
  removeRequestRule: rule(v.strictObject({ rule: v.pipe(count, v.integer()) })),
  engineIdle: rule(nothing),
  startJobs: rule(v.strictObject({ jobs: listOf(startRequest) })),
  listPage: rule(v.strictObject({ tabId: tab })),
  thumbnail: rule(v.strictObject({ tabId: tab, image: listed }), { lost: 'once' }),
  // Heard twice it would begin everything twice.
  compressListed: rule(v.strictObject({ tabId: tab, images: listOf(listed), recipe: recipeSchema }), { lost: 'once' }),
  saveJob: rule(ofJob, { from: 'pages' }),
  saveJobs: rule(v.strictObject({ jobs: listOf(v.strictObject({ id: jobId, fileName: text(4096) })) })),
  resultsWritten: rule(v.strictObject({ jobs: listOf(v.strictObject({ id: jobId, fileName: text(4096) })) })),
  retryJob: rule(v.strictObject({ ...run, recipe: v.optional(recipeSchema), ownRecipe: v.optional(v.boolean()) })),
  cancelJob: rule(ofJob, { from: 'pages' }),
  renameJob: rule(v.strictObject({ id: jobId, stem: text(1000) })),
  dismissJobs: rule(ofJobs),
  purgeItem: rule(v.strictObject({ id: text(200) })),
  purgeAll: rule(nothing),
  deleteEverything: rule(nothing),
  ensureEngine: rule(nothing),
  applyPreview: rule(v.strictObject({ ...preview, receipt })),
  closePreview: rule(v.strictObject({ id: jobId, view: viewId })),
  saveAsShown: rule(ofJob, { from: 'pages', lost: 'once' }),
  allowAndRetry: rule(v.strictObject({ id: jobId, url: address }), { from: 'pages', lost: 'once' }),
  allowAllAndRetry: rule(ofJob, { from: 'pages', lost: 'once' }),
  allowAndLook: rule(v.strictObject({ tabId: tab, url: address }), { from: 'pages', lost: 'once' }),
  imagePicked: rule(
    v.strictObject({
      token: text(100),
      tabId: tab,
      frameId: tab,
      pick: v.nullable(v.strictObject({ reference: count, largest: v.boolean(), frameUrl: text(2_100_000) })),
    }),
    { from: 'pages' },
  ),
  useInPage: rule(v.strictObject({ id: jobId, tabId: tab }), { lost: 'once' }),
  undoUpload: rule(v.strictObject({ tabId: tab, frameId: tab, reference: count }), { from: 'pages' }),
  // What is lost, the page lets go of.
  uploadsHeld: rule(nothing, { from: 'pages', lost: 'once' }),
  watchUploads: rule(v.strictObject({ tabId: tab, url: address }), { from: 'pages', lost: 'once' }),
  unwatchUploads: rule(v.strictObject({ tabId: tab, url: address }), { from: 'pages' }),
  showSaved: rule(ofJob, { from: 'pages', lost: 'once' }),
  undoSaved: rule(ofJob, { from: 'pages', lost: 'once' }),
  compareSaved: rule(ofJob, { from: 'pages', lost: 'once' }),
  saveAs: rule(v.strictObject({ id: jobId, format: v.picklist(OUTPUT_FORMATS) }), { from: 'pages', lost: 'once' }),
  toastLost: rule(
    v.strictObject({
      tabId: tab,
      sentence: text(10_000),
      tone: v.picklist(['busy', 'done', 'error', 'cancelled', 'notice']),
    }),
    { from: 'pages' },
  ),
  runJobs: rule(v.strictObject({ jobs: listOf(engineJob) })),
  cancelRuns: rule(ofJobs),
  runningJobs: rule(nothing),
  openResult: rule(ofJob),
  closeResults: rule(ofJobs),
  clickLink: rule(v.strictObject({ url: text(200), fileName: text(4096) }), { lost: 'once' }),
  previewJob: rule(v.strictObject(preview)),
  displayPart: rule(v.strictObject({ id: jobId, view: viewId, of: v.picklist(['source', 'result', 'tried']) })),
  cancelPreview: rule(v.strictObject({ view: viewId })),
};

/** The part of `runtime.MessageSender` that is looked at; the browser fills it in, not the sender. */
export interface Sender {
  readonly id?: string | undefined;
  readonly url?: string | undefined;
  readonly origin?: string | undefined;
  /** Of a script in a page. */
  readonly tab?: { readonly id?: number | undefined } | undefined;
  readonly frameId?: number | undefined;
}

/**
 * @param data as it came, of whatever form: where a page's script names a tab, it must be its own
 * @param own the extension's id, and its address with a '/' at the end
 */
export function maySend(
  type: MessageType,
  data: unknown,
  sender: Sender,
  own: { readonly id: string; readonly root: string },
): boolean {
  if (sender.id !== own.id) return false;
  const origin = own.root.slice(0, -1);
  const isDocument =
    sender.url?.startsWith(own.root) === true && (sender.origin === undefined || sender.origin === origin);
  return isDocument || (MESSAGE_RULES[type].from === 'pages' && namesNoOtherTab(data, sender));
}

function namesNoOtherTab(data: unknown, { tab }: Sender): boolean {
  if (typeof data !== 'object' || data === null || !('tabId' in data)) return true;
  return tab?.id !== undefined && data.tabId === tab.id;
}
