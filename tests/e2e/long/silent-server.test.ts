/** A server that takes the request and never answers. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

it('a server that falls silent ends after 30 s', async () => {
  const shown = await stage.show(stage.site.answer('hang.jpg', { hang: true }));
  const began = performance.now();
  const job = await stage.compress(shown);
  expect(job).toMatchObject({ state: 'failed', error: { code: 'timed-out', parameters: { seconds: 30 } } });
  expect(performance.now() - began).toBeGreaterThan(29_000);
});
