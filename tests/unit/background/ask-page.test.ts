/** What pages answer about their images, and the overlay in their frames; the browser's way of running a script in them is a stand-in. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ListedImage } from '../../../lib/core/protocol/page-list.ts';

type Called = 'callList' | 'callDraw' | 'callPage' | 'callParsed' | 'callRead' | 'callBegin' | 'callEnd';
interface Call {
  readonly func?: { readonly name: Called };
  readonly target: { readonly allFrames?: boolean; readonly frameIds?: readonly number[] };
}
const page = vi.hoisted(() => ({
  answers: {} as { [name in Called]?: unknown[] },
  called: [] as string[],
  /** Frames that have gone. */
  gone: new Set<number>(),
}));
vi.mock('wxt/browser', () => ({
  browser: {
    scripting: {
      async executeScript({ func, target }: Call) {
        if (target.frameIds?.some((id) => page.gone.has(id))) throw new Error('No frame with id');
        if (!func) return [];
        page.called.push(`${func.name}${target.allFrames ? ' everywhere' : ''}`);
        const left = page.answers[func.name] ?? [];
        const result = left.length > 1 ? left.shift() : left[0];
        return Array.isArray(result) ? result : [{ frameId: target.frameIds?.[0] ?? 0, result }];
      },
    },
  },
}));
const { listImages, takeListed, findImageInView } = await import('../../../lib/background/ask-page.ts');
const { createPicking } = await import('../../../lib/background/picking.ts');
const { readInPage } = await import('../../../lib/background/page-reading.ts');

const listed: ListedImage = {
  kind: 'img',
  url: 'https://h.example/a.png',
  reference: 1,
  width: 100,
  height: 100,
  pixels: null,
  largest: '',
  standIn: false,
  name: '',
  shown: true,
  bytes: null,
};
const frameList = (...images: unknown[]): unknown => ({ url: 'https://a.example/', density: 1, images });

beforeEach(() => {
  Object.assign(page, { answers: {}, called: [], gone: new Set() });
});

it('one image that is not as it should be takes no other out of the list', async () => {
  page.answers.callList = [frameList({ ...listed, height: 33_554_428 }, listed, null)];
  expect((await listImages(1, { url: '', title: '' })).frames).toMatchObject([{ images: [listed] }]);
});

it('an image that is there no longer is told as that, not as a drawing that is closed', async () => {
  const reference = { frameId: 0, frameUrl: '', reference: 1, url: '' };
  page.answers.callDraw = [null];
  await expect(takeListed(1, reference)).rejects.toMatchObject({ code: 'blob-gone' });
  page.answers.callDraw = [{ url: '', failure: 'drawing-closed', host: '' }];
  await expect(takeListed(1, reference)).rejects.toMatchObject({ code: 'drawing-closed' });
  // A page on the disk has no host, and its part is missing all the same.
  page.answers.callDraw = [{ url: '', failure: 'drawing-incomplete', host: '' }];
  const incomplete = { code: 'drawing-incomplete', parameters: { host: '' } };
  await expect(takeListed(1, reference)).rejects.toMatchObject(incomplete);
  page.answers.callDraw = [{ url: '', failure: 'drawing-unlike', host: '' }];
  await expect(takeListed(1, reference)).rejects.toMatchObject({ code: 'drawing-unlike' });
});

it('what a page that is still loading does not show yet is looked for again', async () => {
  const none = { url: 'https://a.example/', images: [], count: 0, closed: [] };
  page.answers.callPage = [none, { ...none, count: 1, images: [{ ...listed, visibleArea: 9, focused: false }] }];
  page.answers.callParsed = [true];
  expect(await findImageInView(1, '')).toMatchObject({ kind: 'image' });
  page.answers.callPage = [none];
  page.answers.callParsed = [false];
  expect(await findImageInView(1, '')).toMatchObject({ kind: 'none' });
});

it('a reader that others have just taken away is put there again', async () => {
  const answer = { failure: 'refused', shown: 'unknown', exact: true, worker: false, size: 0 };
  page.answers.callRead = [null, { ...answer, status: 0, disposition: null, finalUrl: '' }];
  const frame = { tabId: 1, frameId: 0, pageUrl: 'https://a.example/' };
  const request = { id: 'a', url: 'https://h.example/a', cache: 'default', credentials: 'omit', accept: '*' } as const;
  const sizes = { port: 'p', maxBytes: 1, pace: { silence: 1, leastBytes: 1 } };
  expect((await readInPage(frame, { ...request, ...sizes })).error).toMatchObject({ code: 'unreachable' });
});

describe('the overlay that picks an image', () => {
  let stored: { picking?: unknown } = {};
  const area = {
    get: async () => ({ ...stored }),
    set: async (items: Record<string, unknown>) => void (stored = items),
    remove: async () => void (stored = {}),
  };
  const picking = createPicking(area, { help: '', larger: '', none: '' });
  const tab = { id: 1, url: 'https://a.example/', title: '' } as Parameters<typeof picking.begin>[0];
  const lists = [[0, 7].map((frameId) => ({ frameId, result: frameList(listed) }))];
  const pick = { reference: 1, largest: false, frameUrl: 'https://a.example/' };

  it('goes from all frames when what was picked can’t be had', async () => {
    page.answers = { callList: [...lists], callDraw: [{ url: '', failure: 'drawing-closed', host: '' }] };
    await picking.begin(tab);
    const answer = { token: String(stored.picking), tabId: 1, frameId: 0, pick };
    await expect(picking.picked(answer)).rejects.toMatchObject({ code: 'drawing-closed' });
    expect(page.called).toContain('callEnd everywhere');
  });

  it('is open when one of the frames has gone meanwhile, and not when all have', async () => {
    page.answers = { callList: [...lists] };
    page.gone = new Set([7]);
    await picking.begin(tab);
    expect(page.called.filter((name) => name === 'callBegin')).toHaveLength(1);
    page.gone = new Set([7, 0]);
    page.answers = { callParsed: [false], callList: [...lists] };
    await expect(picking.begin(tab)).rejects.toMatchObject({ code: 'page-blocked' });
  });
});
