/**
 * A Source with faults, put in order before the work, so that strict codecs and writers of metadata read what browsers
 * show, and a note says what was wrong. The rule: what Chromium's `<img>` shows is read, as it shows it.
 */
import { gifIsComplete } from '../animation/gif-movie.ts';
import { copyBytes } from '../bytes/bytes.ts';
import type { LoadWasm } from '../codecs/codec.ts';
import { soundJpeg } from '../decoders/sound-jpeg.ts';
import { soundPng } from '../decoders/sound-png.ts';
import { startsWith } from '../bytes/reader.ts';
import { repairGif } from '../image/formats/gif-repair.ts';
import { endOfBoxes } from '../image/formats/isobmff.ts';
import { withoutUnshownAlpha } from '../image/formats/webp.ts';
import { FAULTY, INCOMPLETE, PARTS_MISSING, type Note } from '../model/receipt.ts';
import type { Plan } from './plan.ts';

export interface SoundSource {
  /** The very array that was given where nothing was wrong. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly notes: readonly Note[];
  /** Rows of the stored picture that came, where its decoder makes up the rest. */
  readonly rows?: number | null;
}

/** @throws CompressionError `truncated`, `corrupt` for what no browser shows */
export async function soundSource(
  source: Uint8Array<ArrayBuffer>,
  { input, route }: Pick<Plan, 'input' | 'route'>,
  load: LoadWasm,
): Promise<SoundSource> {
  switch (input) {
    case 'png':
      return soundPng(source, load);
    case 'jpeg':
      return soundJpeg(source);
    case 'gif':
      return soundGif(source, route);
    case 'webp':
      return soundWebp(source);
    case 'avif':
    case 'heic':
    case 'jxl':
      return withoutBytesBehind(source);
    default:
      return { bytes: source, notes: [] };
  }
}

/** The pictures that are used are looked through before the work, since a movie can't tell what was missing. */
function soundGif(source: Uint8Array<ArrayBuffer>, route: Plan['route']): SoundSource {
  const { bytes, cut } = repairGif(source);
  const used = route === 'animate' ? Infinity : route === 'transcode' ? 1 : 0;
  const complete = gifIsComplete(bytes, used);
  const notes = cut ? [INCOMPLETE] : !complete ? [PARTS_MISSING] : bytes === source ? [] : [FAULTY];
  return { bytes: bytes as Uint8Array<ArrayBuffer>, notes };
}

/** What stands behind the last box and is none; a bare codestream of JPEG XL has no boxes. */
function withoutBytesBehind(source: Uint8Array<ArrayBuffer>): SoundSource {
  const end = startsWith(source, '\xff\x0a') ? source.length : endOfBoxes(source);
  return end < source.length ? { bytes: copyBytes(source, 0, end), notes: [FAULTY] } : { bytes: source, notes: [] };
}

/** What is not shown, and a form larger than its file (RFC 9649, 2.4). Smaller is no fault: what follows it is not part of the picture. */
function soundWebp(source: Uint8Array<ArrayBuffer>): SoundSource {
  const shown = withoutUnshownAlpha(source) as Uint8Array<ArrayBuffer>;
  const view = new DataView(shown.buffer, shown.byteOffset, shown.byteLength);
  if (shown.length < 12 || view.getUint32(4, true) + 8 <= shown.length + 1)
    return { bytes: shown, notes: shown === source ? [] : [FAULTY] };
  const bytes = copyBytes(shown);
  new DataView(bytes.buffer).setUint32(4, shown.length - 8, true);
  return { bytes, notes: [FAULTY] };
}
