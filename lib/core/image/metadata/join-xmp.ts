/** XMP that a file has in several parts, put together before anybody looks at it. */
import { joinBytes } from '../../bytes/bytes.ts';
import { ifReadable, latin1, Reader } from '../../bytes/reader.ts';
import { md5 } from '../../bytes/md5.ts';
import { isProtected } from './policy.ts';
import { kindsOf, XMP_NAMESPACE } from './xmp-kinds.ts';
import { withTexts } from './xmp-texts.ts';
import { readXmp, writeXmp, xmpProperty, type XmpProperty } from './xmp.ts';

/**
 * One packet of all. Of a property that several have, the first counts; where it is one that a policy protects, what the
 * others say is added to it. Packets that cannot be read are left out, unless none can.
 */
export function joinXmp(packets: readonly Uint8Array[]): Uint8Array | null {
  const [first, ...more] = packets;
  if (!first || more.length === 0) return first ?? null;
  const lists = packets.map((packet) => ifReadable(() => readXmp(packet), [])).filter(({ length }) => length > 0);
  const found = new Map<string, XmpProperty>();
  for (const property of lists.flat()) {
    if (property.namespace === XMP_NAMESPACE.note) continue;
    const key = `${property.namespace} ${property.name}`;
    const there = found.get(key);
    if (!there) found.set(key, property);
    else if (isText(property) && kindsOf(property).some(isProtected))
      found.set(key, withTexts(there, 'text', [property.value]));
  }
  return writeXmp([...found.values()]) ?? first;
}

/** One text, or a list with one entry: what can be added to another. */
function isText({ node }: XmpProperty): boolean {
  if ('value' in node) return true;
  const elements = node.children.filter((child) => typeof child !== 'string');
  const entries = elements.flatMap(({ children }) => children.filter((child) => typeof child !== 'string'));
  return elements.length === 0 || (elements.length === 1 && entries.length === 1 && !entries[0]?.children.some(isNode));
}

function isNode(child: unknown): boolean {
  return typeof child !== 'string';
}

/** GUID (32 digits), length of the whole and offset of this part, four bytes each: XMP part 3, 1.1.3.1. */
const CHUNK_HEADER = 40;

/**
 * The continuations of a packet, each put together from its chunks by their offsets, in whatever order they stand.
 *
 * @param chunks payloads of the segments, past their signature
 * @returns by GUID; null for one of which a part is missing
 */
export function joinExtendedXmp(chunks: readonly Uint8Array[]): ReadonlyMap<string, Uint8Array | null> {
  const byGuid = new Map<string, { length: number; parts: { offset: number; data: Uint8Array }[] }>();
  for (const chunk of chunks) {
    if (chunk.length < CHUNK_HEADER) continue;
    const reader = new Reader(chunk);
    const guid = latin1(chunk.subarray(0, 32)).toUpperCase();
    const whole = byGuid.get(guid) ?? { length: reader.u32(32), parts: [] };
    whole.parts.push({ offset: reader.u32(36), data: chunk.subarray(CHUNK_HEADER) });
    byGuid.set(guid, whole);
  }
  return new Map([...byGuid].map(([guid, { length, parts }]) => [guid, assembled(length, parts)]));
}

function assembled(length: number, parts: readonly { offset: number; data: Uint8Array }[]): Uint8Array | null {
  const inOrder = parts.toSorted((a, b) => a.offset - b.offset);
  const pieces: Uint8Array[] = [];
  let end = 0;
  for (const { offset, data } of inOrder) {
    if (offset > end) return null;
    if (offset + data.length <= end) continue;
    pieces.push(data.subarray(end - offset));
    end = offset + data.length;
  }
  return end === length ? joinBytes(pieces) : null;
}

/** The GUID of the continuation that the packet names; null when it names none. */
export function extendedGuid(packet: Uint8Array): string | null {
  const properties = ifReadable(() => readXmp(packet), []);
  const link = properties.find(({ namespace, name }) => namespace === XMP_NAMESPACE.note && name === 'HasExtendedXMP');
  return link?.value.trim().toUpperCase() ?? null;
}

/** A packet and the continuation that goes on where one place is too short for all. */
export interface SplitXmp {
  readonly packet: Uint8Array;
  /** Null where all is in the packet. */
  readonly continuation: { readonly guid: string; readonly bytes: Uint8Array } | null;
}

/**
 * A packet that is only long by its padding (ISO 16684-1, 7.3.2) or by UTF-16 is written closer first. Of what is too long
 * then, what a policy protects comes first, so that it is in the packet, which more readers know than the continuation.
 *
 * @param room bytes of the packet
 * @returns null when it is too long and cannot be read
 */
export function splitXmp(packet: Uint8Array, room: number): SplitXmp | null {
  if (packet.length <= room) return { packet, continuation: null };
  const properties = ifReadable(() => readXmp(packet), []).filter(({ namespace }) => namespace !== XMP_NAMESPACE.note);
  const close = writeXmp(properties);
  if (close && close.length <= room) return { packet: close, continuation: null };
  const rank = (property: XmpProperty): number => (kindsOf(property).some(isProtected) ? 0 : 1);
  const main: XmpProperty[] = [link('0'.repeat(32))];
  const rest: XmpProperty[] = [];
  let length = writeXmp(main)?.length ?? 0;
  for (const property of properties.toSorted((a, b) => rank(a) - rank(b))) {
    // By itself in a packet it is longer than among others: a bound.
    const own = writeXmp([property])?.length ?? 0;
    if (length + own > room) rest.push(property);
    else {
      main.push(property);
      length += own;
    }
  }
  const extended = writeXmp(rest, 'bare');
  if (!extended) return null;
  const guid = md5(extended);
  const written = writeXmp([link(guid), ...main.slice(1)]);
  return written && { packet: written, continuation: { guid, bytes: extended } };
}

function link(guid: string): XmpProperty {
  return xmpProperty(XMP_NAMESPACE.note, 'HasExtendedXMP', guid);
}
