/** A JPEG picture before the inverse transform: what a lossless rewrite has to keep, and nothing else. */

export interface Component {
  readonly id: number;
  /** Sampling factors: ITU-T T.81, A.1.1. */
  readonly horizontal: number;
  readonly vertical: number;
  /** Number of its quantisation table. */
  readonly table: number;
  /** In blocks of 8 x 8 samples, without the ones that only fill up an MCU. */
  readonly blocksWide: number;
  readonly blocksHigh: number;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  /** SOF0 to SOF2. */
  readonly marker: number;
  readonly components: readonly Component[];
  /** MCUs of an interleaved scan. */
  readonly mcusWide: number;
  readonly mcusHigh: number;
}

/**
 * The quantised coefficients of one component, blocks in raster order. Zeros are left out, since most are: what is not 0
 * in block b stands at `starts[b]` to `starts[b + 1]`.
 */
export interface Coefficients {
  readonly dc: Int16Array;
  readonly starts: Uint32Array;
  /** 1 to 63, in zigzag order, rising within a block. */
  readonly positions: Uint8Array;
  readonly values: Int16Array;
}

/** @param dense 64 values a block, in zigzag order */
export function sparse(dense: Int16Array): Coefficients {
  const blocks = dense.length / 64;
  let count = 0;
  for (let i = 0; i < dense.length; i++) if (dense[i] !== 0 && (i & 63) !== 0) count++;
  const dc = new Int16Array(blocks);
  const starts = new Uint32Array(blocks + 1);
  const positions = new Uint8Array(count);
  const values = new Int16Array(count);
  let next = 0;
  for (let block = 0; block < blocks; block++) {
    const at = block * 64;
    dc[block] = dense[at]!;
    starts[block] = next;
    for (let k = 1; k < 64; k++) {
      const value = dense[at + k]!;
      if (value === 0) continue;
      positions[next] = k;
      values[next++] = value;
    }
  }
  starts[blocks] = next;
  return { dc, starts, positions, values };
}

/** One pass over the picture: T.81, B.2.3. */
export interface Scan {
  /** Indices into the frame's components. */
  readonly components: readonly number[];
  readonly spectralStart: number;
  readonly spectralEnd: number;
  /** Bit position of the pass before, 0 for the first; and of this one. */
  readonly high: number;
  readonly low: number;
}

/**
 * Calls `visit` for each block of a scan in coded order, with the component's index and the block's number, or -1 for a
 * block that only fills up an MCU. `beforeMcu` is called before each MCU.
 */
export function visitBlocks(
  frame: Frame,
  components: readonly number[],
  visit: (component: number, block: number) => void,
  beforeMcu?: () => void,
): void {
  const [only] = components;
  const alone = components.length === 1 ? frame.components[only ?? 0] : undefined;
  if (alone) {
    // A scan of one component has no MCUs to fill up: T.81, A.2.2.
    const blocks = alone.blocksWide * alone.blocksHigh;
    for (let block = 0; block < blocks; block++) {
      beforeMcu?.();
      visit(only ?? 0, block);
    }
    return;
  }
  for (let row = 0; row < frame.mcusHigh; row++) {
    for (let column = 0; column < frame.mcusWide; column++) {
      beforeMcu?.();
      for (const index of components) {
        const { horizontal, vertical, blocksWide, blocksHigh } = frame.components[index]!;
        for (let v = 0; v < vertical; v++) {
          const y = row * vertical + v;
          for (let h = 0; h < horizontal; h++) {
            const x = column * horizontal + h;
            visit(index, x < blocksWide && y < blocksHigh ? y * blocksWide + x : -1);
          }
        }
      }
    }
  }
}

/** Whether these components may be interleaved: T.81, B.2.3, at most ten blocks in an MCU. */
export function fitsOneMcu(frame: Frame, components: readonly number[]): boolean {
  return (
    components.reduce(
      (sum, index) => sum + (frame.components[index]?.horizontal ?? 0) * (frame.components[index]?.vertical ?? 0),
      0,
    ) <= 10
  );
}
