import { afterEach, expect, it, vi } from 'vitest';
import { createThumbnails } from '../../../components/panel/thumbnails.ts';
import { newJobId } from '../../../lib/core/model/job.ts';

afterEach(() => vi.unstubAllGlobals());

it('asks again for a picture that was scrolled past before its turn', async () => {
  vi.stubGlobal('createImageBitmap', async () => ({ width: 4, height: 4, close: () => undefined }));
  const thumbnails = createThumbnails(async function* () {
    yield new Blob(['x']);
  });
  const [id, gone] = [newJobId(), new AbortController()];
  gone.abort();
  expect(await thumbnails.of(id, gone.signal)).toBeNull();
  expect(await thumbnails.of(id, new AbortController().signal)).not.toBeNull();
});
