/** What wakes the background when no event does: held items that are due, and jobs that nobody works on any more. */
import { browser } from 'wxt/browser';
import { RUNNING, type Job } from './job.ts';

const EXPIRE = 'expire';
const WATCH = 'watch';

export interface AlarmsOptions {
  /** Purges what is past its deadline; gives the next deadline in ms since the epoch, or null when nothing is held. */
  readonly expire: () => Promise<number | null>;
  readonly recover: () => Promise<void>;
  readonly stillRunning: () => Promise<boolean>;
}

export interface Alarms {
  jobChanged(job: Job): Promise<void>;
  rang(name: string): Promise<void>;
}

export function createAlarms({ expire, recover, stillRunning }: AlarmsOptions): Alarms {
  async function scheduleExpiry(): Promise<void> {
    const next = await expire();
    if (next !== null) await browser.alarms.create(EXPIRE, { when: next });
  }

  return {
    async jobChanged(job) {
      if (RUNNING.has(job.state)) {
        if (!(await browser.alarms.get(WATCH))) await browser.alarms.create(WATCH, { periodInMinutes: 1 });
      } else if (!(await browser.alarms.get(EXPIRE))) {
        // Deadlines only move later, so an alarm that is set is never too late.
        await scheduleExpiry();
      }
    },
    async rang(name) {
      if (name === EXPIRE) await scheduleExpiry();
      if (name === WATCH) {
        await recover();
        if (!(await stillRunning())) await browser.alarms.clear(WATCH);
      }
    },
  };
}
