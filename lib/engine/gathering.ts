/** Letting small things go on together, where each by itself costs as much as all of them. */
interface Gathering {
  /** Resolves for all that wait: soon, when there are enough of them, or when no other can come. */
  enter(): Promise<void>;
  /** Fewer may come now. */
  check(): void;
}

interface GatheringOptions {
  /** How many may come, with those that wait. */
  readonly mayCome: () => number;
  /** ms that the first waits at most. */
  readonly longest?: number;
  readonly enough?: number;
}

export function createGathering({ mayCome, longest = 100, enough = 8 }: GatheringOptions): Gathering {
  let waiting: (() => void)[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;

  function letGo(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const all = waiting;
    waiting = [];
    for (const each of all) each();
  }

  function check(): void {
    if (waiting.length === 0) return;
    if (waiting.length >= enough || waiting.length >= mayCome()) letGo();
    else timer ??= setTimeout(letGo, longest);
  }

  return {
    enter: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        check();
      }),
    check,
  };
}
