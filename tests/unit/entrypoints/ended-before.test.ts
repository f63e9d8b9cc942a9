import { describe, expect, it, vi } from 'vitest';
import type { Stores } from '../../../lib/storage/stores.ts';
import type { LedgerEntry } from '../../../lib/storage/vault/item.ts';

/** Downloads as the browser lists them after its start, by their address. */
const downloads = vi.hoisted(() => new Map<string, { state: string; exists: boolean }>());
vi.mock('wxt/browser', () => ({
  browser: {
    runtime: { getURL: (path: string) => `chrome-extension://abc${path}` },
    downloads: { search: async ({ url }: { url: string }) => [downloads.get(url)].filter(Boolean) },
  },
}));
vi.mock('../../../lib/platform/translate.ts', () => ({
  translate: (key: string, given: readonly string[] = []) =>
    key === 'language_tag' ? 'en' : `${key.replace('panel.', '')} ${given.join()}`,
}));
vi.stubGlobal('navigator', { locks: { query: async () => ({ held: [] }) } });
const { endedBefore } = await import('../../../entrypoints/compose/ended-before.ts');

const gone: LedgerEntry = { time: 1, rule: 'restart', part: 'source', format: 'jpeg', bytes: 1 };

function stores(swept: number, notes: Record<string, unknown>): Stores {
  const area = (content: Map<string, unknown>): Stores['session'] =>
    ({
      get: async (key: string | null) =>
        Object.fromEntries(key === null ? content : [...content].filter(([each]) => each === key)),
      set: async (items: Record<string, unknown>) =>
        Object.entries(items).forEach(([key, value]) => content.set(key, value)),
      remove: async (keys: string | string[]) => [keys].flat().forEach((key) => content.delete(key)),
    }) as unknown as Stores['session'];
  return {
    session: area(new Map()),
    notes: area(new Map(Object.entries(notes))),
    vault: { ledger: async () => [...Array<LedgerEntry>(swept).fill(gone), { ...gone, part: 'result' }] },
  } as unknown as Stores;
}
const lost = (fetching: number, archives: Record<string, number> = {}): Record<string, unknown> => ({
  'unfinished:lost': { fetching, archives },
});

describe('what a panel says of an earlier end', () => {
  it('is nothing when nothing ended', async () => {
    expect(await endedBefore(stores(0, {}))).toEqual([]);
  });

  it('is each kind of loss, and each once', async () => {
    const the = stores(3, { ...lost(1), 'intake:x': ['a', 'b'] });
    expect(await endedBefore(the)).toEqual(['lost_intake 2', 'lost_fetch 1', 'restarted 3']);
    expect(await endedBefore(the)).toEqual([]);
  });

  it('calls nothing gone that a whole archive on the disk holds', async () => {
    downloads.set('chrome-extension://abc/archive/1.zip', { state: 'complete', exists: true });
    expect(await endedBefore(stores(14, lost(0, { '/archive/1.zip': 12 })))).toEqual(['restarted 2']);
    expect(await endedBefore(stores(12, lost(0, { '/archive/1.zip': 12 })))).toEqual([]);
  });

  it('tells of an archive that was cut off, or that nobody finds', async () => {
    downloads.set('chrome-extension://abc/archive/2.zip', { state: 'interrupted', exists: true });
    const cut = lost(0, { '/archive/2.zip': 12, '/archive/3.zip': 1 });
    expect(await endedBefore(stores(13, cut))).toEqual(['restarted 13', 'archive_cut 13']);
  });
});
