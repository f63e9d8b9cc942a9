import { describe, expect, it } from 'vitest';
import { receivePageBytes, sendPageBytes, type BytesChannel } from '../../../lib/platform/page-bytes.ts';

function channel(): BytesChannel {
  const listeners: ((event: { readonly data: unknown }) => void)[] = [];
  return {
    postMessage(data) {
      for (const listener of listeners) listener({ data });
    },
    addEventListener: (_, listener) => void listeners.push(listener),
  };
}

describe('bytes that a page gave', () => {
  it('come to who expects them by their name, before or after it asks', async () => {
    const one = channel();
    const received = receivePageBytes(one);
    const [early, late] = [received.expect('early'), received.expect('late')];
    sendPageBytes(one, 'early', new Uint8Array([1]));
    const asked = late.bytes();
    sendPageBytes(one, 'nobody', new Uint8Array([2]));
    sendPageBytes(one, 'late', new Uint8Array([3]));
    expect(await early.bytes()).toEqual(new Uint8Array([1]));
    expect(await asked).toEqual(new Uint8Array([3]));
  });

  it('that do not come are not waited for for ever', async () => {
    await expect(receivePageBytes(channel(), 1).expect('lost').bytes()).rejects.toMatchObject({ code: 'blob-gone' });
  });
});
