/** What the numbers of a picture mean: the ways a file can say it (ICC, CICP, gAMA and cHRM), in one type. */
import type { Matrix3 } from './matrix.ts';
import type { ColourTable } from './colour-table.ts';
import type { ToneCurve } from './tone-curve.ts';

export type SourceColour =
  /** Each channel through its curve gives linear light; the matrix gives CIE XYZ relative to D50 from it. */
  | { readonly kind: 'rgb'; readonly curves: readonly [ToneCurve, ToneCurve, ToneCurve]; readonly toXyz: Matrix3 }
  /** Red, green and blue are the same value, whose curve gives light relative to white. */
  | { readonly kind: 'grey'; readonly curve: ToneCurve }
  /** RGB through the tables of an ICC profile. */
  | { readonly kind: 'table'; readonly table: ColourTable }
  /** Light beyond white: ITU-R BT.2100. */
  | { readonly kind: 'hdr'; readonly transfer: 'pq' | 'hlg'; readonly toXyz: Matrix3 };
