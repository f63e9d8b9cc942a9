/** The main job through every way in which real servers answer. Each picture has a size of its own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downloadedFiles, serve, type Reply, type Site } from '../driver/index.ts';
import { rowsOf } from '../rows.ts';
import { openStage, photographAs, readPicture, type Stage } from './stage.ts';

let stage: Stage;
/** The same over HTTP/2. */
let second: Site;

beforeAll(async () => {
  [stage, second] = await Promise.all([
    openStage({ switches: ['--ignore-certificate-errors'] }),
    serve(null, { host: 'second.test', protocol: 'http2' }),
  ]);
});
afterAll(async () => {
  await stage.close();
  await second.close();
});

let width = 300;
/** A picture that no other test has. */
async function another(): Promise<{ bytes: Buffer; size: { width: number; height: number } }> {
  const size = { width: (width += 2), height: 200 };
  return { bytes: await photographAs('jpeg', { quality: 95 }, size.width, size.height), size };
}

async function saved(site: Site, reply: Reply): Promise<void> {
  const { bytes, size } = await another();
  const url = site.answer(`picture-${size.width}`, { body: bytes, contentType: 'image/jpeg', ...reply });
  // From a page of the same site: what is tried is the answer, not whether another host lets itself be read.
  const shown = await stage.show(url, { site });
  expect(await stage.compress(shown)).toMatchObject({ state: 'saved', receipt: { input: { bytes: bytes.length } } });
  const file = (await downloadedFiles(stage.browser)).at(-1);
  expect(await readPicture(stage, file?.path ?? '')).toEqual({ format: 'jpeg', ...size });
}

/** How each way of framing and each wrong type is dealt with; the rest are combinations. */
const EACH_TIME = new Set(['is chunked', 'ends with the connection', 'is zipped on the fly', 'calls it a web page']);

describe('an image whose answer', () => {
  it.each(
    rowsOf<[string, Reply]>(
      [
        ['has a length', {}],
        ['is chunked', { framing: 'chunked' }],
        ['ends with the connection', { framing: 'close' }],
        ['is zipped, with the length of the zipped bytes', { coding: 'gzip' }],
        ['is zipped on the fly', { coding: 'gzip', framing: 'chunked' }],
        ['is coded by brotli on the fly', { coding: 'br', framing: 'chunked' }],
        ['says a length of nothing', { framing: 'close', headers: { 'content-length': '' } }],
        ['comes after 102 and 103', { early: true }],
        ['has no type', { contentType: null }],
        ['calls it a web page', { contentType: 'text/html' }],
        ['calls it a stream of bytes', { contentType: 'application/octet-stream' }],
        ['is a part that is the whole', { status: 206, headers: { 'content-range': 'bytes 0-9999/10000' } }],
      ],
      ([what]) => EACH_TIME.has(what),
    ),
  )('%s is saved as it is shown', (_what, reply) => saved(stage.site, reply));

  it.each(
    rowsOf<[string, Reply]>(
      [
        ['has a length', {}],
        ['has none', { framing: 'chunked' }],
        ['is zipped on the fly', { coding: 'gzip', framing: 'chunked' }],
      ],
      ([what]) => what === 'has none',
    ),
  )('comes over HTTP/2 and %s is saved as it is shown', (_what, reply) => saved(second, reply));
});
