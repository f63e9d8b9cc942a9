/** Something that is kept elsewhere, followed as it changes and as time goes by. */

export interface LiveSource<Value> {
  read(): Promise<Value>;
  /** Calls `changed` at each change until the returned function is called. */
  watch(changed: () => void): () => void;
  /** ms since the epoch. */
  clock(): number;
  /** ms between two readings; longer where one costs much. */
  readonly pause?: number;
}

/** ms between two readings. */
const PAUSE = 150;

export class Live<Value> {
  readonly #source: LiveSource<Value>;
  #current = $state.raw<Value | null>(null);
  #now = $state(0);
  #reading = false;
  #changed = false;
  #stopped = false;
  readonly #ends: readonly (() => void)[];

  constructor(source: LiveSource<Value>) {
    this.#source = source;
    this.#now = source.clock();
    const timer = setInterval(() => {
      this.#now = source.clock();
    }, 1000);
    this.#ends = [source.watch(() => void this.#read()), () => clearInterval(timer)];
    void this.#read();
  }

  /** Null until the first reading. */
  get current(): Value | null {
    return this.#current;
  }

  /** ms since the epoch, to the second. */
  get now(): number {
    return this.#now;
  }

  /** Reads it now: what the caller has just changed is then in `current`. */
  async refresh(): Promise<void> {
    try {
      this.#current = await this.#source.read();
    } catch {
      // As below.
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const end of this.#ends) end();
  }

  /** At once, and again when it has changed meanwhile: a batch brings more changes than a person can see. */
  async #read(): Promise<void> {
    this.#changed = true;
    if (this.#reading) return;
    this.#reading = true;
    while (this.#changed && !this.#stopped) {
      this.#changed = false;
      try {
        this.#current = await this.#source.read();
        this.#now = this.#source.clock();
      } catch {
        // What can't be read now shows as it was; the next change reads it again.
      }
      await new Promise((resolve) => setTimeout(resolve, this.#source.pause ?? PAUSE));
    }
    this.#reading = false;
  }
}
