/**
 * The bytes of a reading on their way out of the page: pieces of base64 by a port to the engine, which lets so many come at a
 * time. A script's answer would take them through the browser and the service worker, as one piece of JSON each time.
 */

/** The part of `runtime.Port` that is needed here. */
export interface OutPort {
  readonly onMessage: { addListener(listener: (more: number) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
  postMessage(message: unknown): void;
  disconnect(): void;
}

export interface BytesOut {
  /** Rejects once nobody takes them. */
  send(message: unknown): Promise<void>;
  /** The engine has taken all, or has gone. */
  readonly closed: Promise<void>;
}

/** ms between two tries, and for how long: the engine's page may be on its way. Shorter than a server may be silent, which it is not. */
const PAUSE = 50;
const PATIENCE = 20_000;

export function openBytesOut(connect: () => OutPort, signal: AbortSignal): BytesOut {
  let port: OutPort | undefined;
  /** Messages that the engine lets come; null before its first word. */
  let free: number | null = null;
  let over = false;
  let changed = (): void => undefined;
  let close: () => void;
  const closed = new Promise<void>((resolve) => (close = resolve));

  function end(): void {
    over = true;
    clearTimeout(late);
    changed();
    close();
  }

  function open(): void {
    if (over) return;
    try {
      port = connect();
    } catch {
      // The extension has ended.
      return end();
    }
    port.onMessage.addListener((more) => {
      clearTimeout(late);
      free = (free ?? 0) + more;
      changed();
    });
    port.onDisconnect.addListener(() => {
      if (free === null) setTimeout(open, PAUSE);
      else end();
    });
  }

  const leave = (): void => {
    end();
    port?.disconnect();
  };
  const late = setTimeout(leave, PATIENCE);
  open();
  signal.addEventListener('abort', leave);
  return {
    async send(message) {
      while (!free && !over) await new Promise<void>((resolve) => (changed = resolve));
      if (over) throw new Error('nobody takes them');
      free = (free ?? 0) - 1;
      port?.postMessage(message);
    },
    closed,
  };
}
