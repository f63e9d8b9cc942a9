/** Cuts what is put into chunks, so that neither a record nor a single encryption has to hold a whole file. */

/** 4 MiB: a 20 MP photo is two or three of them. */
export const DEFAULT_CHUNK_BYTES = 4 * 1024 * 1024;

export interface Chunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly last: boolean;
}

/** Chunks of `size` bytes, the last one shorter, at least one. A stream is unlocked again when this ends, however it ends. */
export async function* chunksOf(input: Uint8Array | ReadableStream<Uint8Array>, size: number): AsyncGenerator<Chunk> {
  yield* input instanceof Uint8Array ? cut(input, size) : gather(input, size);
}

function* cut(input: Uint8Array, size: number): Generator<Chunk> {
  const total = input.byteLength;
  for (let offset = 0; offset === 0 || offset < total; offset += size) {
    // A copy: WebCrypto takes no view of shared memory, and a view of a WASM heap dies when that grows.
    yield { bytes: new Uint8Array(input.subarray(offset, offset + size)), last: offset + size >= total };
  }
}

async function* gather(input: ReadableStream<Uint8Array>, size: number): AsyncGenerator<Chunk> {
  const reader = input.getReader();
  let block = new Uint8Array(size);
  let filled = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      for (let offset = 0; offset < value.byteLength;) {
        // A full block is handed on only when there is more, for only then is it not the last one.
        if (filled === size) {
          yield { bytes: block, last: false };
          block = new Uint8Array(size);
          filled = 0;
        }
        const part = value.subarray(offset, offset + size - filled);
        block.set(part, filled);
        filled += part.byteLength;
        offset += part.byteLength;
      }
    }
    yield { bytes: block.slice(0, filled), last: true };
  } finally {
    reader.releaseLock();
  }
}
