import { beforeEach, describe, expect, it, vi } from 'vitest';
import { newJobId } from '../../../../lib/core/model/job.ts';
import { DEFAULT_RECIPE } from '../../../../lib/core/model/recipe.ts';

/** Stands for the browser: what is sent, and who is there to answer. */
const fake = vi.hoisted(() => ({ sent: [] as string[], engineIsThere: true, made: { ok: true } as object }));
vi.mock('wxt/browser', () => ({ browser: { runtime: { id: 'abc', getURL: (path: string) => `x://abc${path}` } } }));
const runtime: { lastError: { message: string } | undefined } & Record<string, unknown> = {
  lastError: undefined,
  sendMessage({ type }: { type: string }, respond: (answer: unknown) => void) {
    fake.sent.push(type);
    const isForEngine = type === 'previewJob';
    const isHeard = !isForEngine || fake.engineIsThere;
    if (type === 'ensureEngine' && 'ok' in fake.made && fake.made.ok) fake.engineIsThere = true;
    runtime.lastError = isHeard
      ? undefined
      : { message: 'Could not establish connection. Receiving end does not exist.' };
    const value = isForEngine ? { ok: false, error: { code: 'corrupt', parameters: {} } } : fake.made;
    respond(isHeard ? { res: { ok: true, value } } : undefined);
    runtime.lastError = undefined;
  },
};
vi.stubGlobal('chrome', { runtime });
vi.stubGlobal('addEventListener', () => undefined);
vi.stubGlobal('removeEventListener', () => undefined);

const { createCompareService } = await import('../../../../components/compare/compare-service.ts');

function service(): { readonly try: () => Promise<string>; readonly close: () => void; readonly lock: () => string } {
  let lock = 'none';
  const { tried, close } = createCompareService({
    id: newJobId(),
    vault: { read: () => Promise.reject(new Error('not asked')), onChange: () => () => undefined },
    locks: {
      async request(_name: string, hold: unknown) {
        await Promise.resolve();
        lock = 'held';
        await (hold as () => Promise<void>)();
        lock = 'free';
      },
    } as Pick<LockManager, 'request'>,
  });
  return {
    try: () => tried(DEFAULT_RECIPE, new AbortController().signal).then(String, ({ code }: { code: string }) => code),
    close,
    lock: () => lock,
  };
}

beforeEach(() => {
  fake.sent.length = 0;
  fake.engineIsThere = true;
  fake.made = { ok: true };
});

describe('a try', () => {
  it('asks the engine, and nobody else where it answers', async () => {
    expect(await service().try()).toBe('corrupt');
    expect(fake.sent).toEqual(['previewJob']);
  });

  it('has the background make the engine when nobody answers, and asks again', async () => {
    fake.engineIsThere = false;
    expect(await service().try()).toBe('corrupt');
    expect(fake.sent).toEqual(['previewJob', 'ensureEngine', 'previewJob']);
  });

  it('says why the engine could not be made', async () => {
    fake.engineIsThere = false;
    fake.made = { ok: false, error: { code: 'engine-stopped', parameters: {} } };
    expect(await service().try()).toBe('engine-stopped');
    expect(fake.sent).toEqual(['previewJob', 'ensureEngine']);
  });
});

it('a view holds its lock from before its first question until it closes', async () => {
  const view = service();
  await view.try();
  expect(view.lock()).toBe('held');
  view.close();
  await vi.waitFor(() => expect(view.lock()).toBe('free'));
});
