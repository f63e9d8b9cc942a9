import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../../../lib/core/model/recipe.ts';
import { maySend, MESSAGE_RULES } from '../../../../lib/core/protocol/message-rules.ts';
import type { MessageType } from '../../../../lib/core/protocol/messages.ts';
import { SAMPLES, id, start } from './samples.ts';

const TYPES = Object.keys(MESSAGE_RULES) as MessageType[];
const fits = (type: MessageType, data: unknown): boolean => v.safeParse(MESSAGE_RULES[type].data, data).success;

describe('a message', () => {
  it.each(TYPES)('%s passes as it is sent, over JSON, with nothing lost', (type) => {
    const sent = SAMPLES[type] === undefined ? undefined : (JSON.parse(JSON.stringify(SAMPLES[type])) as unknown);
    const checked = v.safeParse(MESSAGE_RULES[type].data, sent);
    expect(checked.issues).toBeUndefined();
    expect(checked.output).toEqual(SAMPLES[type]);
  });

  it.each(TYPES)('%s is refused when it is malformed', (type) => {
    for (const wrong of ['text', 7, [], [null]]) expect(fits(type, wrong), JSON.stringify(wrong)).toBe(false);
    if (SAMPLES[type] !== undefined) {
      for (const wrong of [
        undefined,
        null,
        {},
        { ...SAMPLES[type], id: '__proto__', ids: 1, jobs: 1, events: 1, view: 1 },
      ])
        expect(fits(type, wrong), JSON.stringify(wrong)).toBe(false);
      expect(fits(type, { ...SAMPLES[type], more: 1 }), 'more than is known').toBe(false);
    }
  });

  it('is refused when a part deep in it is wrong', () => {
    expect(fits('startJobs', { jobs: [{ ...start, origin: { kind: 'page', url: 'x' } }] })).toBe(false);
    expect(fits('startJobs', { jobs: [{ ...start, recipe: { ...DEFAULT_RECIPE, svgScale: 1e9 } }] })).toBe(false);
    expect(fits('startJobs', { jobs: [{ ...start, error: { code: 'toString', parameters: {} } }] })).toBe(false);
    expect(fits('runJobs', { jobs: [{ ...SAMPLES.runJobs.jobs[0], url: 'x'.repeat(20_000) }] })).toBe(false);
    expect(fits('engineEvents', { events: [{ id, attempt: 0, kind: 'acquiring' }] })).toBe(false);
  });
});

describe('who may send', () => {
  const own = { id: 'abc', root: 'chrome-extension://abc/' };
  const FOR_PAGES: readonly MessageType[] = [
    'saveJob',
    'cancelJob',
    'saveAsShown',
    'allowAndRetry',
    'allowAllAndRetry',
    'allowAndLook',
    'imagePicked',
    'undoUpload',
    'unwatchUploads',
    'uploadsHeld',
    'watchUploads',
    'compareSaved',
    'saveAs',
    'showSaved',
    'toastLost',
    'undoSaved',
  ];
  const senders = {
    document: { id: 'abc', url: 'chrome-extension://abc/workspace.html#compare', origin: 'chrome-extension://abc' },
    background: { id: 'abc', url: 'chrome-extension://abc/background.js', origin: 'chrome-extension://abc' },
    'script in a page': { id: 'abc', url: 'https://h.example/', origin: 'https://h.example', tab: { id: 3 } },
    'script in a page that is named alike': { id: 'abc', url: 'https://chrome-extension.example/abc/', tab: { id: 3 } },
    'page that lies about its address': {
      id: 'abc',
      url: 'chrome-extension://abc/',
      origin: 'https://h.example',
      tab: { id: 3 },
    },
    'another extension': { id: 'xyz', url: 'chrome-extension://xyz/', origin: 'chrome-extension://xyz' },
    nobody: {},
  } as const;

  it.each(TYPES)('%s', (type) => {
    const may = Object.entries(senders).flatMap(([name, sender]) =>
      maySend(type, SAMPLES[type], sender, own) ? [name] : [],
    );
    const inPages = ['script in a page', 'script in a page that is named alike', 'page that lies about its address'];
    expect(may).toEqual(['document', 'background', ...(FOR_PAGES.includes(type) ? inPages : [])]);
  });

  it.each(TYPES.filter((type) => FOR_PAGES.includes(type)))('%s, of no other tab than its own', (type) => {
    const namesTab = 'tabId' in Object(SAMPLES[type]);
    const page = { id: 'abc', url: 'https://h.example/', origin: 'https://h.example' };
    for (const sender of [{ ...page, tab: { id: 4 } }, { ...page, tab: {} }, page])
      expect(maySend(type, SAMPLES[type], sender, own)).toBe(!namesTab);
    // A view of the extension is in a tab of its own.
    expect(maySend(type, SAMPLES[type], { ...senders.document, tab: { id: 4 } }, own)).toBe(true);
  });
});
