import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchImage, statedLength, type FetchOptions } from '../../../lib/engine/fetch-image.ts';
import type { Reply } from '../../driver/reply.ts';
import { serve, type Site } from '../../driver/server.ts';

let site: Site;
beforeAll(async () => {
  site = await serve(null);
});
afterAll(() => site.close());

const options: FetchOptions = {
  credentials: 'omit',
  accept: 'image/*',
  pace: { silence: 30_000, leastBytes: 1 },
  signal: new AbortController().signal,
};
const body = Uint8Array.from({ length: 5000 }, (_, at) => at % 251);

describe('the stated length', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['many', null],
    ['12, 12', null],
    ['0', 0],
    ['5000', 5000],
  ])('of %j is %j', (value, length) => {
    expect(statedLength(new Headers(value === undefined ? {} : { 'content-length': value }))).toBe(length);
  });
});

describe('fetching an image', () => {
  it.each<Reply>([
    {},
    { framing: 'chunked' },
    { framing: 'close' },
    { coding: 'gzip' },
    { coding: 'br', framing: 'chunked' },
    { early: true },
  ])('gives all bytes of an answer with %j', async (reply) => {
    const url = site.answer('picture', { body, ...reply });
    expect((await fetchImage(url, options)).bytes).toEqual(body);
  });

  it.each<Reply>([{ body: '' }, { body: '', framing: 'chunked' }, { body: '', status: 204 }])(
    'finds no bytes in %j',
    async (reply) => {
      expect((await fetchImage(site.answer('nothing', reply), options)).bytes).toHaveLength(0);
    },
  );
});
