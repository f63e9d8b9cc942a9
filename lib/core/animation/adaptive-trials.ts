/** Tries several ways of doing one thing over and over, and lets those rest that keep losing: encoding takes time. */
import { CompressionError } from '../errors.ts';

/** Lost clearly, twice in a row, and a way is not tried for so many turns. */
const CLEARLY = 1.25;
const LOSSES = 2;
const REST = 8;

/** A turn that costs so many times what the last one did wakes all: what is coded has changed. */
const SURPRISE = 2;

export interface Tried<R> {
  readonly result: R;
  /** What is compared; the least wins. */
  readonly cost: number;
}

export class AdaptiveTrials<W> {
  readonly #members: readonly Member<W>[];
  #lastCost = Infinity;

  constructor(ways: readonly W[]) {
    this.#members = ways.map((way) => ({ way, losses: 0, rest: 0 }));
  }

  /**
   * @param attempt null when this way can't do it this time; not every way may answer so
   * @returns what the cheapest way gave; the first of equals
   */
  async best<R>(attempt: (way: W) => Promise<Tried<R> | null>): Promise<R> {
    const awake = this.#members.filter(({ rest }) => rest === 0);
    for (const member of this.#members) member.rest = Math.max(0, member.rest - 1);
    const tried = await this.#tryAll(awake, attempt);
    const soFar = least(tried);
    if (!soFar || soFar.cost > this.#lastCost * SURPRISE) {
      tried.push(
        ...(await this.#tryAll(
          this.#members.filter((member) => !awake.includes(member)),
          attempt,
        )),
      );
    }
    const best = least(tried);
    if (!best) throw new CompressionError('internal', {}, { cause: new Error('no way can do it') });
    for (const { member, cost } of tried) {
      member.losses = cost > best.cost * CLEARLY ? member.losses + 1 : 0;
      member.rest = member.losses >= LOSSES ? REST : 0;
    }
    this.#lastCost = best.cost;
    return best.result;
  }

  async #tryAll<R>(
    members: readonly Member<W>[],
    attempt: (way: W) => Promise<Tried<R> | null>,
  ): Promise<(Tried<R> & { member: Member<W> })[]> {
    const tried = [];
    // One after another: they share one WASM memory.
    for (const member of members) {
      const answer = await attempt(member.way);
      if (answer) tried.push({ ...answer, member });
    }
    return tried;
  }
}

interface Member<W> {
  readonly way: W;
  losses: number;
  rest: number;
}

function least<T extends { cost: number }>(tried: readonly T[]): T | undefined {
  return tried.reduce<T | undefined>((best, one) => (best && best.cost <= one.cost ? best : one), undefined);
}
