import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createReadAhead } from '../../../lib/background/read-ahead.ts';
import { memoryArea } from '../storage/memory-area.ts';
import type { PageReading } from '../../../lib/background/page-reading.ts';
import { newJobId } from '../../../lib/core/model/job.ts';
import type { PageReadRequest } from '../../../lib/core/protocol/messages.ts';

const URL = 'https://h.example/cat.jpg';
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

let area = memoryArea();

beforeEach(() => {
  area = memoryArea();
});

describe('a reading that is begun with the click', () => {
  it('asks as the engine did first, and is taken once', async () => {
    const ahead = createReadAhead(area);
    const read = vi.fn(async () => reading);
    const id = newJobId();
    ahead.begin(id, URL, 'p', read);
    // What the engine asks for is not known yet.
    expect(await ahead.take({ ...asked, id }, URL)).toBeNull();
    expect(read).not.toHaveBeenCalled();
    ahead.begin(id, URL, 'p', read);
    expect(await ahead.take({ ...asked, id }, URL)).toBe(reading);
    const { cache, credentials, accept, pace } = asked;
    expect(read.mock.calls).toEqual([[{ cache, credentials, accept, pace }]]);
    expect(await ahead.take({ ...asked, id }, URL)).toBeNull();
  });

  it('asks the same in a background that has just been started', async () => {
    await createReadAhead(area).take(asked, URL);
    await vi.waitFor(() => expect(area.content.size).toBeGreaterThan(0));
    const ahead = createReadAhead(area);
    ahead.begin(asked.id, URL, 'p', async () => reading);
    expect(await ahead.take(asked, URL)).toBe(reading);
  });

  it('that is dropped before it is known how to ask is not begun', async () => {
    area = memoryArea({
      firstReading: { cache: 'force-cache', credentials: 'same-origin', accept: 'image/avif', pace: asked.pace },
    });
    const ahead = createReadAhead(area);
    const read = vi.fn(async () => reading);
    ahead.begin(asked.id, URL, 'p', read);
    ahead.drop(asked.id);
    await new Promise((resolve) => setTimeout(resolve));
    expect(read).not.toHaveBeenCalled();
    ahead.begin(asked.id, URL, 'p', read);
    await vi.waitFor(() => expect(read).toHaveBeenCalledOnce());
  });

  it('is not the answer to another question', async () => {
    const ahead = createReadAhead(area);
    await ahead.take(asked, URL);
    const begin = (): void => ahead.begin(asked.id, URL, 'p', async () => reading);
    begin();
    expect(await ahead.take({ ...asked, cache: 'no-cache' }, URL)).toBeNull();
    expect(await ahead.take({ ...asked, by: 'worker' }, URL)).toBeNull();
    expect(await ahead.take(asked, URL)).not.toBeNull();
    begin();
    expect(await ahead.take(asked, 'https://h.example/another.jpg')).toBeNull();
    begin();
    expect(await ahead.take({ ...asked, accept: 'image/jxl' }, URL)).toBeNull();
  });

  it('is given up when the image is another one', async () => {
    const ahead = createReadAhead(area);
    await ahead.take(asked, URL);
    ahead.begin(asked.id, URL, 'p', async () => reading);
    expect([ahead.urlOf(asked.id), ahead.portOf(asked.id)]).toEqual([URL, 'p']);
    ahead.drop(asked.id);
    expect([ahead.urlOf(asked.id), ahead.portOf(asked.id)]).toEqual([null, null]);
    expect(await ahead.take(asked, URL)).toBeNull();
  });
});
