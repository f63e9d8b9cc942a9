/** Lets in what is in memory together: many small files at a time, or a few large ones. In the order in which they came. */
export interface ByteGate {
  /** Resolves, when so many bytes more may be in memory, with what says that they are in it no longer. */
  enter(bytes: number): Promise<() => void>;
}

/** @param most bytes; what is larger goes in alone */
export function createByteGate(most: number): ByteGate {
  const waiting: { readonly bytes: number; readonly go: () => void }[] = [];
  let inside = 0;

  function admit(): void {
    for (let [next] = waiting; next && (inside === 0 || inside + next.bytes <= most); [next] = waiting) {
      waiting.shift();
      inside += next.bytes;
      next.go();
    }
  }

  return {
    async enter(bytes) {
      await new Promise<void>((go) => {
        waiting.push({ bytes, go });
        admit();
      });
      let isInside = true;
      return () => {
        if (isInside) inside -= bytes;
        isInside = false;
        admit();
      };
    },
  };
}
