import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { minifySvg } from '../../../../lib/core/decoders/svg.ts';
import { compress } from '../../../conformance/compress.ts';
import { expandSvgz, isGzip } from '../../../../lib/core/decoders/svgz.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const compressed = async (data: Uint8Array): Promise<Uint8Array> => (await compress(data)).bytes;
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

/** As librsvg draws it, four times as large. */
const drawn = (svg: Uint8Array): Promise<Buffer> => sharp(svg, { density: 288 }).ensureAlpha().raw().toBuffer();

const DRAWINGS: Record<string, string> = {
  "an editor's export": `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
    <!-- Created with Inkscape -->
    <svg xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"
      xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" xmlns="http://www.w3.org/2000/svg" width="120" height="90" viewBox="0 0 120 90" inkscape:version="1.2">
      <sodipodi:namedview pagecolor="#ffffff" /><metadata><dc:title>x</dc:title></metadata>
      <g inkscape:label="Layer 1" id="layer1" transform="translate(3.0000001,4.5000000)"><g>
        <path id="a" style="fill:#ff0000;stroke:#00000080;stroke-width:1.50000000" d="M 10.000,10.000 C 20.123456789,20.987654321 40,20 50.5,10.25 L 90,70 l 0,0 z" inkscape:connector-curvature="0" />
      </g></g></svg>`,
  'gradients, clips, masks and filters': `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100" width="100" height="100">
      <defs><linearGradient id="g"><stop offset="0.000" stop-color="rgb(255,0,0)"/><stop offset="1" stop-color="hsl(200,50%,40%)" stop-opacity="0.5"/></linearGradient>
      <radialGradient id="h" xlink:href="#g" cx="30%" cy="70%"/><clipPath id="c"><circle cx="50" cy="50" r="44.4444444"/></clipPath>
      <mask id="m"><rect width="100" height="100" fill="white"/><rect x="20" y="20" width="15" height="60" fill="black"/></mask>
      <filter id="f"><feGaussianBlur stdDeviation="2"/></filter></defs>
      <g clip-path="url(#c)" mask="url(#m)"><rect width="100" height="100" fill="url(#g)"/><ellipse cx="60" cy="40" rx="30" ry="20" fill="url(#h)" filter="url(#f)" /></g></svg>`,
  'style sheets, classes and use': `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80" viewBox="-10 -10 80 80"><style>.a{fill:blue;stroke:black} #b > rect:first-child{fill:lime}</style>
      <defs><symbol id="s" viewBox="0 0 10 10"><path class="a" d="M0 0H10V10H0Z"/></symbol></defs>
      <use href="#s" x="5" y="5" width="20" height="20"/><g id="b"><rect x="30" y="30" width="10" height="10"/><rect x="45" y="30" width="10" height="10"/></g>
      <g display="none"><rect width="80" height="80"/></g></svg>`,
  'arcs, transforms and tiny numbers': `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 0.0064 0.0064"><g transform="rotate(12.3456789 0.0032 0.0032) scale(1.0000 0.9)">
      <path d="M0.0010 0.0032a0.0022 0.0022 30 1 1 0.0044 0a0.0022 0.0011 30 0 1 -0.0044 0" fill="none" stroke="navy" stroke-width="0.0004"/></g></svg>`,
  'strokes, markers and a dash': `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><marker id="m" markerWidth="6" markerHeight="6" refX="3" refY="3"><circle cx="3" cy="3" r="2"/></marker>
      <polyline points="5,5 40,50 80,10" fill="none" stroke="#aabbcc" stroke-width="3" stroke-dasharray="5 2.5" stroke-linejoin="round" marker-mid="url(#m)"/>
      <path d="M5 30 h0 M20 30 h0" stroke="red" stroke-width="8" stroke-linecap="round"/></svg>`,
  'an entity and a switch': `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [<!ENTITY red "#f00">]>
      <svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><switch><g systemLanguage="xx"><rect width="40" height="40"/></g><g><rect width="40" height="40" fill="&red;"/></g></switch></svg>`,
};

describe('an SVG made smaller', () => {
  it.each(Object.entries(DRAWINGS))('is drawn to the same pixels: %s', async (_, drawing) => {
    const original = bytes(drawing);
    const minified = await minifySvg(original);
    expect((await drawn(minified)).equals(await drawn(original))).toBe(true);
  });

  it('is smaller by much when an editor wrote it', async () => {
    const original = bytes(DRAWINGS["an editor's export"] ?? '');
    expect((await compress(original)).bytes.length).toBeLessThan(original.length / 2);
  });

  it('keeps its size, its ids, its title and its licence', async () => {
    const found = text(
      await compressed(
        bytes(
          '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20" viewBox="0 0 10 20"><!--! CC BY --><!-- chatter --><title>Bird</title><path id="wing" d="M0 0L5 5"/></svg>',
        ),
      ),
    );
    for (const part of [
      'width="10"',
      'height="20"',
      'viewBox="0 0 10 20"',
      'id="wing"',
      '<title>Bird</title>',
      'CC BY',
    ])
      expect(found).toContain(part);
    expect(found).not.toContain('chatter');
  });

  it('is read in the encoding that it tells, and written in UTF-8', async () => {
    const latin = Uint8Array.from(
      Buffer.from(
        '<?xml version="1.0" encoding="ISO-8859-1"?><svg xmlns="http://www.w3.org/2000/svg"><title>Vögel</title></svg>',
        'latin1',
      ),
    );
    const wide = Uint8Array.from(
      Buffer.from('\ufeff<svg xmlns="http://www.w3.org/2000/svg"><title>Vögel</title></svg>', 'utf16le'),
    );
    for (const file of [latin, wide]) {
      const found = text(await minifySvg(file));
      expect(found).toContain('Vögel');
      expect(found).not.toContain('ISO');
    }
  });

  it.each(['<svg', '<svg xmlns="http://www.w3.org/2000/svg"><g></svg>', ''])(
    'that is not well-formed is an error: %s',
    async (broken) => {
      await expect(minifySvg(bytes(broken))).rejects.toMatchObject({ name: 'CompressionError' });
    },
  );

  it('whose entities make a bomb does not explode', async () => {
    const levels = Array.from({ length: 12 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('');
    const bomb = bytes(
      `<!DOCTYPE svg [<!ENTITY e0 "lol">${levels}]><svg xmlns="http://www.w3.org/2000/svg"><text>&e12;</text></svg>`,
    );
    const found = await minifySvg(bomb).catch((thrown: unknown) => thrown);
    if (found instanceof Uint8Array) expect(found.length).toBeLessThan(1e6);
    else expect(found).toMatchObject({ name: 'CompressionError' });
  }, 5000);
});

describe('svgz', () => {
  const svg = bytes('<svg xmlns="http://www.w3.org/2000/svg"/>');

  it('is expanded, and what is no gzip stays', async () => {
    const zipped = new Uint8Array(gzipSync(svg));
    expect([isGzip(zipped), isGzip(svg)]).toEqual([true, false]);
    expect(text(await expandSvgz(zipped))).toBe(text(svg));
    expect(await expandSvgz(svg)).toBe(svg);
  });

  it('that is a bomb or broken is an error', async () => {
    await expect(expandSvgz(new Uint8Array(gzipSync(new Uint8Array(40_000_000))))).rejects.toMatchObject({
      code: 'file-too-large',
    });
    await expect(
      expandSvgz(new Uint8Array([0x1f, 0x8b, 8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])),
    ).rejects.toMatchObject({ code: 'corrupt' });
  });
});

it('leaves the spaces between words of HTML in it', async () => {
  const label = '<p xmlns="http://www.w3.org/1999/xhtml">A <b>bold</b> word</p>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg"><g ><foreignObject width="9" height="9">${label}</foreignObject></g></svg>`;
  expect(text(await minifySvg(bytes(svg)))).toContain(label);
});
