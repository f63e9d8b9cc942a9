import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CompressionError } from '../../../lib/core/errors.ts';
import { inspect } from '../../../lib/core/image/inspect.ts';
import { newJobId } from '../../../lib/core/model/job.ts';
import type { ReachableImage, Shown } from '../../../lib/core/model/ladder.ts';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import { makePlan } from '../../../lib/core/pipeline/make-plan.ts';
import { sourceFacts } from '../../../lib/core/pipeline/source-facts.ts';
import type { PageReadAnswer } from '../../../lib/core/protocol/messages.ts';
import { watchPace } from '../../../lib/core/protocol/page-reader.ts';
import type { Given, PageBytes } from '../../../lib/platform/page-bytes.ts';
import { createAcquirer, type Acquired, type AcquireOptions, type Look } from '../../../lib/engine/acquire.ts';
import type { Fetched } from '../../../lib/engine/fetch-image.ts';
import { Refused } from '../../../lib/engine/inspector.ts';
import { encoded, gradient } from '../../images/pictures.ts';

const look: Look = async (bytes) => {
  try {
    const inspection = inspect(bytes);
    const plan = makePlan(DEFAULT_RECIPE, inspection);
    return { bytes, inspection, plan, source: sourceFacts(inspection, plan) };
  } catch (thrown) {
    throw new Refused(CompressionError.from(thrown).toRecord(), null);
  }
};
const png = async (): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await encoded(gradient().png()));

const image: ReachableImage = {
  url: 'https://cdn.example/i.png',
  frameUrl: 'https://page.example/',
  inPage: true,
  access: 'host',
};

type Reading = Partial<PageReadAnswer> & {
  bytes?: Uint8Array;
  never?: true;
  measured?: Shown;
  /** What the page sends, past the background. */
  itself?: Promise<Given>;
};

function world(
  reading: Reading,
  fetched: Partial<Fetched> | CompressionError | null,
  more: Partial<AcquireOptions> = {},
) {
  const id = newJobId();
  let given: Uint8Array<ArrayBuffer> | null = null;
  const asked: string[] = [];
  const expected: Parameters<PageBytes['expect']>[] = [];
  const forgotten: (readonly string[])[] = [];
  const acquire = createAcquirer({
    pageBytes: {
      expect: (...what) => {
        expected.push(what);
        return {
          given: reading.itself ?? new Promise(() => undefined),
          soon: async () => ({ bytes: given ?? new Uint8Array(), answer: null }),
          forget: () => void forgotten.push(what[0]),
        };
      },
    },
    background: {
      readInPage: async ({ by, cache }) => {
        asked.push(`${by} ${cache}`);
        const { bytes, never, measured: _, itself: __, ...answer } = reading;
        if (never) return new Promise<never>(() => undefined);
        given = bytes ? new Uint8Array(bytes) : null;
        const error = bytes ? null : new CompressionError('unreachable', { host: 'cdn.example' }).toRecord();
        return {
          error,
          shown: 'unknown',
          exact: true,
          worker: false,
          status: 200,
          contentDisposition: null,
          finalUrl: '',
          ...answer,
        };
      },
      measureInPage: async () => {
        asked.push('measure');
        return reading.measured ?? 'unknown';
      },
      stopReadingInPage: async () => void asked.push('stop'),
      addRequestRule: async () => {
        asked.push('rule');
        return 7;
      },
      removeRequestRule: async ({ rule }) => void asked.push(`no rule ${rule}`),
    },
    fetchImage: async (_url, { credentials }) => {
      asked.push(credentials);
      if (fetched instanceof CompressionError) throw fetched;
      return { bytes: await png(), status: 200, contentDisposition: null, finalUrl: image.url, ...fetched };
    },
    ...more,
  });
  return {
    asked,
    expected,
    forgotten,
    run: (of = image, signal = new AbortController().signal): Promise<Acquired> => acquire(id, of, look, signal),
    why: async (of = image): Promise<unknown> => {
      const thrown: unknown = await acquire(id, of, look, new AbortController().signal).catch((each: unknown) => each);
      return thrown instanceof Refused ? { ...thrown.error, pixels: thrown.pixels } : thrown;
    },
  };
}

const SHOWN: Shown = { width: 604, height: 400 };

describe('acquiring an image', () => {
  it('asks nobody else once the page has given it', async () => {
    const the = world({ bytes: await png() }, null);
    expect((await the.run()).found.inspection.format).toBe('png');
    expect(the.asked).toEqual(['page force-cache']);
  });

  const frame = { tabId: 3, frameId: 5 };
  const begun = { ...image, from: { ...frame, begun: 'begun' } };
  const gives = (bytes: Uint8Array<ArrayBuffer>): Promise<Given> => {
    const { width, height } = inspect(bytes);
    const answer = { failure: null, shown: { width, height }, exact: true, worker: false, size: bytes.length } as const;
    return Promise.resolve({ bytes, answer: { ...answer, status: 200, disposition: 'inline', finalUrl: image.url } });
  };

  it('takes what the page sends before the background has said that it was sent', async () => {
    const the = world({ never: true, itself: gives(await png()) }, null);
    expect(await the.run(begun)).toMatchObject({ contentDisposition: 'inline', isShown: true });
    expect(the.asked).toEqual(['page force-cache']);
    expect(the.expected).toEqual([[['begun', expect.any(String)], expect.objectContaining(frame)]]);
    expect(the.forgotten).toEqual([the.expected[0]?.[0]]);
  });

  it('hears of the first rung’s reading alone that it was begun, and of the page’s own world by no port', async () => {
    const the = world({ worker: true }, null);
    await the.run({ ...begun, access: 'tab' });
    expect(the.asked.slice(0, 3)).toEqual(['page force-cache', 'worker force-cache', 'page no-cache']);
    expect(the.expected.map(([readings, from]) => [readings.length, from !== null])).toEqual([
      [2, true],
      [1, false],
      [1, true],
    ]);
    expect(the.forgotten).toHaveLength(3);
  });

  it('goes on where what the page sends breaks off, since the background says so', async () => {
    const the = world({ itself: new Promise(() => undefined) }, null);
    await the.run(begun);
    expect(the.asked.slice(0, 2)).toEqual(['page force-cache', 'rule']);
  });

  it('goes on from what is no image, under a rule that is taken away again', async () => {
    const the = world({ bytes: Buffer.from('<!doctype html><p>Sign in') }, null);
    await the.run();
    expect(the.asked).toEqual(['page force-cache', 'rule', 'include', 'no rule 7']);
  });

  it('takes the rule away when the request fails, and ends with the reason', async () => {
    const the = world({}, new CompressionError('unreachable', { host: 'cdn.example' }));
    expect(await the.why()).toMatchObject({ code: 'unreachable', pixels: false });
    expect(the.asked).toEqual(['page force-cache', 'rule', 'include', 'no rule 7', 'omit']);
  });

  it('saves no other picture than the page shows, and says that the shown one can be had', async () => {
    const the = world({ shown: SHOWN }, {});
    expect(await the.why()).toMatchObject({
      code: 'another-picture',
      parameters: { shownWidth: 604, shownHeight: 400 },
      pixels: true,
    });
  });

  it('measures what the page shows only where its word of it does not fit', async () => {
    const { width, height } = inspect(await png());
    const said = { width: width / 2, height: height / 2 };
    const dense = world({ bytes: await png(), shown: said, exact: false, measured: { width, height } }, null);
    await dense.run();
    expect(dense.asked).toEqual(['page force-cache', 'measure']);
    const plain = world({ bytes: await png(), shown: { width, height }, exact: false }, null);
    await plain.run();
    expect(plain.asked).toEqual(['page force-cache']);
    const other = world({ shown: said, exact: false, measured: SHOWN }, {});
    expect(await other.why()).toMatchObject({ code: 'another-picture', parameters: { shownWidth: 604 } });
    // A page that is gone by then has said what it showed.
    const gone = world({ shown: SHOWN, exact: false }, {});
    expect(await gone.why()).toMatchObject({ code: 'another-picture', parameters: { shownWidth: 604 } });
  });

  it('takes a picture that came with 404 from the page, and from elsewhere only where it is the one that is shown', async () => {
    const { width, height } = inspect(await png());
    await world({ bytes: await png(), status: 404 }, null).run();
    await world({ shown: { width, height } }, { status: 404 }).run();
    expect(await world({}, { status: 404 }).why()).toMatchObject({ code: 'http-status', parameters: { status: 404 } });
  });

  it('looks where a redirect has ended', async () => {
    const the = world({}, { finalUrl: 'http://192.168.1.1/i.png' });
    expect(await the.why()).toMatchObject({ code: 'private-address', parameters: { host: '192.168.1.1' } });
  });

  it('stops a page that reads when it is cancelled, and climbs no further', async () => {
    const the = world({ never: true }, null);
    const stop = new AbortController();
    const run = the.run(image, stop.signal).catch((thrown: unknown) => thrown);
    await vi.waitFor(() => expect(the.asked).toEqual(['page force-cache']));
    stop.abort();
    expect(await run).toMatchObject({ error: { code: 'cancelled' } });
    expect(the.asked).toEqual(['page force-cache', 'stop']);
    expect(the.forgotten).toHaveLength(1);
  });

  it('ends as a whole after its longest time', async () => {
    const the = world({ never: true }, null, { longest: 60 });
    expect(await the.why()).toMatchObject({ code: 'took-too-long' });
  });
});

describe('the pace', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const pace = { silence: 30_000, leastBytes: 1000 };

  it('ends silence, and a drip', () => {
    const still = vi.fn();
    const watch = watchPace(pace, still);
    for (let second = 0; second < 29; second++) {
      vi.advanceTimersByTime(1000);
      watch.heard(1);
    }
    expect(still).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(still).toHaveBeenCalledOnce();
  });

  it('lets what is slow and goes on take its time, and is quiet once stopped', () => {
    const still = vi.fn();
    const watch = watchPace(pace, still);
    for (let second = 0; second < 600; second++) {
      vi.advanceTimersByTime(1000);
      watch.heard(100);
    }
    watch.stop();
    vi.advanceTimersByTime(60_000);
    expect(still).not.toHaveBeenCalled();
  });
});
