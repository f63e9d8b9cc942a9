import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { INPUT_FORMATS, OUTPUT_FORMATS } from '../../../../lib/core/image/inspection.ts';
import { MAX_BUCKETS, bounded, merged, restricted } from '../../../../lib/storage/statistics/buckets.ts';
import { DEFAULT_STATISTICS_CHOICE, STATISTICS_FIELDS } from '../../../../lib/storage/statistics/choice.ts';
import type { StatisticsChoice, StatisticsField } from '../../../../lib/storage/statistics/choice.ts';
import { BROWSERS, SYSTEMS, environmentOf } from '../../../../lib/storage/statistics/environment.ts';
import type { Bucket, CountedReceipt } from '../../../../lib/storage/statistics/figures.ts';
import { createStatistics } from '../../../../lib/storage/statistics/statistics.ts';
import type { Statistics } from '../../../../lib/storage/statistics/statistics.ts';
import { sumsOf } from '../../../../lib/storage/statistics/sums.ts';
import { locks, memoryArea, type MemoryArea } from '../memory-area.ts';

const ON: StatisticsChoice = { ...DEFAULT_STATISTICS_CHOICE, enabled: true };
const open = { privateWindow: false };
const JUNE = new Date(2026, 5, 15).getTime();

function without(...fields: StatisticsField[]): StatisticsChoice {
  return { enabled: true, fields: { ...ON.fields, ...Object.fromEntries(fields.map((field) => [field, false])) } };
}

function receipt(
  input: number,
  output: number,
  more: Partial<{
    from: CountedReceipt['input']['format'];
    to: CountedReceipt['output']['format'];
    milliseconds: number;
  }> = {},
): CountedReceipt {
  return {
    input: { format: more.from ?? 'png', bytes: input },
    output: { format: more.to ?? 'webp', bytes: output },
    milliseconds: more.milliseconds ?? 100,
  };
}

interface Setting {
  readonly statistics: Statistics;
  readonly local: MemoryArea;
  choice: StatisticsChoice;
  now: number;
}

function setting(choice = ON): Setting {
  const local = memoryArea();
  const state = { choice, now: JUNE, local };
  return Object.assign(state, {
    statistics: createStatistics({
      local,
      locks: locks(),
      choice: async () => state.choice,
      clock: () => state.now,
      environment: () => ({ browser: { name: 'Chrome', version: 156 }, system: 'linux', cores: 8 }),
    }),
  });
}

function written({ content }: MemoryArea): string {
  return JSON.stringify(content.get('statistics'));
}

describe('statistics', () => {
  it('are off until switched on', async () => {
    const { statistics, local } = setting(DEFAULT_STATISTICS_CHOICE);
    await statistics.record(receipt(1000, 400), open);
    expect(await statistics.read()).toEqual([]);
    expect(local.content.size).toBe(0);
  });

  it('ask nothing of the browser for each image while they are off, and count from the moment they are on', async () => {
    const the = setting(DEFAULT_STATISTICS_CHOICE);
    await the.statistics.record(receipt(1000, 400), open);
    const calls = [vi.spyOn(the.local, 'get'), vi.spyOn(the.local, 'set'), vi.spyOn(the.local, 'remove')];
    await Promise.all([1, 2, 3].map(() => the.statistics.record(receipt(1000, 400), open)));
    for (const call of calls) expect(call).not.toHaveBeenCalled();
    the.choice = ON;
    await Promise.all([1, 2, 3].map(() => the.statistics.record(receipt(1000, 400), open)));
    expect(await the.statistics.read()).toMatchObject([{ count: 3 }]);
    expect(calls[1]).toHaveBeenCalledTimes(1);
  });

  it('count what the person lets be counted, as sums', async () => {
    const { statistics } = setting();
    await statistics.record(receipt(1000, 400), open);
    await statistics.record(receipt(3000, 2400, { milliseconds: 50.4 }), open);
    expect(await statistics.read()).toEqual([
      {
        month: '2026-06',
        formats: { input: 'png', output: 'webp' },
        browser: { name: 'Chrome', version: 156 },
        system: 'linux',
        cores: 8,
        count: 2,
        sizes: { count: 2, before: 4000, after: 2800 },
        ratio: { count: 2, sum: expect.closeTo(1.2) as number },
        milliseconds: { count: 2, sum: 150 },
      },
    ]);
  });

  it('never count, read or write for a private window', async () => {
    const { statistics, local } = setting();
    local.get = () => Promise.reject(new Error('read'));
    local.set = () => Promise.reject(new Error('written'));
    await statistics.record(receipt(1000, 400), { privateWindow: true });
    expect(local.content.size).toBe(0);
  });

  it.each(STATISTICS_FIELDS)(
    'do not have %s when it is switched off, not in what was recorded before either',
    async (field) => {
      const state = setting();
      await state.statistics.record(receipt(1000, 400), open);
      state.choice = without(field);
      expect((await state.statistics.read())[0]).not.toHaveProperty(field);
      expect(written(state.local)).toContain(`"${field}"`);
      await state.statistics.restrict();
      expect(written(state.local)).not.toContain(`"${field}"`);
      await state.statistics.record(receipt(1000, 400), open);
      expect(written(state.local)).not.toContain(`"${field}"`);
      const [bucket, ...rest] = await state.statistics.read();
      expect(rest).toEqual([]);
      expect(Object.keys(bucket ?? {}).sort()).toEqual(
        [...STATISTICS_FIELDS.filter((each) => each !== field), 'count'].sort(),
      );
      // It does not come back with the switch: only what is counted from now on has it.
      state.choice = ON;
      expect((await state.statistics.read())[0]).not.toHaveProperty(field);
    },
  );

  it('lose a field that was switched off even when nobody called for it, with the next record', async () => {
    const state = setting();
    await state.statistics.record(receipt(1000, 400), open);
    state.choice = without('browser', 'cores');
    await state.statistics.record(receipt(1000, 400), open);
    expect(written(state.local)).not.toMatch(/browser|cores|Chrome/);
  });

  it('are gone when they are switched off, and when the person says so', async () => {
    const state = setting();
    await state.statistics.record(receipt(1000, 400), open);
    await state.statistics.clear();
    expect(state.local.content.size).toBe(0);
    await state.statistics.record(receipt(1000, 400), open);
    state.choice = DEFAULT_STATISTICS_CHOICE;
    expect(await state.statistics.read()).toEqual([]);
    await state.statistics.restrict();
    expect(state.local.content.size).toBe(0);
  });

  it('lose none of many records at once, and bring none back after a deletion', async () => {
    const { statistics, local } = setting();
    await Promise.all(Array.from({ length: 20 }, () => statistics.record(receipt(1000, 400), open)));
    expect((await statistics.read())[0]?.count).toBe(20);
    await Promise.all([statistics.record(receipt(1000, 400), open), statistics.clear()]);
    expect(local.content.size).toBe(0);
  });

  it('tell each view of a change', async () => {
    const { statistics } = setting();
    let heard = 0;
    const stop = statistics.onChange(() => void (heard += 1));
    await statistics.record(receipt(1, 1), open);
    stop();
    await statistics.clear();
    expect(heard).toBe(1);
  });

  it('hold nothing but their fields, whatever the receipt carries along', async () => {
    const secret = {
      url: 'https://secret.example/a.jpg',
      name: 'secret.jpg',
      jobId: 'secret',
      width: 4711,
      notes: ['secret'],
    };
    const { statistics, local } = setting();
    const full = receipt(1000, 400);
    await statistics.record(
      {
        ...full,
        ...secret,
        input: { ...full.input, ...secret },
        output: { ...full.output, ...secret },
      } as CountedReceipt,
      open,
    );
    expect(written(local)).not.toMatch(/secret|4711/);
    expect(await statistics.read()).toHaveLength(1);
  });

  it('take no bucket from the storage that has more than its fields', async () => {
    const { statistics, local } = setting();
    await local.set({
      statistics: {
        version: 1,
        buckets: [
          { count: 1, host: 'secret.example' },
          { count: 2 },
          { count: 0 },
          { month: 'secret', count: 1 },
          null,
        ],
      },
    });
    expect(await statistics.read()).toEqual([{ count: 2 }]);
    await statistics.record(receipt(1, 1), open);
    expect(written(local)).not.toContain('secret');
  });
});

const bucket: fc.Arbitrary<Bucket> = fc.record(
  {
    month: fc
      .integer({ min: 0, max: 60 })
      .map((each) => `${2022 + Math.floor(each / 12)}-${String((each % 12) + 1).padStart(2, '0')}`),
    formats: fc.record({ input: fc.constantFrom(...INPUT_FORMATS), output: fc.constantFrom(...OUTPUT_FORMATS) }),
    browser: fc.record({ name: fc.constantFrom(...BROWSERS), version: fc.nat(200) }),
    system: fc.constantFrom(...SYSTEMS),
    cores: fc.integer({ min: 1, max: 128 }),
    count: fc.integer({ min: 1, max: 9 }),
    sizes: fc.record({ count: fc.integer({ min: 1, max: 9 }), before: fc.nat(), after: fc.nat() }),
    ratio: fc.record({ count: fc.integer({ min: 1, max: 9 }), sum: fc.nat(9) }),
    milliseconds: fc.record({ count: fc.integer({ min: 1, max: 9 }), sum: fc.nat() }),
  },
  { requiredKeys: ['count'] },
);

describe('the sums', () => {
  it('stay within their bound and lose no image, byte or millisecond', () => {
    fc.assert(
      fc.property(fc.array(bucket, { maxLength: 40 }), (some) => {
        const before = sumsOf(some).total;
        for (const kept of [merged(some), bounded(some, '2026-12')]) expect(sumsOf(kept).total).toEqual(before);
      }),
    );
    const many = Array.from({ length: 5000 }, (_, index): Bucket => ({
      month: `2026-${String((index % 12) + 1).padStart(2, '0')}`,
      cores: (index % 1000) + 1,
      system: index % 7 ? 'linux' : 'macos',
      browser: { name: 'Chrome', version: index },
      count: 1,
    }));
    const kept = bounded(many, '2026-12');
    expect(kept.length).toBeLessThanOrEqual(MAX_BUCKETS);
    expect(sumsOf(kept).total.count).toBe(5000);
    // The newest months stay as they are.
    expect(kept.filter(({ month }) => month === '2026-12')).toEqual(many.filter(({ month }) => month === '2026-12'));
    expect(
      bounded(
        many.map(({ month: _, ...rest }) => rest),
        '2026-12',
      ),
    ).toEqual([{ count: 5000 }]);
    expect(bounded([{ month: 'earlier', count: 1 }, ...many.map(({ month: _, ...rest }) => rest)], '2026-12')).toEqual([
      { month: 'earlier', count: 1 },
      { count: 5000 },
    ]);
  });

  it('go to "earlier" after two years, by formats alone', () => {
    const old: Bucket = {
      month: '2024-05',
      formats: { input: 'png', output: 'webp' },
      browser: { name: 'Firefox', version: 100 },
      system: 'linux',
      cores: 4,
      count: 3,
    };
    const young = { ...old, month: '2024-06' };
    expect(bounded([old, { ...old, month: '2023-01', cores: 2 }, young], '2026-06')).toEqual([
      { month: 'earlier', formats: old.formats, count: 6 },
      young,
    ]);
  });

  it('of a restricted list have no part of what is off', () => {
    fc.assert(
      fc.property(fc.array(bucket, { maxLength: 20 }), fc.subarray([...STATISTICS_FIELDS]), (some, off) => {
        const left = restricted(some, without(...off));
        for (const each of left) for (const field of off) expect(each).not.toHaveProperty(field);
        expect(sumsOf(left).total.count).toBe(sumsOf(some).total.count);
        expect(restricted(some, { ...without(...off), enabled: false })).toEqual([]);
      }),
    );
  });

  it('are told by format, most saved first, and by month in the order of time', async () => {
    const state = setting();
    await state.statistics.record(receipt(1000, 900, { to: 'jpeg' }), open);
    await state.statistics.record(receipt(1000, 200, { milliseconds: 300 }), open);
    state.now = new Date(2026, 0, 1).getTime();
    await state.statistics.record(receipt(1000, 1100, { to: 'avif' }), open);
    const { total, byFormat, byMonth } = sumsOf([
      ...(await state.statistics.read()),
      { month: 'earlier', count: 1 },
      { count: 1 },
    ]);
    expect(total).toEqual({
      count: 5,
      before: 3000,
      after: 2200,
      saved: 800,
      ratio: expect.closeTo(2.2 / 3) as number,
      milliseconds: expect.closeTo(500 / 3) as number,
    });
    expect(byFormat.map(({ format, saved }) => [format, saved])).toEqual([
      ['webp', 800],
      ['jpeg', 100],
      [null, 0],
      ['avif', -100],
    ]);
    expect(byMonth.map(({ month, count }) => [month, count])).toEqual([
      ['earlier', 1],
      ['2026-01', 1],
      ['2026-06', 2],
      [null, 1],
    ]);
    expect(sumsOf([]).total).toEqual({ count: 0, before: 0, after: 0, saved: 0, ratio: null, milliseconds: null });
  });
});

describe('the environment', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
      'Chrome',
      156,
      'linux',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0',
      'Edge',
      156,
      'windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 OPR/120.0.0.0',
      'Opera',
      120,
      'macos',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', 'Firefox', 153, 'linux'],
    ['Mozilla/5.0 (Android 14; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0', 'Firefox', 153, 'android'],
    [
      'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
      'Chrome',
      156,
      'chromeos',
    ],
    ['something else', 'other', 0, 'other'],
  ])('of %s is coarse', (userAgent, name, version, system) => {
    expect(environmentOf({ userAgent, hardwareConcurrency: 8 })).toEqual({
      browser: { name, version },
      system,
      cores: 8,
    });
  });

  it.each([
    [0, 1],
    [NaN, 1],
    [3.7, 3],
    [99_999, 1024],
  ])('has a sane number of cores for %d', (told, cores) => {
    expect(environmentOf({ userAgent: '', hardwareConcurrency: told }).cores).toBe(cores);
  });
});
