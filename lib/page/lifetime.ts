/** A countdown that holds its breath while somebody looks. */

/** ms that are left at least when the last look ends. */
const AFTER_LOOK = 2_000;

export class Lifetime {
  #left: number;
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #holds = new Set<string>();
  readonly #onEnd: () => void;

  constructor(milliseconds: number, onEnd: () => void) {
    this.#left = milliseconds;
    this.#onEnd = onEnd;
    this.#run();
  }

  /** Begins anew, with the holds that there are. */
  restart(milliseconds: number): void {
    this.#stop();
    this.#left = milliseconds;
    this.#run();
  }

  /** `reason` keeps it from running out until the same reason is released. */
  hold(reason: string): void {
    this.#stop();
    this.#holds.add(reason);
  }

  release(reason: string): void {
    if (!this.#holds.delete(reason)) return;
    this.#left = Math.max(this.#left, AFTER_LOOK);
    this.#run();
  }

  end(): void {
    this.#stop();
    this.#holds.add('ended');
  }

  #run(): void {
    if (this.#holds.size > 0) return;
    this.#stop();
    this.#since = Date.now();
    this.#timer = setTimeout(this.#onEnd, this.#left);
  }

  #stop(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#left = Math.max(0, this.#left - (Date.now() - this.#since));
  }
}
