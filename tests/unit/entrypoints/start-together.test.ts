import { expect, it, vi } from 'vitest';
import { startTogether } from '../../../entrypoints/compose/start-together.ts';
import type { StartRequest } from '../../../lib/core/protocol/messages.ts';
import { startRequest } from '../start-request.ts';

const all = (): boolean => true;

it('tells of those that come meanwhile in one message, and each hears whether it has room', async () => {
  let answer = (): void => undefined;
  const sent: (readonly StartRequest[])[] = [];
  const jobs = Array.from({ length: 5 }, startRequest);
  const start = startTogether(async (some) => {
    sent.push(some);
    await new Promise<void>((resolve) => (answer = resolve));
    return some.flatMap(({ id }) => (id === jobs[3]?.id ? [id] : []));
  }, all);
  const answers = jobs.slice(0, 1).map(start);
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  answers.push(...jobs.slice(1).map(start));
  answer();
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  answer();
  expect(await Promise.all(answers)).toEqual([[], [], [], [jobs[3]?.id], []]);
  expect(sent[1]).toEqual(jobs.slice(1));
});

it('tells of each of a group alone where the background did not take it whole, and goes on with the next', async () => {
  const send = vi.fn<(jobs: readonly StartRequest[]) => Promise<readonly StartRequest['id'][]>>();
  const bad = startRequest();
  send.mockImplementation(async (some) => {
    if (some.some(({ id }) => id === bad.id)) throw new Error('gone');
    return [];
  });
  const start = startTogether(send, all);
  const outcomes = await Promise.allSettled([start(startRequest()), start(bad), start(startRequest())]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(send.mock.calls.map(([some]) => some.length)).toEqual([3, 1, 1, 1]);
  expect(await start(startRequest())).toEqual([]);
});

it('tells no name of what was dropped while it waited, nor anything where nothing is left', async () => {
  let answer = (): void => undefined;
  const sent: (readonly StartRequest[])[] = [];
  const [first, dropped, third] = [startRequest(), startRequest(), startRequest()];
  const left = new Set([first.id, dropped.id, third.id]);
  const start = startTogether(
    async (some) => {
      sent.push(some);
      await new Promise<void>((resolve) => (answer = resolve));
      return [];
    },
    (id) => left.has(id),
  );
  const answers = [start(first)];
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  answers.push(start(dropped), start(third));
  left.delete(dropped.id);
  answer();
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  answer();
  expect(await Promise.all(answers)).toEqual([[], [], []]);
  expect(sent).toEqual([[first], [third]]);
  expect(await start(dropped)).toEqual([]);
  expect(sent).toHaveLength(2);
});
