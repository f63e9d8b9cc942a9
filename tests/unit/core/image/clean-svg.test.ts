/** An SVG without what tells of its maker's machine, with its rights, and drawn to the same pixels. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { cleanMetadata, embedMetadata, extractMetadata } from '../../../../lib/core/image/metadata/metadata.ts';
import { applyPolicy } from '../../../../lib/core/image/metadata/apply-policy.ts';
import { compress, notesOf } from '../../../conformance/compress.ts';
import { exifSegment, withJpegSegments } from '../../../images/containers.ts';
import { editorDrawing } from '../../../images/editor-drawing.ts';
import { cameraExif } from '../../../images/exif-block.ts';
import { encoded, gradient } from '../../../images/pictures.ts';
import { plain } from '../../../images/still.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);
const drawn = (svg: Uint8Array): Promise<Buffer> => sharp(svg).ensureAlpha().raw().toBuffer();
const RECT = '<rect class="a" width="20" height="30"/>';

describe("an editor's drawing", () => {
  it.each(['untouched', 'quality'] as const)('keeps its rights and no path (%s)', async (kind) => {
    const before = bytes(editorDrawing(RECT));
    expect(inspect(before).metadata.kinds).toEqual(
      expect.arrayContaining(['comment', 'software', 'file-path', 'copyright', 'artist', 'rights', 'title', 'date']),
    );
    const result = await compress(before, { aim: kind === 'untouched' ? { kind } : { kind, quality: 75 } });
    const found = text(result.bytes);
    for (const part of ['Jane Maker', '(c) Jane', 'licenses/by/4.0', 'CC BY 4.0', '<title>Logo</title>', 'A square'])
      expect(found).toContain(part);
    for (const part of ['secret', 'jane.private', 'made by jane', "jane's", 'sodipodi', 'inkscape', '2024-05-06'])
      expect([part, found.includes(part)]).toEqual([part, part === 'never']);
    expect(found).toContain('/* no comment */');
    expect((await drawn(result.bytes)).equals(await drawn(before))).toBe(true);
    const removed = result.receipt.notes.find(({ code }) => code === 'metadata-removed');
    expect(removed?.parameters?.['kinds']).toBe('comment,software,date,file-path');
    expect(notesOf(result.receipt)).toContain('metadata-kept');
  });

  it('stripped has nothing but the drawing, and a second time nothing to remove', async () => {
    const before = bytes(editorDrawing(RECT));
    const { bytes: once, kept } = await cleanMetadata(before, 'svg', 'strip');
    expect(kept).toEqual([]);
    expect(text(once)).not.toMatch(/jane|secret|Logo|square|CC BY|metadata/i);
    expect((await drawn(once)).equals(await drawn(before))).toBe(true);
    const { bytes: twice, receipt } = await compress(once, { metadata: 'strip', aim: { kind: 'untouched' } });
    expect(Buffer.from(twice).equals(once)).toBe(true);
    expect(notesOf(receipt)).toContain('nothing-to-clean');
  });

  it('keeps all where all is kept', async () => {
    const before = bytes(editorDrawing(RECT));
    expect((await compress(before, { metadata: 'keep', aim: { kind: 'untouched' } })).bytes).toEqual(before);
    expect(text((await compress(before, { metadata: 'keep' })).bytes)).toContain('jane.private');
  });

  it('gives its rights to the picture that is drawn from it', async () => {
    const set = extractMetadata(bytes(editorDrawing(RECT)), 'svg');
    const { metadataSet } = applyPolicy(set, 'protect', { are: 'encoded', width: 40, height: 30, format: 'png' });
    const png = await embedMetadata(await plain('png'), 'png', metadataSet);
    expect(inspect(png).metadata.kinds).toEqual(['xmp', 'copyright', 'artist', 'rights']);
    expect(Buffer.from(png).includes('secret')).toBe(false);
  });
});

describe('a drawing', () => {
  it('that is not touched is the same to the letter but for what was cut', async () => {
    const before =
      '<svg xmlns="http://www.w3.org/2000/svg"  width="40"\n height=\'30\'><!-- x --><g ><rect width="5" height="5"/></g>&#10;</svg>\n';
    const { bytes: found } = await cleanMetadata(bytes(before), 'svg', 'protect');
    expect(text(found)).toBe(before.replace('<!-- x -->', ''));
  });

  it('whose style sheet counts elements keeps their number', async () => {
    const before = bytes(
      '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><metadata>x</metadata><rect width="40" height="30"/><style>rect:nth-child(2){fill:lime}</style></svg>',
    );
    const { bytes: found } = await cleanMetadata(before, 'svg', 'strip');
    expect(text(found)).toContain('<metadata/>');
    expect((await drawn(found)).equals(await drawn(before))).toBe(true);
  });

  it.each(['href', 'xlink:href'])('with a photograph in %s has it cleaned', async (name) => {
    const photo = withJpegSegments(await encoded(gradient().jpeg()), exifSegment(cameraExif(1)));
    const lines = Buffer.from(photo).toString('base64').replace(/.{76}/g, '$&&#10;'); // prettier-ignore
    const before = bytes(
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="61" height="37"><image width="61" height="37" ${name}="data:image/jpeg;base64,${lines}"/></svg>`,
    );
    expect(inspect(before).metadata.kinds).toEqual(expect.arrayContaining(['gps', 'serial-number', 'copyright']));
    const { bytes: found, removed, kept } = await cleanMetadata(before, 'svg', 'protect');
    expect(removed).toEqual(expect.arrayContaining(['gps', 'serial-number', 'thumbnail']));
    expect(kept).toEqual(expect.arrayContaining(['copyright', 'artist']));
    expect((await drawn(found)).equals(await drawn(before))).toBe(true);
  });

  it.each([
    ['in escapes', (photo: Uint8Array) => `"data:image/jpeg,${percent(photo)}"`],
    [
      'in base64 with escapes',
      (photo: Uint8Array) => `"data:image/jpeg;base64,${encodeURIComponent(Buffer.from(photo).toString('base64'))}"`,
    ],
    ['in single quotes', (photo: Uint8Array) => `'data:image/jpeg,${percent(photo)}'`],
  ])('with a photograph %s has it cleaned', async (_how, href) => {
    const photo = withJpegSegments(await encoded(gradient().jpeg()), exifSegment(cameraExif(1)));
    const before = bytes(
      `<svg xmlns="http://www.w3.org/2000/svg" width="61" height="37"><image width="61" height="37" href=${href(photo)}/></svg>`,
    );
    expect(inspect(before).metadata.kinds).toEqual(expect.arrayContaining(['gps', 'copyright']));
    const { bytes: found, removed, kept } = await cleanMetadata(before, 'svg', 'protect');
    expect(removed).toContain('gps');
    expect(kept).toEqual(expect.arrayContaining(['copyright', 'artist']));
    expect(inspect(found).metadata.kinds).not.toContain('gps');
  });

  it('with thousands of pictures that never end is looked through once', () => {
    const text = `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><style>${'(data:image/a,%20'.repeat(50_000)}</style></svg>`;
    const { user } = process.cpuUsage();
    inspect(bytes(text));
    expect(process.cpuUsage().user - user).toBeLessThan(3_000_000);
  });

  it('that refers to a file on a disk keeps its name alone', async () => {
    const before = bytes(
      '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><image href="file:///home/jane/pictures/cat.png"/><use href="#a"/></svg>',
    );
    const { bytes: found, removed } = await cleanMetadata(before, 'svg', 'protect');
    expect(removed).toEqual(['file-path']);
    expect(text(found)).toContain('href="cat.png"');
    expect(text(found)).toContain('href="#a"');
  });

  it('in another encoding says that it is in UTF-8 now', async () => {
    const before = Uint8Array.from(
      Buffer.from(
        '<?xml version="1.0" encoding="ISO-8859-1"?><svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><!-- x --><title>Vögel</title></svg>',
        'latin1',
      ),
    );
    const { bytes: found } = await cleanMetadata(before, 'svg', 'protect');
    expect(text(found)).toContain('encoding="UTF-8"');
    expect(text(found)).toContain('Vögel');
  });

  it('that is not well-formed is an error', async () => {
    await expect(
      cleanMetadata(bytes('<svg xmlns="http://www.w3.org/2000/svg"><!-- x</svg>'), 'svg', 'strip'),
    ).rejects.toMatchObject({ name: 'CompressionError' });
  });
});

/** Every byte as an escape (RFC 3986, 2.1). */
function percent(data: Uint8Array): string {
  return [...data].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
