/** Memory of the extension's processes, as the system counts it. */
import { readFileSync } from 'node:fs';
import type { Browser } from '../../driver/index.ts';
import { familyOf } from '../../driver/processes.ts';

/** Resident MB of the extension's processes; what several of them share counts for each. */
export function residentMegabytes(browser: Browser): number {
  return familyOf(browser.pid).reduce((sum, pid) => {
    try {
      // Chromium says so of each process that holds pages, workers and the service worker of an extension.
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--extension-process')) return sum;
      const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return sum + Number(kilobytes ?? 0) / 1000;
    } catch {
      // It has ended meanwhile.
      return sum;
    }
  }, 0);
}
