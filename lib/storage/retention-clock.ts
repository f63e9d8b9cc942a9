/** By what the vault's deadlines go: the time, and how long an item may be without activity. */
import type { RetentionSettings } from '../core/model/retention-settings.ts';
import type { SettingsStore } from './settings/settings.ts';
import { TEST_BUILD } from './test-build.ts';
import type { StorageItems } from './storage-area.ts';

export interface RetentionClock {
  /** ms since the epoch. In a test build it is as right as the last answer of `idle`, which the vault asks for before each step. */
  readonly clock: () => number;
  /** ms: the person's choice as it is now. */
  readonly idle: () => Promise<number>;
}

/** For contexts that see `storage`. `settings` is what the background answers to the offscreen document. */
export function localRetentionClock(
  settings: Pick<SettingsStore, 'load'>,
  session: Pick<StorageItems, 'get'>,
): RetentionClock & { readonly settings: () => Promise<RetentionSettings> } {
  const chosen = async (): Promise<RetentionSettings> => ({ idle: (await settings.load()).idleMinutes * 60_000 });
  const settingsNow = TEST_BUILD ? async () => ({ ...(await chosen()), ...(await testSettings(session)) }) : chosen;
  return { ...remoteRetentionClock(settingsNow), settings: settingsNow };
}

/** For the offscreen document, which sees only `runtime`: `ask` sends a message that the background answers with `settings()`. */
export function remoteRetentionClock(ask: () => Promise<RetentionSettings>): RetentionClock {
  if (!TEST_BUILD) return { clock: Date.now, idle: async () => (await ask()).idle };
  let offset = 0;
  return {
    clock: () => Date.now() + offset,
    async idle() {
      const { idle, clockOffset = 0 } = await ask();
      offset = clockOffset;
      return idle;
    },
  };
}

/** What a test has set, under keys of `storage.session` that only tests write. */
async function testSettings(session: Pick<StorageItems, 'get'>): Promise<Partial<RetentionSettings>> {
  const [offset, idle] = await Promise.all(
    ['test:clock-offset', 'test:idle'].map(async (key) => (await session.get(key))[key]),
  );
  return { ...(typeof offset === 'number' && { clockOffset: offset }), ...(typeof idle === 'number' && { idle }) };
}

/**
 * ms for which the engine takes an answer of the background for the one of now, and for which one will do while it is asked again: as
 * long as most images take, so that a result is not kept waiting. A test moves the clock by that answer, from one step to the next.
 */
export const [ASKED_EVERY, WHILE_ASKED] = TEST_BUILD ? [0, 0] : [1_000, 60_000];

/**
 * The same question with its last answer: one that is older than `fresh` is asked for anew, and not waited for unless the
 * last one is older than `usable`; both in ms. What failed is asked again.
 */
export function rememberedFor<T>(fresh: number, usable: number, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly time: number } | null = null;
  let asked = -Infinity;
  return () => {
    const now = performance.now();
    if (last && now - asked <= fresh) return last.answer;
    asked = now;
    const before = last;
    const mine = { answer: ask(), time: now };
    const isOld = !before || now - before.time > usable;
    if (isOld) last = mine;
    mine.answer.then(
      () => {
        last = mine;
      },
      () => {
        asked = -Infinity;
        if (last === mine || last === before) last = null;
      },
    );
    return isOld ? mine.answer : before.answer;
  };
}
