/** Which parts of the code under test have run, from V8's own counters: what tells a fuzzer that an input is new. */
import { Session, type Profiler } from 'node:inspector';

const UNDER_TEST = '/lib/';

export class Coverage {
  readonly #session = new Session();
  /** By script, a byte a character of its source: 1 once it has run. */
  readonly #covered = new Map<string, Uint8Array>();

  start(): void {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  stop(): void {
    this.#session.disconnect();
  }

  /**
   * How many characters of code ran since the last call that never ran before. They count as known from now on when
   * `remember` is set; otherwise the next call can find them again.
   */
  fresh(remember: boolean): number {
    let fresh = 0;
    // In the same process the answer comes before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, parameters) => {
      if (error) throw error;
      for (const script of parameters.result)
        if (script.url.includes(UNDER_TEST)) fresh += this.#compare(script, remember);
    });
    return fresh;
  }

  #compare({ url, functions }: Profiler.ScriptCoverage, remember: boolean): number {
    const end = functions.reduce((most, { ranges }) => Math.max(most, ranges[0]?.endOffset ?? 0), 0);
    const covered = this.#coveredOf(url, end);
    // Outer ranges come first, so that inner ones have the last word.
    const now = new Uint8Array(end);
    for (const { ranges } of functions)
      for (const { startOffset, endOffset, count } of ranges) now.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    let fresh = 0;
    for (let i = 0; i < end; i++) {
      if (now[i] === 0 || covered[i] === 1) continue;
      fresh++;
      if (remember) covered[i] = 1;
    }
    return fresh;
  }

  #coveredOf(url: string, length: number): Uint8Array {
    const known = this.#covered.get(url) ?? new Uint8Array();
    if (known.length >= length) return known;
    const larger = new Uint8Array(length);
    larger.set(known);
    this.#covered.set(url, larger);
    return larger;
  }
}
