/** What is to be done for one tab, or one image, in the order in which it was asked for. */

/** Does the work once all that was asked before it for the same key is over, well or not. */
export type InTurn<Key> = (key: Key, work: () => Promise<void>) => Promise<void>;

/** @param longest ms that the next work waits for one at most: some pages never answer. Default: until it is over */
export function createTurns<Key>(longest = Infinity): InTurn<Key> {
  const last = new Map<Key, Promise<void>>();
  return (key, work) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work);
    const ended = mine.catch(() => undefined);
    const over: Promise<void> = (
      longest === Infinity ? ended : Promise.race([ended, new Promise<void>((resolve) => setTimeout(resolve, longest))])
    ).then(() => {
      if (last.get(key) === over) last.delete(key);
    });
    last.set(key, over);
    return mine;
  };
}
