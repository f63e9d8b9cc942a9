/** Starting an emscripten or wasm-bindgen glue with a module that was compiled elsewhere, once a worker. */
import { CompressionError } from '../errors.ts';
import type { LoadWasm, OptionValues, Pixels, WasmName } from './codec.ts';
import { startWithThreads } from './threads.ts';

/** What jSquash's emscripten glue takes; its own types leave most of it out. */
type Factory<M> = (options: {
  noInitialRun: boolean;
  printErr(line: string): void;
  instantiateWasm(
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): WebAssembly.Exports;
  /** Of a build with threads. */
  wasmMemory?: WebAssembly.Memory;
  /** Names the file that a thread runs. */
  locateFile?(name: string): string;
}) => Promise<M>;

/** jSquash's decoders, started. The JPEG one takes whether to apply the orientation, the AVIF one the bits a channel. */
export interface Decoder {
  decode(bytes: Uint8Array, option?: boolean | number): Pixels | null;
}

/** jSquash's encoders, started: RGBA8 in, a file out, copied from the WASM memory. */
export interface Encoder {
  encode(
    pixels: Uint8Array | Uint8ClampedArray,
    width: number,
    height: number,
    options: OptionValues,
  ): Uint8Array<ArrayBuffer> | null;
}

const started = new Map<WasmName, Promise<unknown>>();
const memories = new Set<WebAssembly.Memory>();

/** The glue's module object, started with `name`'s WASM. A failed start is not kept, so the next call tries again. */
export async function startEmscripten<M>(name: WasmName, factory: Factory<M>, load: LoadWasm): Promise<M> {
  return once(name, async () => start(await load(name), factory));
}

/** Pages of 64 kB, as jSquash's builds with threads are linked: 16 MB that grow to 2 GB. */
const SHARED_PAGES = { initial: 256, maximum: 32_768 } as const;

/** The same for a build with threads. @param has whether it has those of its worker (`threads.ts`), or none */
export async function startThreaded<M>(name: WasmName, factory: Factory<M>, load: LoadWasm, has: boolean): Promise<M> {
  return once(name, async () => {
    const wasm = await load(name);
    // The glue makes none where pages are not isolated, and with no threads needs none to be handed on.
    const memory = new WebAssembly.Memory({ ...SHARED_PAGES, shared: true });
    memories.add(memory);
    return startWithThreads(has, () => start(wasm, factory, { wasmMemory: memory, locateFile: (file) => file }));
  });
}

function start<M>(
  wasm: WebAssembly.Module,
  factory: Factory<M>,
  more: Pick<Parameters<Factory<M>>[0], 'wasmMemory' | 'locateFile'> = {},
): Promise<M> {
  return factory({
    ...more,
    noInitialRun: true,
    // libjpeg cautions of each table that is too coarse for baseline; what fails is thrown, or gives nothing.
    printErr: () => undefined,
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(wasm, imports);
      remember(instance.exports);
      done(instance, wasm);
      return instance.exports;
    },
  });
}

/** The same for wasm-bindgen: its glue module keeps the instance, `init` resolves to the exports. */
export async function startBindgen(
  name: WasmName,
  init: (wasm: WebAssembly.Module) => Promise<unknown>,
  load: LoadWasm,
): Promise<void> {
  await once(name, async () => remember(await init(await load(name))));
}

/** The same for the project's own C (scripts/native.mjs), which asks nothing of its host: the exports. */
export async function startNative<E>(name: WasmName, load: LoadWasm): Promise<E> {
  return once(name, async () => {
    const { exports } = await WebAssembly.instantiate(await load(name));
    remember(exports);
    return exports as E;
  });
}

/** Bytes of all WASM memories in this worker; they never shrink, so a worker above a threshold is replaced. */
export function wasmMemoryBytes(): number {
  let total = 0;
  for (const memory of memories) total += memory.buffer.byteLength;
  return total;
}

/** @throws CompressionError `corrupt` when the decoder gave nothing, which is how jSquash's C++ says that it failed */
export function decoded(pixels: Pixels | null): Pixels {
  if (!pixels) throw new CompressionError('corrupt');
  // Named one by one: a browser's ImageData has them from its prototype, where a spread and a test's `toEqual` do not look.
  const { width, height, data } = pixels;
  return { width, height, data };
}

/** @throws Error when the encoder gave nothing, which is how jSquash's C++ says that it failed. */
export function encoded(bytes: Uint8Array<ArrayBuffer> | null): Uint8Array<ArrayBuffer> {
  if (!bytes || bytes.length === 0) throw new Error('the encoder gave no bytes');
  return bytes;
}

async function once<T>(name: WasmName, begin: () => Promise<T>): Promise<T> {
  let running = started.get(name) as Promise<T> | undefined;
  if (!running) {
    running = begin();
    started.set(name, running);
    running.catch(() => started.delete(name));
  }
  return running;
}

/** Keeps the instance's memory: emscripten minifies export names, so it is found by its type. */
function remember(exports: unknown): void {
  if (typeof exports !== 'object' || exports === null) return;
  for (const value of Object.values(exports)) {
    if (value instanceof WebAssembly.Memory) memories.add(value);
  }
}
