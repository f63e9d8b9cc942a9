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

/** The quantised coefficients of one component: 64 a block in zigzag order, blocks in raster order. */
export type Coefficients = Int16Array;

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

/** Whether these components may be interleaved: T.81, B.2.3, at most ten blocks in an MCU. */
export function fitsOneMcu(frame: Frame, components: readonly number[]): boolean {
  return (
    components.reduce(
      (sum, index) => sum + (frame.components[index]?.horizontal ?? 0) * (frame.components[index]?.vertical ?? 0),
      0,
    ) <= 10
  );
}
