/** The signs of a job's state, the same in the toast and in the panel: stroked paths on a 20 x 20 field. */
import type { Tone } from './toast.ts';

const RING = 'M10 2.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 1 1 0-15';

/** The ring that turns while work goes on is the one that the sign then stands in. */
export const GLYPHS: Readonly<Record<Tone, readonly string[]>> = {
  busy: [RING, 'M10 2.5a7.5 7.5 0 0 1 7.5 7.5'],
  done: [RING, 'M6.8 10.3l2.2 2.2l4.2-4.6'],
  error: [RING, 'M10 6.2v4.3', 'M10 13.6v.01'],
  cancelled: [RING, 'M4.7 15.3L15.3 4.7'],
  notice: ['M3 4.5h14v11H3z', 'M3 13l4-4l4 4l2-2l4 3.5'],
};

/** The part that stands still, faintly, behind the part that turns. */
export function isTrack(tone: Tone, index: number): boolean {
  return tone === 'busy' && index === 0;
}
