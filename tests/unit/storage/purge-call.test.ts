import { expect, it, vi } from 'vitest';
import { takingIn } from '../../../lib/storage/purge-call.ts';

/** A lock that is held until its holder's promise ends; `exclusive` resolves once it is free. */
function oneLock(): {
  readonly locks: LockManager;
  readonly requests: () => number;
  readonly exclusive: () => Promise<void>;
} {
  const holders = new Set<Promise<unknown>>();
  let requests = 0;
  const request = async (_: string, __: LockOptions, holder: () => Promise<unknown>): Promise<unknown> => {
    requests++;
    await Promise.resolve();
    const held = holder();
    holders.add(held);
    return held.finally(() => holders.delete(held));
  };
  return {
    locks: { request } as unknown as LockManager,
    requests: () => requests,
    exclusive: async () => void (await Promise.all(holders)),
  };
}

function heldUp(): { readonly work: () => Promise<void>; end(): void } {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { work: () => ended, end: () => end() };
}

it('holds one lock for all puts that overlap, until the last of them has ended', async () => {
  const { locks, requests, exclusive } = oneLock();
  const whileTakingIn = takingIn(locks);
  const [one, other] = [heldUp(), heldUp()];
  const puts = [whileTakingIn(one.work), whileTakingIn(other.work)];
  await vi.waitFor(() => expect(requests()).toBe(1));
  const free = vi.fn();
  void exclusive().then(free);
  one.end();
  await puts[0];
  await new Promise((later) => setTimeout(later, 5));
  expect(free).not.toHaveBeenCalled();
  other.end();
  await vi.waitFor(() => expect(free).toHaveBeenCalled());
  expect(requests()).toBe(1);
});

it('lets go of it when a put fails, and takes it anew for the next', async () => {
  const { locks, requests, exclusive } = oneLock();
  const whileTakingIn = takingIn(locks);
  await expect(whileTakingIn(() => Promise.reject(new Error('full')))).rejects.toThrow('full');
  await exclusive();
  expect(await whileTakingIn(async () => 'held')).toBe('held');
  expect(requests()).toBe(2);
});
