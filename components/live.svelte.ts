/** Something that is kept elsewhere, followed as it changes and as time goes by. */

export interface LiveSource<Value> {
  read(): Promise<Value>;
  /** Calls `changed` at each change until the returned function is called. */
  watch(changed: () => void): () => void;
  /** ms since the epoch. */
  clock(): number;
  /** ms between two readings; longer where one costs much. */
  readonly pause?: number;
  /** ms until what is shown of it is another by the time alone; Infinity for never. A view that nobody looks at is not to wake for nothing. */
  untilChange(value: Value, now: number): number;
}

/** ms between two readings. */
const PAUSE = 150;
/** ms: after the machine has slept the clock is ahead of the timers. */
const LONGEST = 60_000;

export class Live<Value> {
  readonly #source: LiveSource<Value>;
  #current = $state.raw<Value | null>(null);
  #now = $state(0);
  #reading = false;
  #changed = false;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #unwatch: () => void;

  constructor(source: LiveSource<Value>) {
    this.#source = source;
    this.#now = source.clock();
    this.#unwatch = source.watch(() => void this.#read());
    void this.#read();
  }

  /** Null until the first reading. */
  get current(): Value | null {
    return this.#current;
  }

  /** ms since the epoch, as exactly as what is shown needs it. */
  get now(): number {
    return this.#now;
  }

  /** Reads it now: what the caller has just changed is then in `current`. */
  async refresh(): Promise<void> {
    try {
      this.#take(await this.#source.read());
    } catch {
      // As below.
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#unwatch();
    clearTimeout(this.#timer);
  }

  #take(value: Value): void {
    if (this.#stopped) return;
    this.#current = value;
    this.#tick(value);
  }

  #tick(value: Value): void {
    clearTimeout(this.#timer);
    this.#now = this.#source.clock();
    const wait = this.#source.untilChange(value, this.#now);
    if (wait !== Infinity) this.#timer = setTimeout(() => this.#tick(value), Math.min(wait, LONGEST));
  }

  /** At once, and again when it has changed meanwhile: a batch brings more changes than a person can see. */
  async #read(): Promise<void> {
    this.#changed = true;
    if (this.#reading) return;
    this.#reading = true;
    while (this.#changed && !this.#stopped) {
      this.#changed = false;
      try {
        this.#take(await this.#source.read());
      } catch {
        // What can't be read now shows as it was; the next change reads it again.
      }
      await new Promise((resolve) => setTimeout(resolve, this.#source.pause ?? PAUSE));
    }
    this.#reading = false;
  }
}
