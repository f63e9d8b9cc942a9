/**
 * Codec workers that may have threads. Threads share memory, which Chromium allows in isolated documents alone, so these live in a
 * frame of the engine's page that is (`lib/background/isolation.ts`): a process of its own, there only while one of them works. In a
 * browser or a window where the frame is not isolated there are none, and each picture has one thread.
 */
import type { OpenFrame, IsolatedFrame } from './isolated-frame.ts';

/** What the pool needs of a worker. */
export type PoolWorker = Pick<Worker, 'postMessage' | 'addEventListener' | 'removeEventListener' | 'terminate'>;

export interface IsolatedWorkers {
  /** Whether workers can have threads; the first question opens the frame and waits for it. */
  available(): Promise<boolean>;
  /** Begins at once; one that cannot be started says so by an event, as any worker does. */
  start(threads: number): PoolWorker;
}

/** For its first worker a frame waits so long; ms. */
const IDLE = 10_000;

export function createIsolatedWorkers(openFrame: OpenFrame, idle = IDLE): IsolatedWorkers {
  let frame: IsolatedFrame | null = null;
  let closing: ReturnType<typeof setTimeout> | undefined;
  /** What a frame has said stays true as long as the browser runs. */
  let known: boolean | null = null;
  const workers = new Set<IsolatedWorker>();

  function close(): void {
    clearTimeout(closing);
    frame?.remove();
    frame = null;
  }

  function opened(): IsolatedFrame {
    clearTimeout(closing);
    return (frame ??= openFrame());
  }

  return {
    async available() {
      if (known !== null) return known;
      const isolated = await opened().isolated;
      // Null: it did not come, and may the next time.
      known ??= isolated;
      if (!isolated) close();
      else if (workers.size === 0) closing = setTimeout(close, idle);
      return isolated ?? false;
    },
    start(threads) {
      const inFrame = opened();
      const worker = new IsolatedWorker();
      workers.add(worker);
      worker.addEventListener('end', () => {
        workers.delete(worker);
        if (workers.size === 0) close();
      });
      // Its process has ended: what is left of the frame is of no use.
      worker.addEventListener('lost', () => {
        if (frame === inFrame) close();
      });
      void inFrame.isolated.then((isolated) => {
        if (isolated) worker.connect((ports) => inFrame.start(threads, ports));
        else worker.dispatchEvent(new Event('error'));
      });
      return worker;
    },
  };
}

/** The engine's side of a worker in the frame: messages go both ways over one port, its life hangs on another. */
class IsolatedWorker extends EventTarget implements PoolWorker {
  readonly #tasks = new MessageChannel();
  readonly #life = new MessageChannel();

  /** What was said to it before is heard then. */
  connect(start: (ports: readonly [tasks: MessagePort, life: MessagePort]) => void): void {
    this.#tasks.port1.onmessage = ({ data, ports }: MessageEvent<unknown>) =>
      void this.dispatchEvent(new MessageEvent('message', { data, ports: [...ports] }));
    this.#tasks.port1.onmessageerror = () => void this.dispatchEvent(new Event('messageerror'));
    this.#life.port1.onmessage = () => void this.dispatchEvent(new Event('error'));
    this.#life.port1.addEventListener('close', () => {
      this.dispatchEvent(new Event('lost'));
      this.dispatchEvent(new Event('error'));
    });
    start([this.#tasks.port2, this.#life.port2]);
  }

  postMessage(message: unknown, transfer: Transferable[] | StructuredSerializeOptions = []): void {
    this.#tasks.port1.postMessage(message, transfer as Transferable[]);
  }

  /** The frame ends the worker when its port is closed. */
  terminate(): void {
    this.#tasks.port1.close();
    this.#life.port1.close();
    this.dispatchEvent(new Event('end'));
  }
}
