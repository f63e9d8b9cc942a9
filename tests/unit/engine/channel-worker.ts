/** A worker without a thread of its own: the same messages, and an end that can be seen. */
import type { Endpoint } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { MessageChannel } from 'node:worker_threads';

export class ChannelWorker extends EventTarget {
  ended = false;
  readonly #channel = new MessageChannel();
  readonly #near = nodeEndpoint(this.#channel.port1);

  /** @param serve what the worker does as it starts, with its own end of the channel */
  constructor(serve: (endpoint: Endpoint) => void) {
    super();
    serve(nodeEndpoint(this.#channel.port2));
  }

  postMessage(message: unknown, transfer: Transferable[]): void {
    if (!this.ended) this.#near.postMessage(message, transfer);
  }

  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: AddEventListenerOptions,
  ): void {
    if (type === 'message') this.#near.addEventListener(type, listener);
    else super.addEventListener(type, listener, options);
  }

  override removeEventListener(type: string, listener: EventListenerOrEventListenerObject): void {
    if (type === 'message') this.#near.removeEventListener(type, listener);
    else super.removeEventListener(type, listener);
  }

  terminate(): void {
    this.ended = true;
    this.#channel.port1.close();
  }
}
