import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { IsolatedFrame } from '../../../lib/engine/isolated-frame.ts';
import { createIsolatedWorkers } from '../../../lib/engine/isolated-workers.ts';

class Frame implements IsolatedFrame {
  removed = false;
  readonly started: { threads: number; tasks: MessagePort; life: MessagePort }[] = [];
  constructor(readonly isolated: Promise<boolean | null>) {}
  start(threads: number, [tasks, life]: readonly [MessagePort, MessagePort]): void {
    this.started.push({ threads, tasks, life });
  }
  remove(): void {
    this.removed = true;
  }
}

function frames(...isolated: (boolean | null)[]): { opened: Frame[]; open: () => Frame } {
  const opened: Frame[] = [];
  const open = (): Frame => {
    const frame = new Frame(Promise.resolve(isolated.at(opened.length) as boolean | null));
    opened.push(frame);
    return frame;
  };
  return { opened, open };
}

const heard = (target: Pick<EventTarget, 'addEventListener'>, type: string): Promise<Event> =>
  new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));

it('opens one frame for all workers, speaks with each of them, and closes it after the last', async () => {
  const { opened, open } = frames(true);
  const workers = createIsolatedWorkers(open);
  expect(await workers.available()).toBe(true);
  const [one, other] = [workers.start(2), workers.start(8)];
  one.postMessage('early', []);
  await delay(0);
  expect(opened).toHaveLength(1);
  expect(opened[0]?.started.map(({ threads }) => threads)).toEqual([2, 8]);
  const { tasks, life } = opened[0]?.started[0] ?? {};
  const said = await new Promise((resolve) => {
    if (tasks) tasks.onmessage = ({ data }) => resolve(data);
  });
  expect(said).toBe('early');
  const answer = heard(one, 'message');
  tasks?.postMessage('answer');
  expect((await answer) as MessageEvent).toMatchObject({ data: 'answer' });
  const failure = heard(one, 'error');
  life?.postMessage('failed');
  await failure;
  one.terminate();
  expect(opened[0]?.removed).toBe(false);
  other.terminate();
  expect(opened[0]?.removed).toBe(true);
  for (const { tasks: port, life: last } of opened[0]?.started ?? []) [port, last].forEach((each) => each.close());
});

it('says once and for all that there are none, but asks again where no frame came', async () => {
  const { opened, open } = frames(null, false);
  const workers = createIsolatedWorkers(open);
  expect([await workers.available(), await workers.available(), await workers.available()]).toEqual([
    false,
    false,
    false,
  ]);
  expect(opened.map(({ removed }) => removed)).toEqual([true, true]);
});

it('closes a frame that nobody came to use, and opens another for who comes then', async () => {
  const { opened, open } = frames(true, true);
  const workers = createIsolatedWorkers(open, 1);
  await workers.available();
  await delay(20);
  expect(opened[0]?.removed).toBe(true);
  const worker = workers.start(2);
  await delay(20);
  expect(opened[1]).toMatchObject({ removed: false, started: [{ threads: 2 }] });
  worker.terminate();
});

it('takes a frame whose process has ended for gone: the worker has failed, and the next one gets a new frame', async () => {
  const { opened, open } = frames(true, true);
  const workers = createIsolatedWorkers(open);
  await workers.available();
  const worker = workers.start(2);
  await delay(0);
  const failed = heard(worker, 'error');
  opened[0]?.started[0]?.life.close();
  await failed;
  expect(opened[0]?.removed).toBe(true);
  worker.terminate();
  workers.start(2).terminate();
  expect(opened).toHaveLength(2);
});
