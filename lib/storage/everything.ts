/** Everything that is kept, read at one time and followed from there. */
import { notedIntake } from './intake-note.ts';
import type { Job } from '../core/model/job.ts';
import type { Settings, SettingsField } from './settings/schema.ts';
import type { Bucket } from './statistics/figures.ts';
import type { HeldItem, LedgerEntry } from './vault/item.ts';
import type { Stores } from './stores.ts';

export interface Everything {
  readonly items: readonly HeldItem[];
  /** Newest first. */
  readonly jobs: readonly Job[];
  /** Images that views have still to take in. */
  readonly waiting: number;
  /** Oldest first. */
  readonly ledger: readonly LedgerEntry[];
  readonly settings: Settings;
  readonly setByPolicy: ReadonlySet<SettingsField>;
  readonly statistics: readonly Bucket[];
}

export async function readEverything({ vault, jobs, notes, settings, statistics }: Stores): Promise<Everything> {
  const [items, records, waiting, ledger, chosen, setByPolicy, buckets] = await Promise.all([
    vault.held(),
    jobs.all(),
    notedIntake(notes),
    vault.ledger(),
    settings.load(),
    settings.setByPolicy(),
    statistics.read(),
  ]);
  return { items, jobs: records, waiting, ledger, settings: chosen, setByPolicy, statistics: buckets };
}

/** Calls `changed` at each change of any of it, made in any context, until the returned function is called. */
export function watchEverything({ vault, session, settings, statistics }: Stores, changed: () => void): () => void {
  session.onChanged.addListener(changed);
  const ends = [
    vault.onChange(changed),
    settings.onChange(changed),
    statistics.onChange(changed),
    () => session.onChanged.removeListener(changed),
  ];
  return () => {
    for (const end of ends) end();
  };
}
