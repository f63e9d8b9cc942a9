import { describe, expect, it } from 'vitest';
import { receipt as receiptOf } from '../../components/panel/jobs.ts';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import type { DownloadEnd } from '../../../lib/background/download.ts';
import { CompressionError } from '../../../lib/core/errors.ts';
import { newJobId, type Job, type JobId } from '../../../lib/core/model/job.ts';
import {
  createJobController,
  type JobController,
  type JobControllerOptions,
} from '../../../lib/background/job-controller.ts';
import { jobsIn, createJobStore, readJobs } from '../../../lib/storage/job-store.ts';
import { memoryArea } from '../storage/memory-area.ts';
import { moved, type JobIn } from '../../../lib/core/model/job-transitions.ts';
import type { EngineEvent, EngineJob } from '../../../lib/core/protocol/messages.ts';

type DistributiveOmit<T, K extends keyof T> = T extends unknown ? Omit<T, K> : never;

const receipt = receiptOf(1000, 400);

const said = (
  controller: JobController,
  id: JobId,
  event: DistributiveOmit<EngineEvent, 'id' | 'attempt'>,
  attempt = 1,
): Promise<void> => controller.onEngineEvents([{ id, attempt, ...event }]);
const done = { kind: 'done', receipt, contentDisposition: null } as const;

/** The browser and the engine around a job controller; `restart` is a background that died and woke again. */
function world(): {
  controller: JobController;
  restart(): JobController;
  job(id: JobId): Promise<Job | undefined>;
  runs: EngineJob[];
  working: Map<JobId, number>;
  downloads: Map<number, DownloadEnd | null>;
  downloaded: string[];
  purges: [JobId, string][];
  closed: JobId[];
  hostThere: boolean;
  counted: number;
  refuse: { download: boolean; open: boolean; settings: boolean; purge: boolean; link: boolean };
  steps: string[];
  /** Of each record that is written, which waits for `writing`. */
  writes: string[];
  writing: Promise<void>;
  opened: JobId[];
  /** Of each change that is told of. */
  states: string[];
  /** Goes before each purge. */
  purging: (ids: readonly JobId[]) => Promise<unknown>;
  /** Hears of each message of jobs to the engine. */
  given: (jobs: readonly EngineJob[]) => unknown;
  settings: { nameTemplate: string; plainNames: boolean; keepSaved: boolean };
} {
  const area = memoryArea();
  const state = {
    runs: [] as EngineJob[],
    working: new Map<JobId, number>(),
    downloads: new Map<number, DownloadEnd | null>(),
    downloaded: [] as string[],
    purges: [] as [JobId, string][],
    closed: [] as JobId[],
    hostThere: false,
    counted: 0,
    steps: [] as string[],
    states: [] as string[],
    writes: [] as string[],
    writing: Promise.resolve(),
    opened: [] as JobId[],
    given: (_jobs: readonly EngineJob[]): unknown => undefined,
    settings: { nameTemplate: '{name}', plainNames: false, keepSaved: false },
    refuse: { download: false, open: false, settings: false, purge: false, link: false },
    purging: async (_ids: readonly JobId[]): Promise<unknown> => undefined,
  };
  const { set } = area;
  area.set = async (items) => {
    state.writes.push(...jobsIn(items).map(({ state: written }) => written));
    await state.writing;
    await set(items);
  };
  const options: Omit<JobControllerOptions, 'store'> = {
    engineDocument: {
      closeUnless: async (needed) => {
        if (!(await needed())) state.hostThere = false;
      },
    },
    engine: {
      runJobs: async ({ jobs }) => {
        await state.given(jobs);
        state.hostThere = true;
        for (const job of jobs) {
          state.runs.push(job);
          state.working.set(job.id, job.attempt);
        }
      },
      cancelRuns: async ({ ids }) => ids.forEach((id) => state.working.delete(id)),
      runningJobs: async () => [...state.working].map(([id, attempt]) => ({ id, attempt })),
      openResult: async ({ id }) => {
        state.opened.push(id);
        return state.refuse.open
          ? { ok: false, error: new CompressionError('item-gone').toRecord() }
          : { ok: true, url: `blob:${id}` };
      },
      closeResults: async ({ ids }) => void state.closed.push(...ids),
    },
    imageOf: async ({ origin }) =>
      origin.kind === 'page' ? { url: origin.url, frameUrl: origin.pageUrl, inPage: true, access: 'tab' } : null,
    startDownload: async (url) => {
      if (state.refuse.download) throw new CompressionError('download-failed', { reason: 'no' });
      state.downloaded.push(url);
      state.downloads.set(state.downloaded.length, null);
      return state.downloaded.length;
    },
    startNewDownload: async (url) => {
      if (state.refuse.link) return null;
      state.downloaded.push(url);
      state.downloads.set(state.downloaded.length, null);
      return state.downloaded.length;
    },
    downloadEnd: async (id) => state.downloads.get(id) ?? null,
    nameFor: () => 'photo.jpg',
    counted: async () => void state.counted++,
    purge: async (ids, rule) => {
      await state.purging(ids);
      if (state.refuse.purge) throw new Error('no database');
      state.purges.push(...ids.map((id): [JobId, string] => [id, rule]));
    },
    isHeld: async (held) => !state.purges.some(([id]) => id === held),
    changed: async ({ state: now }) => void state.states.push(now),
    stepped: async (_job, step) => void state.steps.push(step),
    clickSettings: async () => {
      if (state.refuse.settings) throw new Error('no storage');
      return state.settings;
    },
  };
  const store = createJobStore(area);
  return Object.assign(state, {
    controller: createJobController({ ...options, store }),
    restart: () => createJobController({ ...options, store: createJobStore(area) }),
    job: (id: JobId) => readJobs(area).get(id),
  });
}

function newJob(delivery: Job['delivery'] = 'download'): JobIn<'queued'> {
  return {
    id: newJobId(),
    createdAt: 1,
    recipe: DEFAULT_RECIPE,
    delivery,
    name: 'photo.jpg',
    attempt: 1,
    lost: 0,
    state: 'queued',
    source: null,
    origin: {
      kind: 'page',
      url: 'https://site.example/photo.jpg',
      pageUrl: 'https://site.example/',
      pageTitle: '',
      tabId: 1,
      frameId: 0,
      chosenAs: null,
    },
  };
}

describe('a job', () => {
  it('for which a page waits is said to be cancelled when it is taken out of the list, others are not', async () => {
    const the = world();
    const [upload, other] = [newJob('hold'), newJob('hold')];
    await the.controller.enqueue({ ...upload, upload: { tabId: 1, frameId: 0, reference: 0, held: 'field' } });
    await the.controller.enqueue(other);
    the.states.length = 0;
    await the.controller.dismiss([upload.id, other.id]);
    expect(the.states).toEqual(['cancelled']);
    expect([await the.job(upload.id), await the.job(other.id)]).toEqual([undefined, undefined]);
    expect(the.working.size).toBe(0);
  });

  it('goes from the click to a purged vault', async () => {
    const the = world();
    const job = newJob();
    await the.controller.enqueue(job);
    expect(the.runs).toEqual([
      {
        id: job.id,
        attempt: 1,
        recipe: DEFAULT_RECIPE,
        image: {
          url: 'https://site.example/photo.jpg',
          frameUrl: 'https://site.example/',
          inPage: true,
          access: 'tab',
        },
        steps: true,
        view: null,
      },
    ]);
    await said(the.controller, job.id, { kind: 'started', source: { format: 'jpeg', bytes: 1, width: 1, height: 1 } });
    expect(await the.job(job.id)).toMatchObject({ state: 'compressing' });
    await said(the.controller, job.id, done);
    // Beside its original, which has the same format.
    expect(await the.job(job.id)).toMatchObject({ state: 'saving', downloadId: 1, fileName: 'photo-small.jpg' });
    expect(the.purges).toEqual([]);
    the.downloads.set(1, { state: 'complete', fileName: 'photo (1).jpg' });
    await the.controller.downloadChanged(1);
    expect(await the.job(job.id)).toMatchObject({ state: 'saved', fileName: 'photo (1).jpg' });
    expect(the.purges).toEqual([[job.id, 'downloaded']]);
    expect(the.closed).toEqual([job.id]);
  });

  it('is written once from the end of its work to the beginning of its download, which waits for that', async () => {
    const the = world();
    const job = newJob();
    await the.controller.enqueue(job);
    await said(the.controller, job.id, { kind: 'started', source: { format: 'jpeg', bytes: 1, width: 1, height: 1 } });
    the.writes.length = 0;
    let written = (): void => undefined;
    the.writing = new Promise<void>((resolve) => (written = resolve));
    const ended = said(the.controller, job.id, done);
    await new Promise(setImmediate);
    expect(the.writes).toEqual(['saving']);
    expect(the.opened).toEqual([job.id]);
    expect(the.downloaded).toEqual([]);
    written();
    await ended;
    expect(the.downloaded).toEqual([`blob:${job.id}`]);
    expect(the.opened).toEqual([job.id]);
  });

  describe('whose result comes with its URL', () => {
    const url = 'blob:its-own';

    it('is downloaded before that is written down, and not opened', async () => {
      const the = world();
      const job = newJob();
      await the.controller.enqueue(job);
      let written = (): void => undefined;
      the.writing = new Promise<void>((resolve) => (written = resolve));
      const ended = said(the.controller, job.id, { ...done, url });
      await new Promise(setImmediate);
      expect(the.downloaded).toEqual([url]);
      written();
      await ended;
      expect(await the.job(job.id)).toMatchObject({ state: 'saving', downloadId: 1 });
      expect([the.downloaded, the.opened]).toEqual([[url], []]);
    });

    it('is looked for as usual where the link brings none, and by another life of the background', async () => {
      const cases: ((the: ReturnType<typeof world>) => JobController)[] = [
        (the) => {
          the.refuse.link = true;
          return the.controller;
        },
        // It may be one that has heard of the result before, and begun its download.
        (the) => the.restart(),
      ];
      for (const change of cases) {
        const the = world();
        const job = newJob();
        await the.controller.enqueue(job);
        await said(change(the), job.id, { ...done, url });
        expect(await the.job(job.id)).toMatchObject({ state: 'saving', downloadId: 1 });
        expect([the.downloaded, the.opened]).toEqual([[`blob:${job.id}`], [job.id]]);
      }
    });
  });

  it('is called as the template says, or as its original where a person wants that', async () => {
    for (const [changed, name] of [
      [{ nameTemplate: '{name}-{width}' }, 'photo-10.jpg'],
      [{ plainNames: true }, 'photo.jpg'],
    ] as const) {
      const the = world();
      Object.assign(the.settings, changed);
      const job = newJob();
      await the.controller.enqueue(job);
      await said(the.controller, job.id, done);
      expect(await the.job(job.id)).toMatchObject({ state: 'saving', fileName: name });
    }
  });

  it('whose result is to be kept a little is saved and not purged, and can be taken back', async () => {
    const the = world();
    the.settings.keepSaved = true;
    const job = newJob();
    await the.controller.enqueue(job);
    await said(the.controller, job.id, done);
    the.downloads.set(1, { state: 'complete', fileName: 'photo-small.jpg' });
    await the.controller.downloadChanged(1);
    expect(await the.job(job.id)).toMatchObject({ state: 'saved', kept: true });
    expect(the.purges).toEqual([]);
    await the.controller.takeBack(job.id);
    expect(await the.job(job.id)).toMatchObject({ state: 'ready', delivery: 'hold', fileName: 'photo-small.jpg' });
    expect(await the.job(job.id)).not.toHaveProperty('kept');
  });

  it('is said to be saved, and no copy to be kept, once none is', async () => {
    const the = world();
    const states: unknown[] = [];
    the.purging = async ([id = newJobId()]) => states.push((await the.job(id))?.state);
    const [job, inFolder] = [newJob(), newJob('hold')];
    await the.controller.enqueue(job);
    await said(the.controller, job.id, done);
    the.downloads.set(1, { state: 'complete', fileName: 'photo-small.jpg' });
    await the.controller.downloadChanged(1);
    await the.controller.enqueue(inFolder);
    await said(the.controller, inFolder.id, done);
    await the.controller.written([{ id: inFolder.id, fileName: 'trip/photo.jpg' }]);
    expect(states).toEqual(['saving', 'saving']);
    expect(await the.job(job.id)).toMatchObject({ state: 'saved', fileName: 'photo-small.jpg' });
    expect(await the.job(inFolder.id)).toMatchObject({ state: 'saved', fileName: 'trip/photo.jpg', downloadId: null });
    expect(the.downloaded).toHaveLength(1);
  });

  it('is purged, and saved then, by the next background when one was killed at it', async () => {
    const the = world();
    const [job, inFolder] = [newJob(), newJob('hold')];
    for (const each of [job, inFolder]) {
      await the.controller.enqueue(each);
      await said(the.controller, each.id, done);
    }
    the.downloads.set(1, { state: 'complete', fileName: 'photo-small.jpg' });
    the.purging = () => new Promise(() => undefined);
    void the.controller.downloadChanged(1);
    void the.controller.written([{ id: inFolder.id, fileName: 'photo.jpg' }]);
    await expect.poll(async () => (await the.job(inFolder.id))?.state).toBe('saving');
    the.purging = async () => undefined;
    await the.restart().retryLost();
    for (const { id } of [job, inFolder]) {
      expect(await the.job(id)).toMatchObject({ state: 'saved' });
      expect(the.purges).toContainEqual([id, 'downloaded']);
    }
    expect(the.downloaded).toHaveLength(1);
  });

  it('is saved when its line went from the list before a killed background could say that it was purged', async () => {
    const the = world();
    const [job, running] = [newJob(), newJob()];
    for (const each of [job, running]) {
      await the.controller.enqueue(each);
      await said(the.controller, each.id, done);
    }
    the.purges.push([job.id, 'downloaded']);
    const error = new CompressionError('download-cancelled');
    for (const id of [1, 2]) the.downloads.set(id, { state: 'interrupted', error, unlisted: true });
    await the.restart().retryLost();
    expect(await the.job(job.id)).toMatchObject({ state: 'saved', fileName: 'photo-small.jpg' });
    expect(await the.job(job.id)).not.toHaveProperty('kept');
    expect(await the.job(running.id)).toMatchObject({ state: 'unsaved', error: { code: 'download-cancelled' } });
  });

  it('is saved, and not said to be gone, when the vault can not purge it', async () => {
    const the = world();
    const job = newJob('hold');
    await the.controller.enqueue(job);
    await said(the.controller, job.id, done);
    await the.controller.save(job.id);
    the.downloads.set(1, { state: 'complete', fileName: 'photo-small.jpg' });
    the.refuse.purge = true;
    await the.controller.downloadChanged(1);
    expect(await the.job(job.id)).toMatchObject({ state: 'saved', kept: true });
  });

  it('has its result although the settings can not be read when it is done, and is saved later', async () => {
    const the = world();
    const job = newJob();
    await the.controller.enqueue(job);
    the.refuse.settings = true;
    await said(the.controller, job.id, done);
    expect(await the.job(job.id)).toMatchObject({ state: 'ready', receipt });
    the.refuse.settings = false;
    await the.controller.retryLost();
    expect(await the.job(job.id)).toMatchObject({ state: 'saving', downloadId: 1, fileName: 'photo-small.jpg' });
  });

  it('tells of its steps as long as it is worked on', async () => {
    const the = world();
    const job = newJob();
    await the.controller.enqueue(job);
    await said(the.controller, job.id, { kind: 'started', source: { format: 'jpeg', bytes: 1, width: 1, height: 1 } });
    await said(the.controller, job.id, { kind: 'step', step: 'encode' });
    await said(the.controller, job.id, { kind: 'step', step: 'decode' }, 7);
    await said(the.controller, job.id, done);
    await said(the.controller, job.id, { kind: 'step', step: 'finish' });
    expect(the.steps).toEqual(['encode']);
  });

  it('keeps the result when the download is cancelled, and saves it again when asked', async () => {
    const the = world();
    const job = newJob();
    await the.controller.enqueue(job);
    await said(the.controller, job.id, done);
    the.downloads.set(1, { state: 'interrupted', error: new CompressionError('download-cancelled') });
    await the.controller.downloadChanged(1);
    expect(await the.job(job.id)).toMatchObject({ state: 'unsaved', error: { code: 'download-cancelled' } });
    expect(the.purges).toEqual([]);
    await the.controller.save(job.id);
    expect(await the.job(job.id)).toMatchObject({ state: 'saving', downloadId: 2 });
  });

  it('holds the result of a job from a view until it is asked for', async () => {
    const the = world();
    const job = newJob('hold');
    await the.controller.enqueue(job);
    await said(the.controller, job.id, done);
    expect(await the.job(job.id)).toMatchObject({ state: 'ready' });
    expect(the.downloaded).toEqual([]);
  });

  it('says why a download could not start, and keeps the result', async () => {
    const the = world();
    the.refuse.download = true;
    const job = newJob();
    await the.controller.enqueue(job);
    await said(the.controller, job.id, done);
    expect(await the.job(job.id)).toMatchObject({ state: 'unsaved', error: { code: 'download-failed' } });
  });

  it('starts one download for a result that two events ask for', async () => {
    const the = world();
    const job = newJob('hold');
    await the.controller.enqueue(job);
    await said(the.controller, job.id, done);
    await Promise.all([the.controller.save(job.id), the.controller.save(job.id), the.controller.retryLost()]);
    expect(the.downloaded).toHaveLength(1);
  });

  it('ends a failed job with its error and lets go of its Source', async () => {
    const the = world();
    const job = newJob();
    await the.controller.enqueue(job);
    await said(the.controller, job.id, { kind: 'failed', error: { code: 'corrupt', parameters: {} }, source: null });
    expect(await the.job(job.id)).toMatchObject({ state: 'failed', error: { code: 'corrupt' } });
    expect(the.purges).toEqual([[job.id, 'failed']]);
  });
});

describe('many results', () => {
  async function ready(the: ReturnType<typeof world>, count: number): Promise<JobId[]> {
    const jobs = Array.from({ length: count }, () => newJob('hold'));
    for (const job of jobs) {
      await the.controller.enqueue(job);
      await said(the.controller, job.id, done);
    }
    return jobs.map(({ id }) => id);
  }

  it('are saved a few at a time, each under the name that the view gave', async () => {
    const the = world();
    const ids = await ready(the, 9);
    await the.controller.saveAll(ids.map((id, at) => ({ id, fileName: `folder/${at}.jpg` })));
    expect(the.downloaded).toHaveLength(4);
    for (let download = 1; download <= 9; download++) {
      the.downloads.set(download, { state: 'complete', fileName: `on disk ${download}.jpg` });
      await the.controller.downloadChanged(download);
    }
    expect(the.downloaded).toHaveLength(9);
    for (const id of ids)
      expect(await the.job(id)).toMatchObject({ state: 'saved', fileName: expect.stringMatching(/^on disk/) });
  });

  it('go on being saved when the background was killed in between', async () => {
    const the = world();
    const ids = await ready(the, 6);
    await the.controller.saveAll(ids.map((id, at) => ({ id, fileName: `${at}.jpg` })));
    for (let download = 1; download <= 4; download++)
      the.downloads.set(download, { state: 'complete', fileName: 'x.jpg' });
    await the.restart().retryLost();
    expect(the.downloaded).toHaveLength(6);
  });

  it('are saved, or not, together in one archive', async () => {
    const the = world();
    const ids = await ready(the, 3);
    the.downloads.set(7, null);
    await the.controller.savingTogether(ids, 7);
    expect(the.downloaded).toEqual([]);
    the.downloads.set(7, { state: 'interrupted', error: new CompressionError('download-cancelled') });
    await the.controller.downloadChanged(7);
    for (const id of ids) expect(await the.job(id)).toMatchObject({ state: 'unsaved' });
    the.downloads.set(8, { state: 'complete', fileName: 'all.zip' });
    await the.controller.savingTogether(ids, 8);
    for (const id of ids) expect(await the.job(id)).toMatchObject({ state: 'saved' });
    expect(the.purges).toHaveLength(3);
  });
});

describe('a background that was killed', () => {
  it('leaves a job alone that the engine still works on', async () => {
    const the = world();
    const job = newJob();
    await the.controller.enqueue(job);
    await the.restart().retryLost();
    expect(the.runs).toHaveLength(1);
    await said(the.restart(), job.id, done);
    expect(await the.job(job.id)).toMatchObject({ state: 'saving' });
  });

  it('runs a job again that the engine lost, and gives up after the second time', async () => {
    const the = world();
    const job = newJob();
    await the.controller.enqueue(job);
    const begins = (attempt: number): Promise<void> => said(the.restart(), job.id, { kind: 'acquiring' }, attempt);
    await begins(1);
    for (const times of [2, 3]) {
      the.working.clear();
      await the.restart().retryLost();
      expect(the.runs).toHaveLength(times);
      await begins(times);
    }
    the.working.clear();
    await the.restart().retryLost();
    expect(the.runs).toHaveLength(3);
    expect(await the.job(job.id)).toMatchObject({ state: 'failed', error: { code: 'engine-stopped' } });
  });

  it('hears of a download that ended while it was dead', async () => {
    const the = world();
    const job = newJob();
    await the.controller.enqueue(job);
    await said(the.controller, job.id, done);
    the.working.clear();
    the.downloads.set(1, { state: 'complete', fileName: 'photo.jpg' });
    await the.restart().retryLost();
    expect(await the.job(job.id)).toMatchObject({ state: 'saved' });
    expect(the.purges).toEqual([[job.id, 'downloaded']]);
  });

  it('does not close the engine while a job runs', async () => {
    const the = world();
    const job = newJob();
    await the.controller.enqueue(job);
    await the.controller.closeEngineWhenIdle();
    expect(the.hostThere).toBe(true);
    await said(the.controller, job.id, { kind: 'failed', error: { code: 'corrupt', parameters: {} }, source: null });
    await the.controller.closeEngineWhenIdle();
    expect(the.hostThere).toBe(false);
  });
});

describe('a job that is ended or begun anew', () => {
  it('is cancelled, not failed, and can be begun again', async () => {
    const the = world();
    const job = newJob('hold');
    await the.controller.enqueue(job);
    await the.controller.cancel(job.id);
    expect(await the.job(job.id)).toMatchObject({ state: 'cancelled' });
    expect(await the.job(job.id)).not.toHaveProperty('error');
    await the.controller.retry(job.id, 1);
    await said(the.controller, job.id, done, 2);
    expect(await the.job(job.id)).toMatchObject({ state: 'ready' });
  });

  it.each([
    ['cancelled', new CompressionError('cancelled').toRecord()],
    ['failed', new CompressionError('codec-failed', { format: 'avif' }).toRecord()],
  ])('keeps its result when other settings are %s, and says why', async (how, error) => {
    const the = world();
    const job = newJob('hold');
    await the.controller.enqueue(job);
    await said(the.controller, job.id, done, 1);
    const before = await the.job(job.id);
    const other = { ...job.recipe, format: 'avif' as const };
    await the.controller.retry(job.id, 1, { recipe: other });
    expect(await the.job(job.id)).toMatchObject({ state: 'queued', recipe: other });
    if (how === 'cancelled') await the.controller.cancel(job.id);
    else await said(the.controller, job.id, { kind: 'failed', error, source: null }, 2);
    expect(await the.job(job.id)).toEqual({ ...before, attempt: 2, setback: error });
    expect(the.purges).toEqual([]);
  });

  it('stays turned and cropped when it gets the settings of all', async () => {
    const the = world();
    const framing = { turn: 90, crop: null } as const;
    const job = { ...newJob('hold'), recipe: { ...newJob('hold').recipe, framing } };
    await the.controller.enqueue(job);
    await said(the.controller, job.id, done, 1);
    const forAll = { ...newJob('hold').recipe, format: 'avif' as const };
    await the.controller.retry(job.id, 1, { recipe: forAll });
    expect((await the.job(job.id))?.recipe).toEqual({ ...forAll, framing });
  });

  it('lets go of the earlier result once there is a new one', async () => {
    const the = world();
    const job = newJob('hold');
    await the.controller.enqueue(job);
    await said(the.controller, job.id, done, 1);
    await the.controller.retry(job.id, 1, { recipe: { ...job.recipe, format: 'avif' } });
    await said(the.controller, job.id, done, 2);
    const now = await the.job(job.id);
    expect(now).toMatchObject({ state: 'ready', recipe: { format: 'avif' } });
    expect(now).not.toHaveProperty('earlier');
    expect(now).not.toHaveProperty('setback');
  });
});

describe('many jobs at once', () => {
  it('are given to the engine in one message', async () => {
    const the = world();
    const messages: number[] = [];
    the.given = (jobs) => messages.push(jobs.length);
    await Promise.all(Array.from({ length: 12 }, () => the.controller.enqueue(newJob('hold'))));
    expect(the.runs).toHaveLength(12);
    expect(messages.length).toBeLessThan(4);
  });

  it('of which one is cancelled before it is given, or while it is, are worked on without it', async () => {
    const the = world();
    let pass = (): void => undefined;
    the.given = () => new Promise<void>((resolve) => (pass = resolve));
    const [onItsWay, waiting, another] = [newJob('hold'), newJob('hold'), newJob('hold')];
    const enqueued = [the.controller.enqueue(onItsWay)];
    await new Promise(setImmediate);
    enqueued.push(the.controller.enqueue(waiting), the.controller.enqueue(another));
    await new Promise(setImmediate);
    await the.controller.cancel(onItsWay.id);
    await the.controller.cancel(waiting.id);
    pass();
    await new Promise(setImmediate);
    pass();
    await Promise.all(enqueued);
    expect(the.runs.map(({ id }) => id)).toEqual([onItsWay.id, another.id]);
    expect([...the.working]).toEqual([[another.id, 1]]);
    for (const { id } of [onItsWay, waiting]) expect(await the.job(id)).toMatchObject({ state: 'cancelled' });
  });

  it('of which the engine can not be given any fail, each with the reason', async () => {
    const the = world();
    the.given = () => {
      throw new CompressionError('engine-stopped');
    };
    const jobs = [newJob('hold'), newJob('hold')];
    await Promise.all(jobs.map(the.controller.enqueue));
    for (const { id } of jobs)
      expect(await the.job(id)).toMatchObject({ state: 'failed', error: { code: 'engine-stopped' } });
  });
});

describe('each run of the engine', () => {
  it('of which several events come together is written down as the last of them', async () => {
    const the = world();
    const jobs = [newJob('hold'), newJob('hold')];
    await Promise.all(jobs.map(the.controller.enqueue));
    the.states.length = 0;
    const [one, other] = jobs.map(({ id }) => ({ id, attempt: 1 }));
    if (!one || !other) throw new Error('two jobs');
    const source = { format: 'jpeg', bytes: 1000, width: 1, height: 1 } as const;
    await the.controller.onEngineEvents([
      { ...one, kind: 'inspected', source },
      { ...other, kind: 'started', source },
      { ...one, kind: 'started', source },
      { ...other, kind: 'step', step: 'encode' },
      { ...one, ...done },
    ]);
    expect(await the.job(one.id)).toMatchObject({ state: 'ready', receipt });
    expect(await the.job(other.id)).toMatchObject({ state: 'compressing', source });
    expect(the.states.sort()).toEqual(['compressing', 'ready']);
    expect(the.steps).toEqual(['encode']);
    expect(the.counted).toBe(1);
  });

  it('is known by its number: what a run that was given up still says changes nothing', async () => {
    const the = world();
    const job = newJob('hold');
    await the.controller.enqueue(job);
    await the.controller.cancel(job.id);
    await the.controller.retry(job.id, 1);
    expect(the.runs.map(({ attempt }) => attempt)).toEqual([1, 2]);
    await said(
      the.controller,
      job.id,
      { kind: 'failed', error: { code: 'cancelled', parameters: {} }, source: null },
      1,
    );
    await said(the.controller, job.id, done, 1);
    expect(await the.job(job.id)).toMatchObject({ state: 'queued', attempt: 2 });
    await said(the.controller, job.id, done, 2);
    expect(await the.job(job.id)).toMatchObject({ state: 'ready', attempt: 2 });
  });

  it('is begun once for two words of the person, as when the answer to the first was lost', async () => {
    const the = world();
    const job = newJob('hold');
    await the.controller.enqueue(job);
    await said(the.controller, job.id, { kind: 'failed', error: { code: 'corrupt', parameters: {} }, source: null });
    expect(await the.controller.retry(job.id, 1)).toBe(true);
    expect(await the.controller.retry(job.id, 1)).toBe(false);
    await the.controller.enqueue(job);
    expect(the.runs).toHaveLength(2);
  });

  it('is told of twice, and counted and saved once', async () => {
    const the = world();
    const job = newJob();
    await the.controller.enqueue(job);
    await Promise.all([said(the.controller, job.id, done), said(the.controller, job.id, done)]);
    expect(the.downloaded).toHaveLength(1);
    expect(the.counted).toBe(1);
  });

  it('waits as long as the engine has not begun, and that is no fault of its image when the engine ends', async () => {
    const the = world();
    const job = newJob('hold');
    await the.controller.enqueue(job);
    expect(await the.job(job.id)).toMatchObject({ state: 'queued', source: null });
    const source = { format: 'jpeg', bytes: 1, width: 1, height: 1 } as const;
    await said(the.controller, job.id, { kind: 'inspected', source });
    expect(await the.job(job.id)).toMatchObject({ state: 'queued', source });
    for (let times = 0; times < 4; times++) {
      the.working.clear();
      await the.restart().retryLost();
    }
    expect(await the.job(job.id)).toMatchObject({ state: 'queued', attempt: 5, lost: 0 });
  });
});

describe('what a view could not bring', () => {
  it('is still waited for by the engine that comes after the one that ended, and fails in that one too', async () => {
    const the = world();
    const job = newJob('hold');
    await the.controller.enqueue({ ...job, view: 'a view' });
    the.working.clear();
    await the.restart().retryLost();
    expect(the.runs.map(({ attempt, view }) => `${attempt} ${view}`)).toEqual(['1 a view', '2 a view']);
    await the
      .restart()
      .onNotTaken(moved(job, 'failed', { error: { code: 'file-gone', parameters: { name: 'a' } }, source: null }));
    expect(await the.job(job.id)).toMatchObject({ state: 'failed', error: { code: 'file-gone' } });
    expect(the.working.size).toBe(0);
  });

  it('ends the job that had begun, or one that begins with it', async () => {
    const the = world();
    const [begun, new_] = [newJob('hold'), newJob('hold')];
    await the.controller.enqueue({ ...begun, view: 'a view' });
    expect(the.runs[0]).toMatchObject({ view: 'a view' });
    for (const job of [begun, new_]) {
      await the.controller.onNotTaken(
        moved(job, 'failed', { error: { code: 'file-gone', parameters: { name: 'photo.jpg' } }, source: null }),
      );
      expect(await the.job(job.id)).toMatchObject({ state: 'failed', error: { code: 'file-gone' } });
    }
    expect(the.working.size).toBe(0);
  });
});

describe('settings for all that change in the middle of a batch', () => {
  it('are those of what waits, at once; what runs, is done, or has its own goes on as it is', async () => {
    const the = world();
    const jobs = ['waits', 'runs', 'done', 'own'].map(() => newJob('hold'));
    const [waits, runs, ended, own] = jobs as [JobIn<'queued'>, JobIn<'queued'>, JobIn<'queued'>, JobIn<'queued'>];
    for (const job of [waits, runs, ended]) await the.controller.enqueue(job);
    await the.controller.enqueue({ ...own, ownRecipe: true });
    const source = { format: 'jpeg', bytes: 1, width: 1, height: 1 } as const;
    const losses = [{ kind: 'lost', code: 'first-frame-only', parameters: { frames: 7 } } as const];
    await said(the.controller, waits.id, { kind: 'inspected', source: { ...source, losses } });
    await said(the.controller, runs.id, { kind: 'started', source });
    await said(the.controller, ended.id, done);
    the.runs.length = 0;
    const recipe = { ...DEFAULT_RECIPE, format: 'avif' as const };
    await the.controller.follow(recipe);
    expect(the.runs).toMatchObject([{ id: waits.id, attempt: 2, recipe }]);
    expect(await the.job(waits.id)).toMatchObject({ state: 'queued', recipe, source: { ...source, losses: [] } });
    for (const { id } of [runs, ended, own]) expect((await the.job(id))?.recipe).toEqual(DEFAULT_RECIPE);
    // The same once more is nothing new.
    await the.controller.follow(recipe);
    expect(the.runs).toHaveLength(1);
  });
});
