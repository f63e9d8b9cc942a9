/** The frame of the engine's page in which workers may have threads, and the two sides' words: by `postMessage`, from one to the other alone. */
import { expose, wrap } from 'comlink';
import type { LoadWasm } from '../core/codecs/codec.ts';
import { THREADS_PAGE } from '../platform/engine-document.ts';

/** Name of a codec worker that is told its threads before its tasks. */
export const THREADED = 'threaded';

/** From the frame, when it is there. */
interface Hello {
  readonly isolated: boolean;
}

/** To the frame, with two ports: for the worker's tasks, and one on which its life hangs; and from there to the worker. */
interface StartWorker {
  readonly threads: number;
}

export interface IsolatedFrame {
  /** Whether it may have threads; null where it did not come. */
  readonly isolated: Promise<boolean | null>;
  start(threads: number, ports: readonly [tasks: MessagePort, life: MessagePort]): void;
  remove(): void;
}

export type OpenFrame = () => IsolatedFrame;

/** A frame that has not come by then does not come; ms. */
const PATIENCE = 15_000;

export function openIsolatedFrame(): IsolatedFrame {
  const frame = Object.assign(document.createElement('iframe'), { src: THREADS_PAGE });
  const settled = new AbortController();
  const isolated = new Promise<boolean | null>((resolve) => {
    addEventListener(
      'message',
      ({ source, data }: MessageEvent<Hello>) => {
        if (source === frame.contentWindow) resolve(data.isolated);
      },
      { signal: settled.signal },
    );
    setTimeout(resolve, PATIENCE, null);
  }).finally(() => settled.abort());
  document.body.append(frame);
  return {
    isolated,
    start: (threads, ports) => frame.contentWindow?.postMessage({ threads } satisfies StartWorker, origin, [...ports]),
    remove: () => frame.remove(),
  };
}

/** The frame's side. A compiled module cannot leave its process, so the frame has codecs of its own for its workers. */
export function serveIsolatedWorkers(startWorker: () => Worker, load: LoadWasm): void {
  addEventListener('message', ({ source, data, ports: [tasks, life] }: MessageEvent<StartWorker>) => {
    if (source !== parent || !tasks || !life) return;
    const worker = startWorker();
    const codecs = new MessageChannel();
    expose(load, codecs.port1);
    worker.postMessage(data, [tasks, codecs.port2]);
    for (const kind of ['error', 'messageerror']) worker.addEventListener(kind, () => life.postMessage('failed'));
    life.addEventListener('close', () => worker.terminate());
    life.start();
  });
  parent.postMessage({ isolated: crossOriginIsolated } satisfies Hello, origin);
}

/** The worker's side. @param serve with its threads, the port of its tasks and its way to the codecs */
export function onceStarted(serve: (threads: number, tasks: MessagePort, load: LoadWasm) => void): void {
  addEventListener(
    'message',
    ({ data: { threads }, ports: [tasks, codecs] }: MessageEvent<StartWorker>) => {
      if (tasks && codecs) serve(threads, tasks, wrap<LoadWasm>(codecs) as unknown as LoadWasm);
    },
    { once: true },
  );
}
