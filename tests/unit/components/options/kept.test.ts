import { afterEach, expect, it, vi } from 'vitest';
import { keptGroups, pastItems, stillKept } from '../../../../components/options/kept.ts';
import { vaultId, type Job } from '../../../../lib/core/model/job.ts';
import { textsWith } from '../../../../lib/core/texts/texts.ts';
import { DEFAULT_SETTINGS } from '../../../../lib/storage/settings/schema.ts';
import type { HeldItem } from '../../../../lib/storage/vault/item.ts';
import type { Everything } from '../../../../lib/storage/everything.ts';
import { ready, receipt } from '../../../components/panel/jobs.ts';
import { english } from '../../core/texts/locale.ts';

const MANY = 1_000;
const viewTexts = { t: english, texts: textsWith(english) };

afterEach(() => vi.restoreAllMocks());

/** As many jobs, each with an item whose deadline is its number, and entries of the ledger. @param read hears of each look at a job's id */
function keptOfMany(read: () => void): Everything {
  const jobs = Array.from({ length: MANY }, (_, at): Job => {
    const job = ready(`${at}.jpg`, receipt(9, 4));
    const { id } = job;
    return Object.defineProperty(job, 'id', {
      get() {
        read();
        return id;
      },
    });
  });
  const items = jobs.map(({ id }, at): HeldItem => ({
    id: vaultId(id, 'result'),
    jobId: id,
    part: 'result',
    format: 'webp',
    bytes: 1,
    created: 0,
    touched: 0,
    deadline: at,
    why: 'held',
  }));
  return {
    items,
    jobs,
    waiting: 0,
    ledger: jobs.map((_, time) => ({ time, rule: 'downloaded', part: 'source', format: 'png', bytes: 1 })),
    settings: DEFAULT_SETTINGS,
    setByPolicy: new Set(),
    statistics: [],
  };
}

it('what is kept is listed with a few looks at each job and one formatter of times, however much there is', () => {
  let reads = 0;
  const kept = keptOfMany(() => reads++);
  reads = 0;
  const { DateTimeFormat } = Intl;
  const formatters = vi.spyOn(Intl, 'DateTimeFormat').mockImplementation(function make(...given) {
    return new DateTimeFormat(...given);
  });
  const groups = keptGroups(kept, viewTexts);
  expect(groups.map(({ id, rows }) => [id, rows.length])).toEqual([
    ['images', MANY],
    ['jobs', MANY],
    ['ledger', MANY],
    ['statistics', 0],
    ['settings', 12],
  ]);
  expect(groups[0]?.rows[7]?.what).toMatch(/^7\.jpg/);
  expect(groups[1]?.rows[7]?.until).toBe('together with its image');
  expect(reads).toBeLessThanOrEqual(5 * MANY);
  expect(formatters).toHaveBeenCalledTimes(1);
});

it('what is past its deadline is left out as time goes on, of images alone', () => {
  const groups = keptGroups(
    keptOfMany(() => undefined),
    viewTexts,
  );
  expect([pastItems(groups, -1), pastItems(groups, 9)]).toEqual([0, 10]);
  expect(stillKept(groups, 9).map(({ rows }) => rows.length)).toEqual([MANY - 10, MANY, MANY, 0, 12]);
});
