/**
 * An AVIF as libavif's strict mode wants it, which jSquash's decoder has and browsers have not: each picture tells its
 * bits (`pixi`, which libheif up to 1.11 left out), and none a clean aperture that is no rectangle of it (`clap`).
 */
import { bigEndian32, copyBytes, joinBytes, latin1Bytes } from '../bytes/bytes.ts';
import { propertiesOf, readPicture } from '../image/formats/heif-picture.ts';
import { readHeifMeta, type HeifAssociation } from '../image/formats/heif-meta.ts';
import { childrenOf, findBox, readFileBoxes } from '../image/formats/isobmff.ts';
import { box, fullBox } from '../image/metadata/containers/box.ts';

/**
 * The `meta` box is written anew behind the file, and the old one becomes `free`, so that no offset moves.
 *
 * @returns null when there is nothing to be set right
 * @throws CompressionError `truncated`, `corrupt`
 */
export function lenientAvif(file: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const metaBox = findBox(readFileBoxes(file), 'meta');
  if (!metaBox) return null;
  const meta = readHeifMeta(file, metaBox);
  const iprp = findBox(meta.children, 'iprp');
  const ipco = iprp && findBox(childrenOf(file, iprp), 'ipco');
  if (!iprp || !ipco) return null;
  const added: Uint8Array[] = [];
  let isSame = true;
  const associations = [...meta.associations].map(([id, list]): [number, readonly HeifAssociation[]] => {
    const kept = list.filter(({ index }) => meta.properties[index - 1]?.type !== 'clap');
    const lacksBits =
      meta.items.get(id)?.type === 'av01' && !propertiesOf(meta, id).some(({ type }) => type === 'pixi');
    isSame &&= kept.length === list.length && !lacksBits;
    if (!lacksBits) return [id, kept];
    const { depth, monochrome } = readPicture(file, meta, id);
    const channels = monochrome ? 1 : 3;
    // 23008-12, 6.5.6: the number of channels, and the bits of each.
    added.push(fullBox('pixi', 0, 0, new Uint8Array(channels + 1).fill(depth).fill(channels, 0, 1)));
    return [id, [...kept, { index: meta.properties.length + added.length, essential: false }]];
  });
  if (isSame) return null;
  const entries = associations.flatMap(([id, list]) => [
    bigEndian32(id),
    Uint8Array.of(list.length),
    ...list.map(({ index, essential }) => Uint8Array.of((essential ? 0x80 : 0) | (index >> 8), index & 255)),
  ]);
  const properties = box(
    'iprp',
    box('ipco', file.subarray(ipco.dataAt, ipco.end), ...added),
    fullBox('ipma', 1, 1, bigEndian32(associations.length), ...entries),
  );
  const children = meta.children.map((child) => (child === iprp ? properties : file.subarray(child.start, child.end)));
  const own = copyBytes(file);
  own.set(latin1Bytes('free'), metaBox.start + 4);
  return joinBytes([own, box('meta', file.subarray(metaBox.dataAt, metaBox.dataAt + 4), ...children)]);
}
