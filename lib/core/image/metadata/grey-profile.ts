/** A profile of three channels said again for grey pixels: a PNG of grey samples may carry no other (Third Edition, 11.3.2.3). */
import { latin1 } from '../../bytes/reader.ts';

/** ICC.1:2022, 7.2.6: the data colour space; 7.3: the tag table after a header of 128 bytes. */
const SPACE_AT = 16;
const TAGS_AT = 128;

/**
 * @param icc a profile of RGB whose three channels have the same curve, so that its greys are neutral
 * @returns one of `GRAY` with that curve; null when the profile is another, or says more than a matrix and curves
 */
export function greyProfileOf(icc: Uint8Array): Uint8Array | null {
  if (icc.length < TAGS_AT + 4 || latin1(icc.subarray(SPACE_AT, SPACE_AT + 4)) !== 'RGB ') return null;
  const view = new DataView(icc.buffer, icc.byteOffset, icc.length);
  const count = Math.min(view.getUint32(TAGS_AT), Math.floor((icc.length - TAGS_AT - 4) / 12), 100);
  const curves = new Map<string, { entryAt: number; text: string }>();
  for (let i = 0; i < count; i++) {
    const entryAt = TAGS_AT + 4 + i * 12;
    const name = latin1(icc.subarray(entryAt, entryAt + 4));
    if (name.startsWith('A2B')) return null;
    if (!/^[rgb]TRC$/.test(name)) continue;
    const at = view.getUint32(entryAt + 4);
    curves.set(name, { entryAt, text: latin1(icc.subarray(at, at + view.getUint32(entryAt + 8))) });
  }
  const [red, green, blue] = ['rTRC', 'gTRC', 'bTRC'].map((name) => curves.get(name));
  if (!red || !green || !blue || red.text !== green.text || red.text !== blue.text) return null;
  const grey = icc.slice();
  grey.set(
    [...'GRAY'].map((letter) => letter.charCodeAt(0)),
    SPACE_AT,
  );
  grey[red.entryAt] = 'k'.charCodeAt(0);
  // The profile's own checksum, which nobody needs, is not that of the new one (7.2.18).
  grey.fill(0, 84, 100);
  return grey;
}
