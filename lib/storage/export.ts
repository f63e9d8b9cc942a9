/** Everything that the extension keeps, as one file to take along. Pure. */
import type { Everything } from './everything.ts';

/** `{"kind":"compressimage-export","version":1,"exported":"2026-11-23T12:00:00.000Z",…}`; times in it are ms since the epoch. */
export function exportFile({ items, jobs, waiting, ledger, statistics, settings }: Everything, now: number): string {
  const content = {
    kind: 'compressimage-export',
    version: 1,
    exported: new Date(now).toISOString(),
    items,
    jobs,
    waiting,
    ledger,
    statistics,
    settings,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
