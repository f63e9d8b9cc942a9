/** Something that is kept elsewhere, followed as it changes and as time goes by. */

export interface LiveSource<Value> {
  read(): Promise<Value>;
  /** Calls `changed` at each change until the returned function is called. */
  watch(changed: () => void): () => void;
  /** ms since the epoch. */
  clock(): number;
}

export class Live<Value> {
  readonly #source: LiveSource<Value>;
  #current = $state.raw<Value | null>(null);
  #now = $state(0);
  #turn = 0;
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

  stop(): void {
    for (const end of this.#ends) end();
  }

  async #read(): Promise<void> {
    const turn = ++this.#turn;
    const value = await this.#source.read();
    // A later reading may have been faster, and knows more.
    if (turn !== this.#turn) return;
    this.#current = value;
    this.#now = this.#source.clock();
  }
}
