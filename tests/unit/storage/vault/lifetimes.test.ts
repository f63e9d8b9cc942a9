/** Random lives of items against a model that only knows the promise. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newJobId } from '../../../../lib/core/model/job.ts';
import { CHUNK, KINDS, MINUTE, bytes, diskSetting, memorySetting, onDisk, request } from './builders.ts';
import type { DiskSetting, Setting } from './builders.ts';

type Step =
  | { readonly kind: 'put'; readonly item: number; readonly size: number }
  | { readonly kind: 'read' | 'stream' | 'touch' | 'purge'; readonly item: number }
  | { readonly kind: 'purge-job' | 'purge-all' | 'expire' | 'crash' }
  | { readonly kind: 'wait' | 'idle'; readonly minutes: number };

const ITEMS = 4;
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('put' as const), item: fc.nat(ITEMS - 1), size: fc.nat(3 * CHUNK) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('read' as const, 'stream' as const, 'touch' as const, 'purge' as const),
      item: fc.nat(ITEMS - 1),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: -90, max: 70 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('idle' as const), minutes: fc.integer({ min: 5, max: 60 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('purge-job' as const, 'purge-all' as const, 'expire' as const, 'crash' as const),
    }),
  },
);

interface Known {
  readonly content: Uint8Array;
  readonly touched: number;
  readonly deadline: number;
}

async function live(setting: Setting | DiskSetting, steps: readonly Step[]): Promise<void> {
  const job = newJobId();
  const requests = Array.from({ length: ITEMS }, (_, index) =>
    request(index % 2 ? 'result' : 'source', { id: `item-${index}` }, index < 2 ? job : newJobId()),
  );
  const known = new Map<string, Known>();
  const alive = (id: string): Known | undefined => {
    const item = known.get(id);
    if (!item) return undefined;
    const dead =
      setting.now >= item.deadline || setting.now >= item.touched + setting.idle || item.touched > setting.now + MINUTE;
    return dead ? undefined : item;
  };
  const touched = (id: string, content: Uint8Array): void =>
    void known.set(id, { content, touched: setting.now, deadline: setting.now + setting.idle });

  for (const [index, each] of steps.entries()) {
    if ('minutes' in each) {
      if (each.kind === 'wait') setting.now += each.minutes * MINUTE;
      else setting.idle = each.minutes * MINUTE;
    } else if (each.kind === 'expire') {
      const next = await setting.vault.expire();
      for (const id of [...known.keys()]) if (!alive(id)) known.delete(id);
      expect(next).toBe(
        known.size
          ? Math.min(...[...known.values()].map((item) => Math.min(item.deadline, item.touched + setting.idle)))
          : null,
      );
    } else if (each.kind === 'purge-all') {
      await setting.vault.purge('all', 'failed');
      known.clear();
    } else if (each.kind === 'purge-job') {
      await setting.vault.purge({ jobId: job }, 'downloaded');
      for (const { id, jobId } of requests) if (jobId === job) known.delete(id);
    } else if (each.kind === 'crash') {
      if (!('crash' in setting)) continue;
      setting.crash();
      for (const { id } of requests) await expect(setting.vault.read(id)).rejects.toMatchObject({ code: 'item-gone' });
      await setting.start();
      known.clear();
    } else if ('item' in each) {
      const target = requests[each.item];
      if (!target) continue;
      const expected = alive(target.id);
      if (each.kind === 'put') {
        const content = bytes(each.size, index);
        await setting.vault.put(target, content);
        for (const id of [...known.keys()]) if (!alive(id)) known.delete(id);
        touched(target.id, content);
      } else if (each.kind === 'purge') {
        expect((await setting.vault.purge({ id: target.id }, 'on-demand')).length).toBe(known.has(target.id) ? 1 : 0);
        known.delete(target.id);
      } else {
        const act = each.kind === 'stream' ? 'readStream' : each.kind;
        if (!expected) {
          await expect(setting.vault[act](target.id)).rejects.toMatchObject({ code: 'item-gone' });
          known.delete(target.id);
          continue;
        }
        const got = await setting.vault[act](target.id);
        if (got instanceof Uint8Array) expect(got).toEqual(expected.content);
        if (got instanceof ReadableStream)
          expect(new Uint8Array(await new Response(got).arrayBuffer())).toEqual(expected.content);
        touched(target.id, expected.content);
      }
    }
    const held = await setting.vault.held();
    expect(held.map(({ id }) => id).sort()).toEqual([...known.keys()].filter((id) => alive(id)).sort());
    for (const item of held) expect(item.deadline - setting.now).toBeLessThanOrEqual(61 * MINUTE);
  }
  expect((await setting.vault.ledger()).filter(({ rule }) => rule === 'unreadable')).toEqual([]);
  if ('database' in setting) {
    const content = (await onDisk(setting.database)) as {
      items: { chunks: number }[];
      chunks: unknown[];
      writes: unknown[];
    };
    expect(content.chunks).toHaveLength(content.items.reduce((sum, item) => sum + item.chunks, 0));
    expect(content.writes).toEqual([]);
  }
}

describe.each(KINDS)(
  'in any order of put, read, purge, waiting, a clock that jumps, and crashes ($kind)',
  ({ kind }) => {
    it('an item is handed out exactly while it is promised, with the bytes that were put last', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
          await live(kind === 'on disk' ? await diskSetting() : memorySetting(), steps);
        }),
        { numRuns: 100 },
      );
    });
  },
);
