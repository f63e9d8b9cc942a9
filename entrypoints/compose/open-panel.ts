/** A panel in a real extension page: its stores, its ways in and out, and the component over them. */
import { mount } from 'svelte';
import { browser } from 'wxt/browser';
import { LiveJobs } from '../../components/live-jobs.svelte.ts';
import { Live } from '../../components/live.svelte.ts';
import { untilNextText } from '../../components/remaining.ts';
import { FolderWork } from '../../components/folder/folder-work.svelte.ts';
import Panel from '../../components/panel/Panel.svelte';
import { assignedShortcuts } from '../../lib/platform/assigned-shortcuts.ts';
import { canWriteFolders, chooseFolder, mayWriteTo } from '../../lib/platform/folder-access.ts';
import { DEFAULT_RECIPE } from '../../lib/core/model/recipe.ts';
import { mediaTypeOf } from '../../lib/core/image/format-facts.ts';
import type { InputFormat } from '../../lib/core/image/inspection.ts';
import { createIntakeNote } from '../../lib/storage/intake-note.ts';
import { vaultId, type Job, type JobId } from '../../lib/core/model/job.ts';
import { PLAIN_TEMPLATE, savedAlone } from '../../lib/core/naming/result-names.ts';
import { send } from '../../lib/platform/messaging.ts';
import { onPurgeCall, takingIn } from '../../lib/storage/purge-call.ts';
import { openStores, runningOf } from '../../lib/storage/stores.ts';
import { texts, translate } from '../../lib/platform/translate.ts';
import { watchLost } from '../../lib/storage/unfinished.ts';
import { sessionOpened } from '../../lib/storage/vault/session.ts';
import type { Vault } from '../../lib/storage/vault/vault.ts';
import { endedBefore } from './ended-before.ts';
import { jobSource } from './job-source.ts';
import { messagesOfTab } from './messages-of-tab.ts';
import { setPageLanguage } from './page-language.ts';
import { startTogether } from './start-together.ts';
import { panelActions } from './panel-actions.ts';
import type { Chosen } from '../../components/panel/chosen.ts';
import { withEarlyJobs } from '../../components/panel/early-jobs.ts';
import { createDragOut } from '../../components/panel/drag-out.ts';
import { asChosen, handOver, isMuch, openAll, takeOver } from '../../components/panel/hand-over.ts';
import { Intake } from '../../components/panel/intake.svelte.ts';
import { LiveSettings } from '../../components/panel/live-settings.svelte.ts';
import type { Opening, PanelPlace } from '../../components/panel/panel-actions.ts';
import type { NoticeToShow } from '../../components/panel/notices.svelte.ts';
import { createVaultSpace } from '../../components/panel/vault-space.ts';
import { createThumbnails } from '../../components/panel/thumbnails.ts';

/** An image from the list to begin with: `workspace.html#compare=<id>`, `workspace.html#fit=<id>`. */
const OPENING = /^#(compare|fit)=([\w-]+)$/;

/** A limit for all together, in bytes: `workspace.html#total=<bytes>`. */
const TOTAL = /^#total=(\d+)$/;

/** The images of a tab in place of the list: `workspace.html#page=<tab>`. */
const OF_PAGE = /^#page=(\d+)$/;

/** ms: in a batch all that is held is read again for one line of text. */
const HELD_PAUSE = 500;

export function openPanel(place: PanelPlace, target: HTMLElement): void {
  setPageLanguage('extension_name');

  const stores = openStores({ running: () => runningOf(live.current ?? []) });
  const { session, vault } = stores;
  const live: LiveJobs = new LiveJobs(withEarlyJobs(jobSource(session)));
  const ofPage = place === 'workspace' ? OF_PAGE.exec(location.hash) : null;
  if (ofPage) {
    // Only where it is opened: a popup has to be there at once.
    void import('./open-page-images.ts').then(({ mountPageImages }) =>
      mountPageImages({ tabId: Number(ofPage[1]), target, live, settings: stores.settings.load }),
    );
    return;
  }
  const settings = new LiveSettings(stores.settings);
  const recipe = (): typeof DEFAULT_RECIPE => settings.current?.recipe ?? DEFAULT_RECIPE;
  const note = createIntakeNote(stores.notes, navigator.locks);
  let sessionOpen: Promise<void> | null = null;
  const opened = (): Promise<void> => (sessionOpen ??= sessionOpened(stores.key, () => send('vaultKey', undefined)));
  const whileTakingIn = takingIn(navigator.locks);
  const intake: Intake = new Intake({
    vault: {
      ...vault,
      async put(request, bytes) {
        await opened();
        return whileTakingIn(() => vault.put(request, bytes));
      },
    },
    recipe,
    now: Date.now,
    space: createVaultSpace({
      vault,
      finished: () =>
        new Set(
          (live.current ?? []).filter(({ state }) => state === 'ready' || state === 'unsaved').map(({ id }) => id),
        ),
    }),
    start: startTogether(
      (jobs) => send('startJobs', { jobs }),
      (id) => intake.isTakingIn(id),
    ),
    dismiss: (id) => send('dismissJobs', { ids: [id] }),
    view: note.view,
    changed: (left) => note.say(left),
  });
  onPurgeCall(() => intake.drop());
  let windowId: number | null = null;
  const find = (id: JobId): Job | undefined => live.current?.find((job) => job.id === id);
  const actions = panelActions({ place, vault, intake, recipe, session, find, windowId: () => windowId });
  const thumbnails = createThumbnails((id) => picturesOf(find(id), id, vault, intake));
  onPurgeCall(() => thumbnails.clear());
  const dragOut = createDragOut(
    (id) => vault.read(vaultId(id, 'result')),
    (job) => savedAlone(job, settings.current?.nameTemplate ?? PLAIN_TEMPLATE),
  );
  onPurgeCall(() => dragOut.drop());

  if (place === 'workspace') {
    takeOver((files) => {
      void intake.take(files);
      void toFront();
    });
  }

  async function bringIn(chosen: Iterable<Chosen> | AsyncIterable<Chosen>): Promise<void> {
    if (place !== 'popup') return intake.take(chosen);
    const files = await openAll(chosen);
    if (!isMuch(files)) return intake.take(asChosen(files));
    await handOver(
      files,
      () => void browser.tabs.create({ url: `${browser.runtime.getURL('/')}workspace.html`, active: false }),
    );
  }

  const folder =
    place === 'workspace'
      ? new FolderWork({
          access: { supported: canWriteFolders(), choose: chooseFolder, mayWrite: mayWriteTo },
          take: (files) => intake.take(files),
          chosen: (id) => intake.chosen(id),
          read: (id) => vault.read(vaultId(id, 'result')),
          written: (id, fileName) => send('resultsWritten', { jobs: [{ id, fileName }] }),
        })
      : null;

  let nowSeen = (): void => undefined;
  // What can wait until the rows are seen, waits: they are to be there in 100 ms.
  const seen = new Promise<void>((resolve) => {
    nowSeen = resolve;
  });
  void seen
    .then(() => browser.windows.getCurrent())
    .then(({ id }) => {
      windowId = id ?? null;
    });
  const draw = (): unknown =>
    mount(Panel, {
      target,
      props: {
        place,
        viewTexts: { t: translate, texts },
        live,
        intake,
        settings,
        actions,
        holdings: new Live({
          read: () => seen.then(vault.held),
          watch: vault.onChange,
          clock: stores.retentionClock.clock,
          pause: HELD_PAUSE,
          // Of all that is held the panel says when the first of it goes.
          untilChange(items, now) {
            const deadlines = items.map(({ deadline }) => deadline).filter((deadline) => deadline > now);
            return untilNextText(deadlines.length > 0 ? [Math.min(...deadlines)] : [], now);
          },
        }),
        bringIn,
        thumbnail: async (id: JobId, side: number, signal: AbortSignal) => {
          await seen;
          return thumbnails.of(id, side, signal);
        },
        folder,
        dragOut,
        // The codecs' facts and what draws: only where it is opened.
        compareService: async (id: JobId) =>
          (await import('../../components/compare/compare-service.ts')).createCompareService({ id, vault }),
        shortcuts: seen.then(() => assignedShortcuts(browser.commands, translate)),
        onnotice(say: (notice: NoticeToShow) => void) {
          const sayEnded = async (): Promise<void> =>
            (await endedBefore(stores)).forEach((text) => {
              say({ text });
            });
          void seen.then(opened).then(async () => {
            if (place === 'popup') (await messagesOfTab(stores)).forEach(say);
            watchLost(stores.notes, () => void sayEnded());
            await sayEnded();
          });
        },
        onpurged: onPurgeCall,
        onshown: () => {
          requestAnimationFrame(() => {
            // Measured by tests: from the navigation to the first frame with rows.
            performance.mark('panel-shown');
            setTimeout(nowSeen);
          });
          // A tab in the background has no frames.
          setTimeout(nowSeen, 500);
        },
        opening: openingOf(location.hash),
      },
    });
  // Once, with its rows: drawn without them first, all of it would be styled and laid out twice before it is seen.
  // Where they can't be read, or not soon, it is drawn all the same.
  const soon = new Promise((resolve) => setTimeout(resolve, 500));
  void Promise.race([live.known.catch(() => undefined), soon]).then(draw);
}

function openingOf(hash: string): Opening | null {
  const total = TOTAL.exec(hash)?.[1];
  if (total !== undefined) {
    // A tab that is loaded anew asks for nothing again.
    history.replaceState(null, '', location.pathname);
    return { view: 'total', bytes: Number(total) };
  }
  const [, view, id] = OPENING.exec(hash) ?? [];
  return view === undefined ? null : { view: view as 'compare' | 'fit', id: id as JobId };
}

async function toFront(): Promise<void> {
  const tab = await browser.tabs.getCurrent();
  if (tab?.id !== undefined) await browser.tabs.update(tab.id, { active: true });
}

/**
 * What a job's row may show of it, the best first. Until there is a result, the file that was chosen: to read that costs
 * nobody a decryption.
 */
async function* picturesOf(job: Job | undefined, id: JobId, vault: Vault, intake: Intake): AsyncGenerator<Blob> {
  const held = async (part: 'source' | 'result', format: InputFormat | null): Promise<Blob | null> => {
    const bytes = await vault.read(vaultId(id, part)).catch(() => null);
    return bytes && new Blob([bytes], format ? { type: mediaTypeOf(format) } : {});
  };
  const receipt = job && 'receipt' in job ? job.receipt : null;
  const result = receipt && (await held('result', receipt.output.format));
  if (result) yield result;
  const file = await intake.file(id);
  if (file) yield file;
  const source = await held(
    'source',
    receipt?.input.format ?? (job && 'source' in job ? (job.source?.format ?? null) : null),
  );
  if (source) yield source;
}
