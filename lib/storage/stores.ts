/** All places where the extension keeps anything, as each context that sees `storage` opens them. There are no others. */
import { browser } from 'wxt/browser';
import { RUNNING, type Job } from '../core/model/job.ts';
import { readJobs, type JobReader } from './job-store.ts';
import { createSettings, type SettingsStore } from './settings/settings.ts';
import { environmentOf } from './statistics/environment.ts';
import { createStatistics, type Statistics } from './statistics/statistics.ts';
import { sessionKey, type SessionKey } from './vault/key.ts';
import { createVault, type Vault } from './vault/vault.ts';
import { inPrivateWindow, sessionArea } from './session-area.ts';
import type { StorageArea } from './storage-area.ts';
import { localRetentionClock } from './retention-clock.ts';

export interface Stores {
  readonly privateWindow: boolean;
  /** In memory. */
  readonly session: StorageArea;
  /** Of what a view has still to take in. On disk, but for private windows: it is to outlive a reload of the extension. */
  readonly notes: StorageArea;
  /** Their records lie in `session`. */
  readonly jobs: JobReader;
  readonly key: SessionKey;
  readonly vault: Vault;
  readonly retentionClock: ReturnType<typeof localRetentionClock>;
  readonly settings: SettingsStore;
  readonly statistics: Statistics;
}

export interface StoresOptions {
  /** The ids of jobs that run, where the context follows them anyway. Otherwise they are read each time. */
  readonly running?: () => ReadonlySet<string> | Promise<ReadonlySet<string>>;
}

export function openStores({ running }: StoresOptions = {}): Stores {
  const session = sessionArea();
  const jobs = readJobs(session);
  const { local, managed } = browser.storage;
  const settings = createSettings({ local, managed, locks: navigator.locks });
  const retentionClock = localRetentionClock(settings, session);
  const key = sessionKey(session);
  const vault = createVault({
    key,
    clock: retentionClock.clock,
    idle: retentionClock.idle,
    channel: new BroadcastChannel('vault'),
    running: running ?? (async () => runningOf(await jobs.all())),
  });
  const statistics = createStatistics({
    local,
    locks: navigator.locks,
    clock: retentionClock.clock,
    environment: () => environmentOf(navigator),
    choice: async () => (await settings.load()).statistics,
  });
  const privateWindow = inPrivateWindow();
  return {
    privateWindow,
    session,
    notes: privateWindow ? session : local,
    jobs,
    key,
    vault,
    retentionClock,
    settings,
    statistics,
  };
}

/** The ids of the jobs that run. */
export function runningOf(jobs: readonly Job[]): ReadonlySet<string> {
  return new Set(jobs.flatMap(({ id, state }) => (RUNNING.has(state) ? [id] : [])));
}
