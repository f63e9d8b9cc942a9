/** Planes by the browser's `ImageDecoder`, in a worker: for what lib/core/decoders/planes makes pixels of. */
import type { BrowserPlanes, OpenPlanes } from '../core/decoders/planes/browser-planes.ts';
import { mediaTypeOf } from '../core/image/format-facts.ts';

const FORMATS: readonly (string | null)[] = ['I420', 'I422', 'I444'] satisfies BrowserPlanes['format'][];

/** Whatever it fails at the WASM decoder reads, or says what is wrong. */
export const openPlanes: OpenPlanes = async (bytes, format) => {
  if (typeof ImageDecoder !== 'function') return null;
  try {
    const image = await decodedWhole(bytes, mediaTypeOf(format));
    return image && planesOf(image);
  } catch {
    return null;
  }
};

async function decodedWhole(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<VideoFrame | null> {
  const decoder = new ImageDecoder({ data: bytes, type, colorSpaceConversion: 'none', preferAnimation: false });
  try {
    const { image, complete } = await decoder.decode();
    if (complete) return image;
    image.close();
    return null;
  } finally {
    decoder.close();
  }
}

function planesOf(image: VideoFrame): BrowserPlanes | null {
  const { format, codedWidth: width, codedHeight: height, visibleRect } = image;
  const isWhole = visibleRect?.width === width && visibleRect.height === height;
  if (!isWhole || !FORMATS.includes(format)) {
    image.close();
    return null;
  }
  return {
    width,
    height,
    format: format as BrowserPlanes['format'],
    // Without gaps, as it does when it is told no layout (WebCodecs, 9.4.6).
    copyTo: (target) =>
      image.copyTo(target).then(
        () => true,
        () => false,
      ),
    close: () => image.close(),
  };
}
