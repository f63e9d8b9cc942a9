import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchImage, statedLength } from '../../../lib/engine/fetch-image.ts';
import type { Reply } from '../../driver/reply.ts';
import { serve, type Site } from '../../driver/server.ts';

let site: Site;
beforeAll(async () => {
  site = await serve(null);
});
afterAll(() => site.close());

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
    expect((await fetchImage(url, { withCookies: false })).bytes).toEqual(body);
  });

  it.each<Reply>([{ body: '' }, { body: '', framing: 'chunked' }, { body: '', status: 204 }])(
    'says that %j has no bytes',
    async (reply) => {
      const url = site.answer('nothing', reply);
      await expect(fetchImage(url, { withCookies: false })).rejects.toMatchObject({ code: 'empty-file' });
    },
  );
});
