import { beforeEach, describe, expect, it, vi } from 'vitest';

/** Stands for the browser: it has at most one offscreen document, and refuses a second. */
const fake = vi.hoisted(() => ({ documents: 0, created: 0, refuses: false, free: [] as (() => void)[] }));
vi.mock('wxt/browser', () => ({ browser: { runtime: { id: 'abc', getURL: (path: string) => `x://abc${path}` } } }));
vi.stubGlobal('chrome', {
  runtime: {
    ContextType: { OFFSCREEN_DOCUMENT: 'OFFSCREEN_DOCUMENT' },
    getContexts: async () => Array.from({ length: fake.documents }),
    sendMessage: () => undefined,
  },
  offscreen: {
    Reason: { WORKERS: 'WORKERS', BLOBS: 'BLOBS' },
    async createDocument() {
      await Promise.resolve();
      if (fake.refuses || fake.documents > 0) throw new Error('Only a single offscreen document may be created.');
      fake.documents++;
      fake.created++;
    },
    async closeDocument() {
      fake.documents = 0;
      for (const free of fake.free.splice(0)) free();
    },
  },
});
const locks = {
  request: (_name: string, _options: unknown, work: () => void) =>
    new Promise<void>((resolve) => {
      fake.free.push(() => {
        work();
        resolve();
      });
    }),
} as unknown as LockManager;

const { offscreenEngine } = await import('../../../lib/platform/engine-document.ts');

const nothing = async (): Promise<void> => undefined;

beforeEach(() => {
  Object.assign(fake, { documents: 0, created: 0, refuses: false, free: [] });
});

describe('the engine’s document', () => {
  it('is created once, however many need it at the same time', async () => {
    const engine = offscreenEngine(locks);
    const seen = await Promise.all([1, 2, 3].map(() => engine.withEngine(async () => fake.documents)));
    expect(seen).toEqual([1, 1, 1]);
    expect(fake.created).toBe(1);
  });

  it('that an earlier life of the background has made serves this one', async () => {
    fake.documents = 1;
    expect(await offscreenEngine(locks).withEngine(async () => 'done')).toBe('done');
    expect(fake.created).toBe(0);
  });

  it('that can not be made fails with a code, and is tried again the next time', async () => {
    const engine = offscreenEngine(locks);
    fake.refuses = true;
    await expect(engine.withEngine(nothing)).rejects.toMatchObject({ code: 'engine-stopped' });
    fake.refuses = false;
    await engine.withEngine(nothing);
    expect(fake.created).toBe(1);
  });

  it('is not closed under a step, nor when it is still needed', async () => {
    const engine = offscreenEngine(locks);
    await engine.withEngine(async () => {
      await engine.closeUnless(async () => false);
      expect(fake.documents).toBe(1);
    });
    await engine.closeUnless(async () => true);
    expect(fake.documents).toBe(1);
    await engine.closeUnless(async () => false);
    expect(fake.documents).toBe(0);
  });

  it('that ends, by whoever’s hand, is missed once, and watched anew when it is made again', async () => {
    const engine = offscreenEngine(locks);
    const gone = vi.fn();
    engine.onEnd(gone);
    for (const times of [1, 2]) {
      await engine.withEngine(nothing);
      await engine.withEngine(nothing);
      await engine.closeUnless(async () => false);
      await vi.waitFor(() => expect(gone).toHaveBeenCalledTimes(times));
    }
  });

  it('is not asked for at each step while its end would be heard of, but when it did not answer', async () => {
    const engine = offscreenEngine(locks);
    engine.onEnd(() => undefined);
    await engine.withEngine(nothing);
    fake.documents = 0;
    await engine.withEngine(nothing);
    expect(fake.created).toBe(1);
    await engine.revive();
    expect(fake.created).toBe(2);
  });

  it('that was there before is watched too', async () => {
    fake.documents = 1;
    const engine = offscreenEngine(locks);
    const gone = vi.fn();
    engine.onEnd(gone);
    await vi.waitFor(() => expect(fake.free).toHaveLength(1));
    await engine.closeUnless(async () => false);
    await vi.waitFor(() => expect(gone).toHaveBeenCalledOnce());
  });
});
