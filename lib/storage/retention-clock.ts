/** By what the vault's deadlines go: the time, and how long an item may be without activity. */
import type { RetentionSettings } from '../core/model/retention-settings.ts';
import type { SettingsStore } from './settings/settings.ts';
import { TEST_BUILD } from './test-build.ts';

export interface RetentionClock {
  /** ms since the epoch. In a test build it is as right as the last answer of `idle`, which the vault asks for before each step. */
  readonly clock: () => number;
  /** ms: the person's choice as it is now. */
  readonly idle: () => Promise<number>;
}

/** The part of `storage.session` that is needed here. */
interface TestArea {
  get(key: string): Promise<Record<string, unknown>>;
}

/** For contexts that see `storage`. `settings` is what the background answers to the offscreen document. */
export function localRetentionClock(
  settings: Pick<SettingsStore, 'load'>,
  session: TestArea,
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
async function testSettings(session: TestArea): Promise<Partial<RetentionSettings>> {
  const [offset, idle] = await Promise.all(
    ['test:clock-offset', 'test:idle'].map(async (key) => (await session.get(key))[key]),
  );
  return { ...(typeof offset === 'number' && { clockOffset: offset }), ...(typeof idle === 'number' && { idle }) };
}

/** The same question with its last answer, as long as that is not older than `ms`; what failed is asked again. */
export function rememberedFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly time: number } | null = null;
  return () => {
    const now = performance.now();
    if (!last || now - last.time > ms) {
      const mine = { answer: ask(), time: now };
      last = mine;
      mine.answer.catch(() => {
        if (last === mine) last = null;
      });
    }
    return last.answer;
  };
}
