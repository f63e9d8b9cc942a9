/** The test server itself: it answers as it is told, and gives away nothing else. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_FOLDER, serve, type Site } from '../../driver/index.ts';

const EXAMPLE = join(PROJECT_FOLDER, 'tests/driver/example.ts');

let site: Site;
beforeAll(async () => {
  site = await serve(join(PROJECT_FOLDER, 'tests/driver'));
});
afterAll(() => site.close());

describe('a site', () => {
  it('serves a folder and nothing outside of it', async () => {
    const whole = await fetch(site.url('example.ts'));
    expect([whole.status, await whole.text()]).toEqual([200, await readFile(EXAMPLE, 'utf8')]);
    expect((await fetch(`${site.origin}/%2e%2e/pages/sample.html`)).status).toBe(404);
    expect((await fetch(`${site.origin}/..%2fpages%2fsample.html`)).status).toBe(404);
  });

  it('answers as it is told', async () => {
    const told = await fetch(
      site.answer('told.jpg', {
        status: 403,
        contentType: 'text/html',
        body: 'no',
        cors: true,
        disposition: 'attachment; filename="a.jpg"',
      }),
    );
    expect([
      told.status,
      await told.text(),
      ...['content-type', 'access-control-allow-origin', 'content-disposition'].map((name) => told.headers.get(name)),
    ]).toEqual([403, 'no', 'text/html', '*', 'attachment; filename="a.jpg"']);
    const away = await fetch(site.answer('away.jpg', { redirect: 'http://photos.test/' }), { redirect: 'manual' });
    expect([away.status, away.headers.get('location')]).toEqual([302, 'http://photos.test/']);
    await expect(
      fetch(site.answer('broken.jpg', { body: new Uint8Array(5000), breakAfter: 100 })).then((answer) =>
        answer.bytes(),
      ),
    ).rejects.toThrow();
    await expect(fetch(site.answer('never.jpg', { hang: true }), { signal: AbortSignal.timeout(300) })).rejects.toThrow(
      /timeout/i,
    );
    const started = performance.now();
    await (await fetch(site.answer('slow.jpg', { body: new Uint8Array(1000), bytesPerSecond: 5000 }))).bytes();
    expect(performance.now() - started).toBeGreaterThan(150);
    expect(site.requests.at(-1)).toMatchObject({ method: 'GET', path: '/slow.jpg' });
  });
});
