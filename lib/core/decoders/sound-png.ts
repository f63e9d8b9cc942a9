/** A PNG put in order, and what is to be said of it. */
import type { LoadWasm } from '../codecs/codec.ts';
import { repairPng } from '../image/formats/png-repair.ts';
import { DAMAGED, FAULTY, INCOMPLETE, PARTS_MISSING, type Note } from '../model/receipt.ts';
import { soundPngData } from './png-data.ts';
import { withMissingTransparent } from './png-missing.ts';

/**
 * @returns the very array that was given where nothing was wrong
 * @throws CompressionError `truncated`, `corrupt` for what no browser shows
 */
export async function soundPng(
  file: Uint8Array<ArrayBuffer>,
  load: LoadWasm,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly notes: readonly Note[] }> {
  const repaired = repairPng(file, 'all');
  const { bytes, damage, length } = await soundPngData(repaired.bytes as Uint8Array<ArrayBuffer>);
  if (damage === 'missing') {
    const notes = [repaired.ended ? PARTS_MISSING : INCOMPLETE];
    return { bytes: await withMissingTransparent(bytes, length, load), notes };
  }
  if (damage === 'pixels') return { bytes, notes: [DAMAGED] };
  return { bytes, notes: bytes === file ? [] : [FAULTY] };
}
