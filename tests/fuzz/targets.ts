/** What is fuzzed: each parser of hostile bytes with whole files or blocks to start from, and the decoders. */
import { deflateSync } from 'node:zlib';
import { CompressionError } from '../../lib/core/errors.ts';
import { inspectBmp } from '../../lib/core/image/formats/bmp.ts';
import { inspectGif } from '../../lib/core/image/formats/gif.ts';
import { inspectHeif } from '../../lib/core/image/formats/heif.ts';
import { inspectIco } from '../../lib/core/image/formats/ico.ts';
import { inspectJpeg } from '../../lib/core/image/formats/jpeg.ts';
import { inspectJxl } from '../../lib/core/image/formats/jxl.ts';
import { inspectPng } from '../../lib/core/image/formats/png.ts';
import { checkPng } from '../../lib/core/image/formats/png-check.ts';
import { inspectTiff } from '../../lib/core/image/formats/tiff.ts';
import { inspectWebp } from '../../lib/core/image/formats/webp.ts';
import { inspect } from '../../lib/core/image/inspect.ts';
import type { InputFormat, Inspection } from '../../lib/core/image/inspection.ts';
import { applyPolicy } from '../../lib/core/image/metadata/apply-policy.ts';
import { EMPTY_METADATA, type MetadataSet } from '../../lib/core/image/metadata/metadata-set.ts';
import { readIcc } from '../../lib/core/image/metadata/icc.ts';
import { inflate } from '../../lib/core/bytes/inflate.ts';
import { cleanMetadata, embedMetadata, extractMetadata } from '../../lib/core/image/metadata/metadata.ts';
import { sniff, whatInstead } from '../../lib/core/image/sniff.ts';
import { hasReader } from '../../lib/core/decoders/readers.ts';
import {
  c2paSegment,
  commentSegment,
  compressedTextChunk,
  compressedXmpChunk,
  exifSegment,
  iccpChunk,
  photoshopSegment,
  textChunk,
  withJpegSegments,
  withPngChunks,
  xmpSegment,
} from '../images/containers.ts';
import { cameraExif } from '../images/exif-block.ts';
import { bmp, bytesOf, ico, pngClaiming, svg } from '../images/hand-built.ts';
import { greyProfile, iccProfile } from '../images/icc-profile.ts';
import { animated, apng } from '../images/moving.ts';
import { withGainMap, withVideo } from '../images/parts-after.ts';
import { encoded, gradient } from '../images/pictures.ts';
import { editorDrawing } from '../images/editor-drawing.ts';
import { recorded } from '../images/recorded.ts';
import { editorXmp, gainMapXmp, motionPhotoXmp } from '../images/xmp-packet.ts';
import { convertWith, DECODER_TARGETS, PICTURES, PROFILES, readPixels } from './decoder-targets.ts';
import { PIPELINE_TARGETS } from './pipeline-targets.ts';
import type { Target } from './target.ts';

const TINY = { width: 17, height: 11 };
const tiny = (): ReturnType<typeof gradient> => gradient(TINY);

const PICTURE_FACTS = ['width', 'height', 'orientation', 'bitDepth', 'alpha', 'animation', 'coding'] as const;

/** Inspects, and when that is survived reads on: the pixels of what only we read; else the splicers see what the parsers let through. */
function file(format: InputFormat, inspector: (bytes: Uint8Array) => Inspection, seeds: Target['seeds']): Target {
  return {
    seeds: async () => [...(await seeds()), ...(hasReader(format) ? await PICTURES[format]() : [])],
    async run(bytes) {
      const before = inspector(bytes);
      // Damage may have made another format of it.
      if (sniff(bytes) !== format) return;
      extractMetadata(bytes, format);
      if (hasReader(format)) await readPixels(format, bytes, before);
      if (format === 'png') checkPng(bytes);
      const { bytes: cleaned } = await cleanMetadata(bytes, format, bytes.length % 2 === 0 ? 'protect' : 'strip');
      const after = inspect(cleaned);
      const changed = PICTURE_FACTS.filter((fact) => JSON.stringify(after[fact]) !== JSON.stringify(before[fact]));
      if (changed.length > 0) throw new Error(`cleaning changed ${changed.join(', ')}`);
    },
  };
}

/** A block of metadata by itself, through every policy. */
function block(field: 'exif' | 'xmp' | 'iptc', seeds: () => Uint8Array[]): Target {
  return {
    seeds: () => Promise.resolve(seeds()),
    run(bytes) {
      const metadataSet: MetadataSet = { ...EMPTY_METADATA, [field]: bytes };
      for (const policy of ['keep', 'protect', 'strip'] as const) {
        applyPolicy(metadataSet, policy, { are: 'encoded', width: 100, height: 50 });
        applyPolicy(metadataSet, policy, { are: 'untouched', format: 'jpeg' });
      }
    },
  };
}

async function loadedWith(bytes: Uint8Array, format: 'jpeg' | 'png' | 'webp' | 'avif' | 'jxl'): Promise<Uint8Array> {
  return embedMetadata(bytes, format, {
    ...EMPTY_METADATA,
    exif: cameraExif(6),
    xmp: editorXmp(),
    icc: format === 'jxl' ? null : iccProfile({}),
  });
}

export const TARGETS = {
  sniff: {
    seeds: async () => [
      svg('', '<?xml version="1.0"?><!-- x --><!DOCTYPE svg [<!ENTITY a "b">]>'),
      bytesOf('<!doctype html>'),
      recorded('plain.heic').subarray(0, 40),
      await encoded(tiny().png()),
    ],
    run: (bytes) => {
      if (!sniff(bytes)) whatInstead(bytes);
      inspect(bytes);
    },
  },
  jpeg: file('jpeg', inspectJpeg, async () => {
    const plain = await encoded(tiny().jpeg());
    return [
      plain,
      plain.subarray(0, -2),
      await encoded(tiny().jpeg({ progressive: true, mozjpeg: true })),
      await encoded(tiny().toColourspace('cmyk').jpeg()),
      await loadedWith(plain, 'jpeg'),
      withGainMap(plain, plain, exifSegment(cameraExif())),
      withVideo(plain, xmpSegment(motionPhotoXmp())),
      withJpegSegments(
        plain,
        photoshopSegment([
          [116, '(c)'],
          [90, 'Munich'],
        ]),
        c2paSegment(),
        commentSegment('hello'),
      ),
    ];
  }),
  png: file('png', inspectPng, async () => {
    const plain = await encoded(tiny().png());
    return [
      plain,
      await encoded(gradient(TINY, 4).png({ palette: true })),
      await apng(3, 0, [1, 10]),
      await loadedWith(plain, 'png'),
      pngClaiming(60_000, 60_000),
      withPngChunks(
        plain,
        iccpChunk(iccProfile({})),
        compressedXmpChunk(editorXmp()),
        compressedTextChunk('Copyright', bytesOf('me')),
        textChunk('Comment', 'x'),
      ),
      withPngChunks(
        plain,
        textChunk(
          'Raw profile type exif',
          `\nexif\n      ${cameraExif().length}\n${Buffer.from(cameraExif()).toString('hex')}\n`,
        ),
      ),
    ];
  }),
  webp: file('webp', inspectWebp, async () => [
    await encoded(tiny().webp()),
    await encoded(gradient(TINY, 4).webp()),
    await encoded(gradient(TINY, 4).webp({ lossless: true })),
    await animated('webp', 2),
    await loadedWith(await encoded(tiny().webp()), 'webp'),
  ]),
  avif: file(
    'avif',
    (bytes) => inspectHeif(bytes, 'avif'),
    async () => [
      recorded('turned.avif'),
      recorded('animated.avif'),
      await encoded(gradient(TINY, 4).avif({ effort: 0 })),
      await loadedWith(recorded('turned.avif'), 'avif'),
    ],
  ),
  heic: file(
    'heic',
    (bytes) => inspectHeif(bytes, 'heic'),
    async () => [recorded('plain.heic'), await loadedWith(recorded('plain.heic'), 'avif')],
  ),
  jxl: file('jxl', inspectJxl, async () => [
    recorded('lossy-alpha.jxl'),
    recorded('animated.jxl'),
    recorded('container-16-bit.jxl'),
    recorded('profile.jxl'),
    recorded('permuted.jxl'),
    await loadedWith(recorded('lossy-alpha.jxl'), 'jxl'),
  ]),
  gif: file('gif', inspectGif, async () => {
    const moving = await animated('gif', 3);
    return [
      moving,
      await encoded(tiny().gif()),
      bytesOf(
        moving.subarray(0, -1),
        [0x21, 0xfe, 5],
        'hello',
        [0],
        [0x21, 0xff, 11],
        'XMP DataXMP',
        editorXmp(),
        [1, 0, 0x3b],
      ),
    ];
  }),
  bmp: file('bmp', inspectBmp, () => Promise.resolve([bmp(TINY), bmp({ width: 1, height: 1 })])),
  ico: file('ico', inspectIco, async () => {
    const png = await encoded(tiny().png());
    return [
      ico([
        { ...TINY, data: png },
        { width: 256, height: 256, data: png },
      ]),
      ico([{ width: 1, height: 2, data: bmp({ width: 1, height: 2 }).subarray(14) }]),
    ];
  }),
  svg: file('svg', inspect, () =>
    Promise.resolve([
      bytesOf(editorDrawing('<rect width="9" height="9"/>')),
      svg('width="30mm" height="20" viewBox="0 0 1 2"'),
      svg('', '<?xml version="1.0"?><!-- x --><!DOCTYPE svg [<!ENTITY a "b">]>'),
      bytesOf('\xff\xfe', new Uint8Array(Buffer.from('<svg width="9"/>', 'utf16le'))),
    ]),
  ),
  tiff: file('tiff', inspectTiff, async () => [
    await encoded(tiny().tiff({ compression: 'deflate' })),
    await encoded(tiny().tiff({ tile: true, tileWidth: 16, tileHeight: 16 })),
    await encoded(tiny().withIccProfile('p3').tiff({ compression: 'lzw' })),
    await encoded(
      tiny().withXmp(new TextDecoder().decode(editorXmp())).tiff({ bigtiff: true, pyramid: true, tile: true }),
    ),
    cameraExif(3, 'big'),
  ]),
  exif: block('exif', () => [cameraExif(6), cameraExif(1, 'big')]),
  xmp: block('xmp', () => [editorXmp(), gainMapXmp(), motionPhotoXmp()]),
  iptc: block('iptc', () => [
    photoshopSegment([
      [116, '(c)'],
      [90, 'Munich'],
      [80, 'Ada'],
    ]).subarray(30),
  ]),
  icc: {
    seeds: () =>
      Promise.resolve([
        iccProfile({}),
        iccProfile({ v2: true, curve: 'srgbTable' }),
        greyProfile('gamma22'),
        ...PROFILES,
      ]),
    run(bytes) {
      readIcc(bytes);
      convertWith(bytes);
    },
  },
  inflate: {
    seeds: () =>
      Promise.resolve(
        [1, 6, 9].flatMap((level) =>
          [editorXmp(), new Uint8Array(3000)].map((data) => new Uint8Array(deflateSync(data, { level }))),
        ),
      ),
    run: (bytes) => void inflate(bytes, 1_000_000),
  },
  ...DECODER_TARGETS,
  ...PIPELINE_TARGETS,
} as const satisfies Record<string, Target>;

export type TargetName = keyof typeof TARGETS;

export const TARGET_NAMES = Object.keys(TARGETS) as TargetName[];

/**
 * One call, and what is wrong with it: a throw of anything but a CompressionError, `internal`, or an error with a code that
 * only covers a fault in code of ours.
 */
export async function fault(target: Target, bytes: Uint8Array): Promise<string | null> {
  try {
    await target.run(bytes);
    return null;
  } catch (thrown) {
    const hidden = thrown instanceof CompressionError && thrown.code !== 'internal' ? ownFault(thrown.cause) : thrown;
    if (hidden === null) return null;
    return hidden instanceof Error ? (hidden.stack ?? hidden.message) : String(hidden);
  }
}

/** Codecs and the platform's streams throw such errors of their own, for bytes that they can't read. */
function ownFault(cause: unknown): Error | null {
  const isFault = cause instanceof TypeError || cause instanceof RangeError || cause instanceof ReferenceError;
  return isFault && /\/lib\/core\//.test(cause.stack?.split('\n')[1] ?? '') ? cause : null;
}
