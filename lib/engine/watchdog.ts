/**
 * Tells a worker that hangs from one that is slow. WASM answers no question while it works, so silence is all there is to
 * go by; and on a busy machine a healthy codec is silent for long. So silence is not counted by the clock on the wall but
 * by beats of this thread, each worth what the machine gave it: a machine that is busy, asleep or swapping beats less.
 */
import { CompressionError } from '../core/errors.ts';

export interface Watchdog {
  /** Rejects with `codec-hung` after `limit` ms of silence. */
  readonly hung: Promise<never>;
  /** A sign of life. */
  progress(): void;
  stop(): void;
}

/** ms; a hidden page's timers come once a second. */
const LONGEST_BEAT = 1000;

/**
 * @param limit ms of the machine's time
 * @param share of this machine that the thread gets now, 0 to 1
 */
export function createWatchdog(limit: number, share: () => number = measuredShare): Watchdog {
  const beat = Math.min(LONGEST_BEAT, limit / 5);
  let silent = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const hung = new Promise<never>((_resolve, reject) => {
    timer = setInterval(() => {
      silent += beat * share();
      if (silent >= limit) reject(new CompressionError('codec-hung', { seconds: Math.round(limit / 1000) }));
    }, beat);
  });
  // Whoever races it may have gone by then.
  hung.catch(() => undefined);
  return {
    hung,
    progress: () => {
      silent = 0;
    },
    stop: () => clearInterval(timer),
  };
}

/** Rounds of a loop that take about a millisecond when nothing else runs. */
const ROUNDS = 400_000;
/** ms that they took at best. */
let fastest = Infinity;
/** Where the loop's sum goes, so that it is not left out. */
let sum = 0;

/** How fast a fixed piece of work is done, against the fastest that it was ever done here. */
function measuredShare(): number {
  const began = performance.now();
  for (let i = 0; i < ROUNDS; i++) sum = (sum + i) | 0;
  const took = Math.max(performance.now() - began, 0.001);
  fastest = Math.min(fastest, took);
  return fastest / took;
}
