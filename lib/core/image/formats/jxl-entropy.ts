/** Reading entropy-coded numbers of JPEG XL: ISO/IEC 18181-1:2024, Annex C. */
import { CompressionError } from '../../errors.ts';
import { LOG_RANGE, readDistribution, readVariable, type AliasEntry } from './jxl-ans.ts';
import type { JxlFields } from './jxl-fields.ts';
import { prefixCode, readSymbol, type PrefixCode } from '../../bytes/prefix-codes.ts';

/** How tokens become numbers (C.3.3): below `split` they are the number, above they tell how many bits follow. */
interface HybridConfig {
  readonly splitExponent: number;
  readonly high: number;
  readonly low: number;
}

/** Copies of earlier numbers (C.3.4). */
interface Copying {
  readonly firstToken: number;
  readonly minLength: number;
  readonly lengths: HybridConfig;
  readonly window: Uint32Array;
}

type Distribution =
  { readonly alias: readonly AliasEntry[] } | { readonly prefix: PrefixCode } | { readonly only: number };

const WINDOW = 1 << 20;

/** The state that every whole stream ends in (C.2.3). */
const FINAL_STATE = 0x130000;

export class EntropyReader {
  readonly #fields: JxlFields;
  readonly #contextMap: readonly number[];
  readonly #distributions: readonly Distribution[];
  readonly #configs: readonly HybridConfig[];
  readonly #copying: Copying | null;
  readonly #logAlphabet: number;
  /** Symbols in all alphabets: what it cost to build the tables, which a few bytes can ask for. */
  readonly symbols: number;
  #state = FINAL_STATE;
  #decoded = 0;
  #copyFrom = 0;
  #copiesLeft = 0;

  /**
   * @param count of numbers that will be read, at most
   * @throws CompressionError `truncated`, `corrupt`
   */
  constructor(fields: JxlFields, contexts: number, count: number, mayCopy = true) {
    this.#fields = fields;
    this.#copying = readCopying(fields, Math.min(WINDOW, count + 1));
    if (this.#copying && !mayCopy) throw new CompressionError('corrupt');
    this.#contextMap = readContextMap(fields, contexts + (this.#copying ? 1 : 0));
    const clusters = Math.max(...this.#contextMap) + 1;
    const usesPrefixes = fields.bool();
    this.#logAlphabet = usesPrefixes ? 15 : 5 + fields.bits(2);
    this.#configs = Array.from({ length: clusters }, () => readHybridConfig(fields, this.#logAlphabet));
    const sizes = usesPrefixes ? readSizes(fields, clusters) : new Array<number>(clusters).fill(1 << this.#logAlphabet);
    this.symbols = sizes.reduce((sum, size) => sum + size, 0);
    this.#distributions = sizes.map((size) => {
      if (!usesPrefixes) return { alias: readDistribution(fields, this.#logAlphabet) };
      return size === 1 ? { only: 0 } : readPrefixCode(fields, size);
    });
    if (!usesPrefixes) this.#state = fields.bits(32);
  }

  /** The next number, in a context of those given to the constructor. */
  read(context: number): number {
    const copying = this.#copying;
    if (!copying) return this.#number(this.#contextMap[context]!, this.#token(this.#contextMap[context]!));
    if (this.#copiesLeft === 0) {
      const cluster = this.#contextMap[context]!;
      const token = this.#token(cluster);
      if (token < copying.firstToken) return this.#remember(copying, this.#number(cluster, token));
      this.#copiesLeft = hybrid(this.#fields, copying.lengths, token - copying.firstToken) + copying.minLength;
      const distances = this.#contextMap.at(-1)!;
      const distance = this.#number(distances, this.#token(distances)) + 1;
      this.#copyFrom = this.#decoded - Math.min(distance, this.#decoded, WINDOW);
    }
    this.#copiesLeft--;
    return this.#remember(copying, copying.window[this.#copyFrom++ % copying.window.length]!);
  }

  /** @throws CompressionError `corrupt` when the stream does not end as a whole one does */
  end(): void {
    if (this.#state !== FINAL_STATE) throw new CompressionError('corrupt');
  }

  #remember({ window }: Copying, value: number): number {
    window[this.#decoded++ % window.length] = value;
    return value;
  }

  #number(cluster: number, token: number): number {
    return hybrid(this.#fields, this.#configs[cluster]!, token);
  }

  #token(cluster: number): number {
    const distribution = this.#distributions[cluster]!;
    if ('only' in distribution) return distribution.only;
    return 'prefix' in distribution
      ? readSymbol(this.#fields, distribution.prefix)
      : this.#ansToken(distribution.alias);
  }

  /** C.2.3. */
  #ansToken(table: readonly AliasEntry[]): number {
    const slot = this.#state & ((1 << LOG_RANGE) - 1);
    const index = slot >> (LOG_RANGE - this.#logAlphabet);
    const place = slot & ((1 << (LOG_RANGE - this.#logAlphabet)) - 1);
    const entry = table[index]!;
    const right = place >= entry.cutoff;
    const frequency = right ? entry.rightFrequency : entry.leftFrequency;
    this.#state = (frequency * (this.#state >>> LOG_RANGE) + place + (right ? entry.offset : 0)) >>> 0;
    if (this.#state < 65_536) this.#state = ((this.#state << 16) | this.#fields.bits(16)) >>> 0;
    return right ? entry.right : index;
  }
}

function readCopying(fields: JxlFields, window: number): Copying | null {
  if (!fields.bool()) return null;
  const firstToken = fields.u32(224, 512, 4096, [15, 8]);
  const minLength = fields.u32(3, 4, [2, 5], [8, 9]);
  return { firstToken, minLength, lengths: readHybridConfig(fields, 8), window: new Uint32Array(window) };
}

function readHybridConfig(fields: JxlFields, logAlphabet: number): HybridConfig {
  const splitExponent = fields.bits(ceilLog2(logAlphabet + 1));
  if (splitExponent === logAlphabet) return { splitExponent, high: 0, low: 0 };
  const high = fields.bits(ceilLog2(splitExponent + 1));
  if (high > splitExponent) throw new CompressionError('corrupt');
  const low = fields.bits(ceilLog2(splitExponent - high + 1));
  if (high + low > splitExponent) throw new CompressionError('corrupt');
  return { splitExponent, high, low };
}

function ceilLog2(value: number): number {
  return 32 - Math.clz32(value - 1);
}

/** C.3.3. */
function hybrid(fields: JxlFields, { splitExponent, high, low }: HybridConfig, token: number): number {
  const split = 2 ** splitExponent;
  if (token < split) return token;
  const count = splitExponent - (high + low) + Math.floor((token - split) / 2 ** (high + low));
  if (count > 29) throw new CompressionError('corrupt');
  const top = (1 << high) | ((token >>> low) & ((1 << high) - 1));
  return (top * 2 ** count + fields.bits(count)) * 2 ** low + (token & ((1 << low) - 1));
}

/** C.2.2: which of the clusters each context belongs to. */
function readContextMap(fields: JxlFields, contexts: number): number[] {
  if (contexts === 1) return [0];
  if (fields.bool()) {
    const bits = fields.bits(2);
    return checked(Array.from({ length: contexts }, () => fields.bits(bits)));
  }
  const movesToFront = fields.bool();
  // Two contexts may not copy, or a map could need a map that needs a map, for ever.
  const reader = new EntropyReader(fields, 1, contexts, contexts > 2);
  const map = Array.from({ length: contexts }, () => reader.read(0));
  reader.end();
  if (map.some((cluster) => cluster > 255)) throw new CompressionError('corrupt');
  return checked(movesToFront ? movedToFront(map) : map);
}

/** Every cluster up to the highest is used. */
function checked(map: number[]): number[] {
  if (new Set(map).size !== Math.max(...map) + 1) throw new CompressionError('corrupt');
  return map;
}

function movedToFront(indices: readonly number[]): number[] {
  const recent = Array.from({ length: 256 }, (_, i) => i);
  return indices.map((index) => {
    const [value = 0] = recent.splice(index, 1);
    recent.unshift(value);
    return value;
  });
}

/** C.2.4: of all alphabets, before their codes. */
function readSizes(fields: JxlFields, clusters: number): number[] {
  const sizes = Array.from({ length: clusters }, () => readVariable(fields, 4) + 1);
  if (sizes.some((size) => size > 32_768)) throw new CompressionError('corrupt');
  return sizes;
}

/** As Brotli writes them: RFC 7932, 3.4 and 3.5. */
function readPrefixCode(fields: JxlFields, size: number): Distribution {
  const skipped = fields.bits(2);
  const lengths = new Uint8Array(size);
  if (skipped === 1) {
    const symbols = Array.from({ length: fields.bits(2) + 1 }, () => fields.bits(32 - Math.clz32(size - 1)));
    if (symbols.some((symbol) => symbol >= size) || new Set(symbols).size < symbols.length)
      throw new CompressionError('corrupt');
    const simple = [[0], [1, 1], [1, 2, 2], symbols.length === 4 && fields.bool() ? [1, 2, 3, 3] : [2, 2, 2, 2]][
      symbols.length - 1
    ]!;
    for (const [i, symbol] of symbols.entries()) lengths[symbol] = simple[i]!;
    return symbols.length === 1 ? { only: symbols[0]! } : { prefix: prefixCode(lengths) };
  }
  readLengths(fields, readLengthsOfLengths(fields, skipped), lengths);
  return { prefix: prefixCode(lengths) };
}

const LENGTH_ORDER = [1, 2, 3, 4, 0, 5, 17, 6, 16, 7, 8, 9, 10, 11, 12, 13, 14, 15] as const;

/** RFC 7932, 3.5: the fixed code of the lengths' own lengths. */
const LENGTH_CODES: Readonly<Record<string, number>> = { '00': 0, '01': 3, '10': 4, '110': 2, '1110': 1, '1111': 5 };

function readLengthsOfLengths(fields: JxlFields, skipped: number): Distribution {
  const lengths = new Uint8Array(18);
  let space = 32;
  for (let i = skipped; i < LENGTH_ORDER.length && space > 0; i++) {
    let code = '';
    while (LENGTH_CODES[code] === undefined) code += fields.bits(1);
    const length = LENGTH_CODES[code]!;
    lengths[LENGTH_ORDER[i]!] = length;
    if (length > 0) space -= 32 >> length;
  }
  const used = lengths.reduce((count, length) => count + (length > 0 ? 1 : 0), 0);
  if (used === 1) return { only: lengths.findIndex((length) => length > 0) };
  if (space !== 0) throw new CompressionError('corrupt');
  return { prefix: prefixCode(lengths) };
}

/** 16 repeats the last length that is not 0, 17 repeats 0; repeats in a row multiply. */
function readLengths(fields: JxlFields, code: Distribution, lengths: Uint8Array): void {
  let space = 32_768;
  let previous = 8;
  let repeated = { length: -1, count: 0 };
  for (let symbol = 0; symbol < lengths.length && space > 0;) {
    const value = 'prefix' in code ? readSymbol(fields, code.prefix) : 'only' in code ? code.only : 0;
    if (value < 16) {
      repeated = { length: -1, count: 0 };
      lengths[symbol++] = value;
      if (value > 0) {
        previous = value;
        space -= 32_768 >> value;
      }
      continue;
    }
    const length = value === 16 ? previous : 0;
    const extra = value - 14;
    const before = repeated.length === length ? repeated.count : 0;
    const count = (before > 0 ? (before - 2) << extra : 0) + fields.bits(extra) + 3;
    repeated = { length, count };
    if (symbol + count - before > lengths.length) throw new CompressionError('corrupt');
    lengths.fill(length, symbol, symbol + count - before);
    symbol += count - before;
    if (length > 0) space -= (count - before) << (15 - length);
  }
  if (space !== 0) throw new CompressionError('corrupt');
}
