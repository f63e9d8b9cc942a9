/** Who may tell the extension what to do: each message, sent from each kind of context. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseMenuItem, inServiceWorker, openExtensionPage, readJobs, waitForJobs } from '../driver/index.ts';
import { SAMPLES } from '../unit/core/protocol/samples.ts';
import { image, openStage, photographAs, type Stage } from './stage.ts';

/**
 * By the message's type: whether it was heard, or null where nobody answered. What is refused ends as `internal`; another
 * error, of a job that is not there, is the answer of somebody who has heard.
 */
type Answers = Readonly<Record<string, boolean | null>>;
type Sent = readonly (readonly [type: string, data: unknown])[];

const FOR_PAGES = [
  'allowAllAndRetry',
  'allowAndLook',
  'allowAndRetry',
  'cancelJob',
  'compareSaved',
  'imagePicked',
  'saveAs',
  'saveAsShown',
  'saveJob',
  'showSaved',
  'toastLost',
  'undoSaved',
  'undoUpload',
  'unwatchUploads',
  'uploadsHeld',
  'watchUploads',
];
/** Here the browser would ask the person for a permission, and wait for the answer. */
const ASKS = ['allowAndRetry', 'allowAllAndRetry', 'allowAndLook', 'watchUploads'];
/** What ends what the others need comes last. */
const LAST = ['engineIdle', 'purgeAll', 'deleteEverything'];
const messages: Sent = Object.entries(SAMPLES).sort(([a], [b]) => LAST.indexOf(a) - LAST.indexOf(b));
const sendable = messages.filter(([type]) => !ASKS.includes(type));
const malformed: Sent = messages.map(([type]) => [
  type,
  { id: 'no id', ids: 'none', jobs: [{}], events: [{}], view: 7 },
]);
const unknown: Sent = [
  ['evaluate', { code: '1' }],
  ['constructor', null],
  ['', null],
];

let stage: Stage;
let page: Page;
let workspace: Page;
beforeAll(async () => {
  stage = await openStage();
  const photo = image(await photographAs('jpeg', { quality: 90 }, 300, 200), 'image/jpeg');
  const shown = await stage.show(stage.site.answer('photo.jpg', photo));
  page = shown.page();
  // The click lets the extension's scripts into the page.
  await chooseMenuItem(stage.browser, shown, 'Save as WebP');
  // Until it is saved and purged, its record changes.
  await waitForJobs(stage.browser, 1);
  workspace = await stage.browser.context.newPage();
  await workspace.goto(`chrome-extension://${stage.browser.extensionId}/workspace.html`);
});
afterAll(() => stage.close());

/** Runs where it is sent from; uses nothing from outside itself. */
async function sendEach(all: Sent): Promise<Answers> {
  const answers: Record<string, boolean | null> = {};
  for (const [type, data] of all) {
    const heard: Promise<{ res?: { ok: boolean; error?: { code: string } } } | undefined> = chrome.runtime.sendMessage({
      id: 0,
      type,
      data,
      timestamp: Date.now(),
    });
    answers[type] = await heard.then(
      (answer) =>
        typeof answer?.res?.ok === 'boolean' ? answer.res.ok || answer.res.error?.code !== 'internal' : null,
      () => null,
    );
  }
  return answers;
}

/** Of a script of the extension in the page, in the world that is its own, or in the page's. */
async function fromPage(world: 'ISOLATED' | 'MAIN', all: Sent): Promise<Answers | null> {
  await page.bringToFront();
  return inServiceWorker(
    stage.browser,
    async ({ sent, where }) => {
      const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
      const [injection] = await chrome.scripting.executeScript({
        target: { tabId: tab?.id ?? -1 },
        world: where,
        func: async (list: string) => {
          if (typeof chrome === 'undefined' || !chrome.runtime?.sendMessage) return null;
          const answers: Record<string, boolean | null> = {};
          for (const [type, data] of JSON.parse(list) as Sent) {
            answers[type] = await chrome.runtime.sendMessage({ id: 0, type, data, timestamp: Date.now() }).then(
              (answer: { res?: { ok: boolean; error?: { code: string } } } | undefined) =>
                typeof answer?.res?.ok === 'boolean' ? answer.res.ok || answer.res.error?.code !== 'internal' : null,
              () => null,
            );
          }
          return answers;
        },
        // As text: Chromium drops each null from such arguments.
        args: [JSON.stringify(sent)],
      });
      return injection?.result ?? null;
    },
    { sent: all, where: world },
  );
}

/** As a script in the page sends them: what names a tab names its own. */
async function ofOwnTab(all: Sent): Promise<Sent> {
  await page.bringToFront();
  const tabId = await inServiceWorker(stage.browser, async () => {
    const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
    return tab?.id ?? -1;
  });
  return all.flatMap(([type, data]) =>
    typeof data === 'object' && data !== null && 'tabId' in data && FOR_PAGES.includes(type)
      ? [[type, { ...data, tabId }] as const]
      : [],
  );
}

describe('a message', () => {
  it('of the extension’s own script in a page is heard where it is meant for pages, and nowhere else', async () => {
    const before = await readJobs(stage.browser);
    const answers = await fromPage('ISOLATED', sendable);
    const heard = Object.entries(answers ?? {}).flatMap(([type, ok]) => (ok ? [type] : []));
    const ofOtherTabs = FOR_PAGES.filter((type) => 'tabId' in Object((SAMPLES as Record<string, unknown>)[type]));
    expect(heard.sort()).toEqual(FOR_PAGES.filter((type) => !ASKS.includes(type) && !ofOtherTabs.includes(type)));
    expect(await fromPage('ISOLATED', await ofOwnTab(sendable))).toMatchObject({ undoUpload: true, imagePicked: true });
    expect(answers).toMatchObject({ vaultKey: false, runningJobs: false, startJobs: false });
    expect(await readJobs(stage.browser)).toEqual(before);
  });

  it('of the page itself reaches nobody', async () => {
    expect(await fromPage('MAIN', messages)).toBeNull();
  });

  it('that is malformed or unknown is refused, also from the extension’s own documents', async () => {
    const before = await readJobs(stage.browser);
    for (const answers of [await workspace.evaluate(sendEach, malformed), await fromPage('ISOLATED', malformed)]) {
      expect(Object.entries(answers ?? {}).filter(([, ok]) => ok)).toEqual([]);
      expect(Object.keys(answers ?? {})).toHaveLength(messages.length);
    }
    expect(await workspace.evaluate(sendEach, unknown)).toEqual({ evaluate: null, constructor: null, '': null });
    expect(await readJobs(stage.browser)).toEqual(before);
  });

  it('of the extension’s own document is heard', async () => {
    const answers = await workspace.evaluate(sendEach, sendable);
    expect(Object.entries(answers).filter(([, ok]) => !ok)).toEqual([]);
    expect(Object.keys(answers)).toHaveLength(sendable.length);
    const options = await openExtensionPage(stage.browser, 'options.html');
    expect(await options.evaluate(sendEach, [['vaultKey', null]] as Sent)).toEqual({ vaultKey: true });
  });
});
