/** Purging: by choice, by deadline, and of all that an earlier session left. */
import { remove, removeDue } from './context.ts';
import type { VaultContext } from './context.ts';
import { LONGEST_IDLE, effectiveDeadline } from './deadline.ts';
import { isChosen } from './item.ts';
import type { LedgerEntry, PurgeRule, Selection } from './item.ts';

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
  const { ids, entries } = await vault.backend.transact('readwrite', async (backend) => {
    const now = vault.clock();
    const chosen = (record: { readonly id: string; readonly jobId: string }): boolean => isChosen(record, selection);
    const items = (await backend.items()).filter(chosen);
    const writes = (await backend.writes()).filter(chosen);
    for (const jobId of CLOSING.has(rule) ? closedBy(selection, [...items, ...writes]) : [])
      await backend.closeJob({ jobId, time: now });
    return remove(backend, { items, writes }, rule, now);
  });
  if (ids.length) vault.announce('purged', ids);
  else if (entries.length) vault.announce('ledger', []);
  return entries;
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
export async function sweep(vault: VaultContext): Promise<void> {
  try {
    const ids = await vault.backend.transact('readwrite', async (backend) => {
      const removed = await remove(
        backend,
        { items: await backend.items(), writes: await backend.writes() },
        'restart',
        vault.clock(),
      );
      // Whatever else lies there, the earlier session's ledger too; then the note of what was.
      await backend.dropAll();
      for (const entry of removed.entries) await backend.addEntry(entry);
      return removed.ids;
    });
    vault.announce('purged', ids);
  } catch {
    // A database that can't be read (broken, or of a newer version) is thrown away unread. If that fails too, it is the caller's news.
    await vault.backend.destroy();
    vault.announce('purged', []);
  }
}

/** See `Vault.reopen`. */
export async function reopen(vault: VaultContext, jobId: string): Promise<void> {
  await vault.backend.transact('readwrite', (backend) => backend.dropClosedJob(jobId));
}

function closedBy(selection: Selection, gone: readonly { readonly jobId: string }[]): readonly string[] {
  if (selection === 'all') return [...new Set(gone.map(({ jobId }) => jobId))];
  return 'jobId' in selection ? [selection.jobId] : [];
}
