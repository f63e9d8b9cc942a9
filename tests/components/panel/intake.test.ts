import { describe, expect, it, vi } from 'vitest';
import { newJobId } from '../../../lib/core/model/job.ts';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import type { Chosen } from '../../../components/panel/chosen.ts';
import { CompressionError } from '../../../lib/core/errors.ts';
import { Intake } from '../../../components/panel/intake.svelte.ts';
import type { StartRequest } from '../../../lib/core/protocol/messages.ts';
import type { HeldItem } from '../../../lib/storage/vault/item.ts';

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const chosen = (name: string, open: () => Promise<Blob> = async () => new Blob([PNG])): Chosen => ({
  name,
  folder: '',
  alone: true,
  from: 'file',
  open,
});
const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

/** @param room resolves when there is room for one more @param put waits in the vault's put */
function world(
  room: () => Promise<void> = async () => undefined,
  put: () => Promise<void> = async () => undefined,
): {
  intake: Intake;
  held: Set<string>;
  started: string[];
  dismissed: string[];
  answer: { start: Promise<void>; full: boolean };
} {
  const held = new Set<string>();
  const [started, dismissed]: [string[], string[]] = [[], []];
  const answer = { start: Promise.resolve(), full: false };
  const intake = new Intake({
    vault: {
      put: async ({ id }) => {
        await put();
        held.add(id);
        return {} as HeldItem;
      },
      purge: async (selection) => {
        if (typeof selection === 'object' && 'id' in selection) held.delete(selection.id);
        return [];
      },
      has: async () => false,
    },
    space: {
      take: async () => {
        await room();
        return { release: () => undefined };
      },
    },
    view: Promise.resolve('a view'),
    start: async ({ id, name, error }: StartRequest) => {
      started.push(error ? `${name} ${error.code}` : name);
      await answer.start;
      return answer.full ? [id] : [];
    },
    dismiss: async (id) => dismissed.push(id),
    recipe: () => DEFAULT_RECIPE,
    now: () => 1,
  });
  return { intake, held, started, dismissed, answer };
}

describe('taking in', () => {
  it('makes a job of each, and of what can not be read, one that says why', async () => {
    const { intake, held, started } = world();
    const gone = async (): Promise<Blob> => {
      throw new DOMException('gone', 'NotFoundError');
    };
    await intake.take([chosen('a.png'), chosen('b.png', gone), chosen('c.txt', async () => new Blob(['text']))]);
    await vi.waitFor(() => expect(intake.pending).toEqual([]));
    // Whether it is an image, the engine finds out.
    await vi.waitFor(() => expect([...started].sort()).toEqual(['a.png', 'b.png file-gone', 'c.txt']));
    expect(held.size).toBe(2);
  });

  it('goes on when the background can not be told: the rest is taken in, whatever became of one', async () => {
    const { intake, held, started, answer } = world();
    answer.start = Promise.reject(new CompressionError('engine-stopped'));
    await intake.take(Array.from({ length: 12 }, (_, at) => chosen(`${at}.png`)));
    await vi.waitFor(() => expect(started.length).toBeGreaterThan(5));
    answer.start = Promise.resolve();
    await intake.take([chosen('last.png')]);
    await vi.waitFor(() => expect(started).toContain('last.png'));
    await vi.waitFor(() => expect(intake.pending).toEqual([]));
    expect(held.size).toBeGreaterThan(0);
  });

  it('says of an image that is gone from here too that it is to be chosen again', async () => {
    const { intake } = world();
    await expect(intake.bringBack(newJobId())).rejects.toMatchObject({ code: 'source-gone' });
  });

  it('waits while the list is full, and goes on when it is not', async () => {
    vi.useFakeTimers();
    try {
      const { intake, held, answer } = world();
      answer.full = true;
      await intake.take([chosen('a.png')]);
      await vi.advanceTimersByTimeAsync(400);
      expect(intake.pending).toMatchObject([{ state: 'list-full' }]);
      expect(held.size).toBe(0);
      answer.full = false;
      await vi.advanceTimersByTimeAsync(3000);
      expect(intake.pending).toEqual([]);
      expect(held.size).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('takes back what was on its way into the vault when everything was purged', async () => {
    let written: (() => void) | null = null;
    const { intake, held, dismissed } = world(undefined, () => new Promise((resolve) => (written = resolve)));
    await intake.take([chosen('a.png')]);
    const finish = await vi.waitUntil(() => written);
    intake.drop();
    finish();
    await vi.waitFor(() => expect(dismissed).toHaveLength(1));
    expect(held.size).toBe(0);
  });

  it('ends when everything is purged: nothing is held, no name is told, and it says how many', async () => {
    let full = true;
    const { intake, held, started } = world(() => vi.waitUntil(() => !full).then(() => undefined));
    await intake.take(Array.from({ length: 9 }, (_, at) => chosen(`${at}.png`)));
    await vi.waitFor(() => expect(intake.pending).toHaveLength(9));
    intake.drop();
    expect(intake.dropped).toBe(9);
    full = false;
    await later();
    expect([intake.pending.length, held.size, started]).toEqual([0, 0, []]);
    await intake.take([chosen('next.png')]);
    await vi.waitFor(() => expect(started).toEqual(['next.png']));
  });

  it('takes back what the background was being told of at that moment', async () => {
    const { intake, started, dismissed, answer } = world();
    let told = (): void => undefined;
    answer.start = new Promise((resolve) => {
      told = resolve;
    });
    await intake.take([chosen('a.png')]);
    await vi.waitFor(() => expect(started).toHaveLength(1));
    intake.drop();
    told();
    await vi.waitFor(() => expect(dismissed).toHaveLength(1));
  });

  it('walks a folder no further after a purge', async () => {
    const { intake, started } = world();
    let walk: (() => void) | null = null;
    const taken = intake.take(
      (async function* files() {
        yield chosen('a.png');
        await new Promise<void>((resolve) => {
          walk = resolve;
        });
        yield chosen('b.png');
      })(),
    );
    const goOn = await vi.waitUntil(() => walk);
    intake.drop();
    goOn();
    await taken;
    await later();
    expect(started).toEqual([]);
    expect(intake.finding).toBe(false);
  });
});
