/** The list of sites whose uploads are made smaller; the browser's ways to ask and to put scripts into pages are stand-ins. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createUploadSites, type UploadSites } from '../../../lib/background/upload-sites.ts';
import type { ToastData } from '../../../lib/core/protocol/toast.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../lib/storage/settings/schema.ts';
import { english } from '../core/texts/locale.ts';

interface Script {
  readonly id: string;
  readonly matches: string[];
}
const fake = vi.hoisted(() => ({
  allowed: new Set<string>(),
  answer: true,
  scripts: [] as Script[],
  injected: [] as unknown[],
  order: [] as string[],
}));
vi.mock('wxt/browser', () => ({
  browser: {
    permissions: {
      request: ({ origins }: { origins: string[] }) => {
        fake.order.push('asked');
        if (fake.answer) for (const origin of origins) fake.allowed.add(origin);
        return Promise.resolve(fake.answer);
      },
      contains: async ({ origins }: { origins: string[] }) => origins.every((origin) => fake.allowed.has(origin)),
    },
    scripting: {
      getRegisteredContentScripts: async () => fake.scripts,
      registerContentScripts: async (scripts: Script[]) => {
        if (fake.scripts.length > 0) throw new Error('Duplicate script ID');
        fake.scripts = scripts;
      },
      updateContentScripts: async (scripts: Script[]) => void (fake.scripts = scripts),
      unregisterContentScripts: async () => void (fake.scripts = []),
      executeScript: async ({ files, target }: { files?: string[]; target: unknown }) => {
        if (files) fake.injected.push([files, target]);
        return files
          ? []
          : ['https://forum.example', 'https://ads.example', 'null'].map((result, frameId) => ({ frameId, result }));
      },
    },
  },
}));

let settings: Settings;
let toasts: ToastData[];
const create = (privateWindow = false): UploadSites =>
  createUploadSites({
    settings: {
      load: async () => {
        fake.order.push('read');
        return settings;
      },
      update: async (change) => (settings = { ...settings, ...change(settings) }),
    },
    translate: english,
    showToast: async (_, toast) => toasts.push(toast),
    privateWindow,
  });

beforeEach(() => {
  settings = DEFAULT_SETTINGS;
  toasts = [];
  Object.assign(fake, { allowed: new Set(), answer: true, scripts: [], injected: [], order: [] });
});

describe('a site whose uploads are made smaller', () => {
  it('is asked for within the click, listed, and watched, in its own frames of the open page too', async () => {
    const sites = create();
    await sites.turnOn(7, 'https://forum.example/new?a');
    expect(fake.order[0]).toBe('asked');
    expect(settings.uploadSites).toEqual(['https://forum.example/*']);
    expect(fake.scripts).toMatchObject([{ matches: ['https://forum.example/*'], allFrames: true }]);
    expect(fake.injected).toEqual([[['/watch-uploads.js'], { tabId: 7, frameIds: [0] }]]);
    expect(toasts).toMatchObject([
      { detail: expect.stringContaining('on forum.example'), actions: [{ message: { type: 'unwatchUploads' } }] },
    ]);
    expect(await sites.has('https://forum.example')).toBe(true);
    expect(await sites.has('https://ads.example/')).toBe(false);
    expect(await sites.has('null')).toBe(false);
    await sites.turnOff(7, 'https://forum.example/new?a');
    expect([settings.uploadSites, fake.scripts]).toEqual([[], []]);
  });

  it('is none where the person refuses, in a private window, and where there is no site', async () => {
    fake.answer = false;
    await expect(create().turnOn(7, 'https://forum.example/')).rejects.toMatchObject({ code: 'permission-refused' });
    await expect(create(true).turnOn(7, 'https://forum.example/')).rejects.toMatchObject({ code: 'private-choice' });
    await expect(create().turnOn(7, 'file:///a.html')).rejects.toMatchObject({ code: 'page-blocked' });
    expect(settings.uploadSites).toEqual([]);
    expect(fake.order).toEqual(['asked']);
  });

  it('leaves the list with the right to read it, and comes back into the browser after an update', async () => {
    settings = { ...settings, uploadSites: ['https://a.example/*', 'https://b.example/*'] };
    fake.allowed.add('https://b.example/*');
    await create().reconcile();
    expect(settings.uploadSites).toEqual(['https://b.example/*']);
    expect(fake.scripts).toMatchObject([{ matches: ['https://b.example/*'] }]);
  });
});

it('told of the same change twice at once the browser takes the script once', async () => {
  fake.allowed.add('https://forum.example/*');
  settings = { ...settings, uploadSites: ['https://forum.example/*'] };
  const sites = create();
  await Promise.all([sites.reconcile(), sites.reconcile()]);
  expect(fake.scripts).toMatchObject([{ matches: ['https://forum.example/*'] }]);
});
