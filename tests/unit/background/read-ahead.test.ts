import { describe, expect, it, vi } from 'vitest';
import { createReadAhead } from '../../../lib/background/read-ahead.ts';
import type { PageReading } from '../../../lib/background/page-reading.ts';
import { newJobId } from '../../../lib/core/model/job.ts';
import type { PageReadRequest } from '../../../lib/core/protocol/messages.ts';

const reading = {} as PageReading;
const asked: PageReadRequest = {
  id: newJobId(),
  by: 'page',
  reading: 'r',
  cache: 'force-cache',
  credentials: 'same-origin',
  accept: 'image/avif',
  pace: { silence: 1, leastBytes: 1 },
};

describe('a reading that is begun with the click', () => {
  it('asks as the engine did first, and is taken once', async () => {
    const ahead = createReadAhead();
    const read = vi.fn(async () => reading);
    const id = newJobId();
    ahead.begin(id, read);
    // What the engine asks for is not known yet.
    expect(read).not.toHaveBeenCalled();
    expect(ahead.take(asked)).toBeNull();
    ahead.begin(id, read);
    const { cache, credentials, accept, pace } = asked;
    expect(read).toHaveBeenCalledWith({ cache, credentials, accept, pace });
    expect(await ahead.take({ ...asked, id })).toBe(reading);
    expect(ahead.take({ ...asked, id })).toBeNull();
  });

  it('is not the answer to another question', () => {
    const ahead = createReadAhead();
    ahead.take(asked);
    ahead.begin(asked.id, async () => reading);
    expect(ahead.take({ ...asked, cache: 'no-cache' })).toBeNull();
    expect(ahead.take({ ...asked, by: 'worker' })).toBeNull();
    expect(ahead.take(asked)).not.toBeNull();
  });
});
