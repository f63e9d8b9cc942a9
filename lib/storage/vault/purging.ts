/** Purging: by choice, by deadline, and of all that an earlier session left. */
import { remove, removeDue } from './context.ts';
import type { VaultContext } from './context.ts';
import { LONGEST_IDLE, effectiveDeadline } from './deadline.ts';
import { chosenBy } from './item.ts';
import type { LedgerEntry, PurgeRule, Selection } from './item.ts';
import { EVERY_JOB } from './storage-backend.ts';

/** The rules after which a job's late put is not wanted any more. (A cancelled job may be tried again.) */
const CLOSING: ReadonlySet<PurgeRule> = new Set<PurgeRule>(['on-demand', 'private-window-closed']);
/** Longer than any put of a closed job can still be on its way. */
const CLOSED_FOR = 2 * LONGEST_IDLE;

/** See `Vault.purge`. */
export async function purge(
  vault: VaultContext,
  selection: Selection,
  rule: PurgeRule,
): Promise<readonly LedgerEntry[]> {
  endPutsAtOnce(vault, selection);
  const { ids, entries } = await vault.backend.transact('readwrite', async (backend) => {
    const now = vault.clock();
    const [items, writes] = await Promise.all([backend.items(selection), backend.writes(selection)]);
    const closed = CLOSING.has(rule) ? closedBy(selection, [...items, ...writes]) : [];
    await Promise.all(closed.map((jobId) => backend.closeJob({ jobId, time: now })));
    return remove(backend, { items, writes }, rule, now);
  });
  if (ids.length) vault.announce('purged', ids);
  else if (entries.length) vault.announce('ledger', []);
  return entries;
}

/** What is being sealed has no record yet that could go. */
function endPutsAtOnce({ atOnce }: VaultContext, selection: Selection): void {
  const chosen = chosenBy(selection);
  for (const [id, { jobId }] of atOnce)
    if (!chosen || ('ids' in chosen ? chosen.ids.includes(id) : chosen.jobIds.includes(jobId))) atOnce.delete(id);
}

/** See `Vault.expire`. */
export async function expire(vault: VaultContext): Promise<number | null> {
  const idle = await vault.idle();
  const { removed, next } = await vault.backend.transact('readwrite', async (backend) => {
    const now = vault.clock();
    const due = await removeDue(backend, now, idle);
    for (const { jobId, time } of await backend.closedJobs()) {
      if (Math.abs(now - time) > CLOSED_FOR) await backend.dropClosedJob(jobId);
    }
    const left = [...(await backend.items()), ...(await backend.writes())];
    return {
      removed: due,
      next: left.length ? Math.min(...left.map((record) => effectiveDeadline(record, idle))) : null,
    };
  });
  if (removed.ids.length) vault.announce('purged', removed.ids);
  return next;
}

/** See `Vault.sweep`. */
export async function sweep(vault: VaultContext): Promise<readonly string[]> {
  try {
    const { ids, jobIds } = await vault.backend.transact('readwrite', async (backend) => {
      const items = await backend.items();
      const removed = await remove(backend, { items, writes: await backend.writes() }, 'restart', vault.clock());
      // Whatever else lies there, the earlier session's ledger too; then the note of what was.
      await backend.dropAll();
      await backend.addEntries(removed.entries);
      return { ids: removed.ids, jobIds: [...new Set(items.map(({ jobId }) => jobId))] };
    });
    vault.announce('purged', ids);
    return jobIds;
  } catch {
    // A database that can't be read (broken, or of a newer version) is thrown away unread. If that fails too, it is the caller's news.
    await vault.backend.destroy();
    vault.announce('purged', []);
    return [];
  }
}

/** See `Vault.forgetPurges`. That everything was purged, and when, stays until no put of before can be under way. */
export async function forgetPurges(vault: VaultContext): Promise<void> {
  await vault.backend.transact('readwrite', async (backend) => {
    const everything = await backend.closedJob(EVERY_JOB);
    await Promise.all([backend.dropLedger(), backend.dropClosedJobs()]);
    if (everything) await backend.closeJob(everything);
  });
}

/** See `Vault.reopen`. */
export async function reopen(vault: VaultContext, jobId: string): Promise<void> {
  await vault.backend.transact('readwrite', (backend) => backend.dropClosedJob(jobId));
}

function closedBy(selection: Selection, gone: readonly { readonly jobId: string }[]): readonly string[] {
  const chosen = chosenBy(selection);
  if (!chosen) return [EVERY_JOB, ...new Set(gone.map(({ jobId }) => jobId))];
  return 'jobIds' in chosen ? chosen.jobIds : [];
}
