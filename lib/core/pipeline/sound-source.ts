/**
 * A Source with faults, put in order before the work, so that strict codecs and writers of metadata read what browsers
 * show, and a note says what was wrong. The rule: what Chromium's `<img>` shows is read, as it shows it.
 */
import type { LoadWasm } from '../codecs/codec.ts';
import { soundPngData } from '../decoders/png-data.ts';
import { withMissingTransparent } from '../decoders/png-missing.ts';
import { repairPng } from '../image/formats/png-repair.ts';
import type { InputFormat } from '../image/inspection.ts';
import type { Note } from '../model/receipt.ts';

export interface SoundSource {
  /** The very array that was given where nothing was wrong. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly notes: readonly Note[];
}

export const FAULTY: Note = { kind: 'info', code: 'file-faulty' };
export const DAMAGED: Note = { kind: 'lost', code: 'picture-damaged' };
export const INCOMPLETE: Note = { kind: 'lost', code: 'picture-incomplete' };

/** @throws CompressionError `truncated`, `corrupt` for what no browser shows */
export async function soundSource(
  source: Uint8Array<ArrayBuffer>,
  input: InputFormat,
  load: LoadWasm,
): Promise<SoundSource> {
  switch (input) {
    case 'png':
      return soundPng(source, load);
    default:
      return { bytes: source, notes: [] };
  }
}

async function soundPng(source: Uint8Array<ArrayBuffer>, load: LoadWasm): Promise<SoundSource> {
  const repaired = repairPng(source, 'all');
  const { bytes, damage, length } = await soundPngData(repaired.bytes as Uint8Array<ArrayBuffer>);
  if (damage === 'missing') return { bytes: await withMissingTransparent(bytes, length, load), notes: [INCOMPLETE] };
  if (damage === 'pixels') return { bytes, notes: [DAMAGED] };
  return { bytes, notes: bytes === source ? [] : [FAULTY] };
}
