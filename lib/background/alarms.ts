/** What wakes the background when no event does: held items that are due, and jobs that nobody works on any more. */
import { browser } from 'wxt/browser';
import { RUNNING, type Job } from '../core/model/job.ts';

const EXPIRE = 'expire';
const WATCH = 'watch';

export interface AlarmsOptions {
  /** Purges what is past its deadline; gives the next deadline in ms since the epoch, or null when nothing is kept. */
  readonly expire: () => Promise<number | null>;
  /** The clock of these deadlines, ms since the epoch. */
  readonly clock: () => number;
  readonly recover: () => Promise<void>;
  readonly stillRunning: () => Promise<boolean>;
}

export interface Alarms {
  jobChanged(job: Job): Promise<void>;
  /** Sets the alarm anew: after a wake, and when deadlines may have come nearer. */
  reschedule(): Promise<void>;
  rang(name: string): Promise<void>;
}

export function createAlarms({ expire, clock, recover, stillRunning }: AlarmsOptions): Alarms {
  async function reschedule(): Promise<void> {
    const next = await expire();
    if (next === null) await browser.alarms.clear(EXPIRE);
    else await browser.alarms.create(EXPIRE, { when: Date.now() + next - clock() });
  }

  return {
    reschedule,
    async jobChanged(job) {
      if (RUNNING.has(job.state)) {
        if (!(await browser.alarms.get(WATCH))) await browser.alarms.create(WATCH, { periodInMinutes: 1 });
      } else if (!(await browser.alarms.get(EXPIRE))) {
        // Deadlines only move later, unless the person chooses so: an alarm that is set is never too late.
        await reschedule();
      }
    },
    async rang(name) {
      if (name === EXPIRE) await reschedule();
      if (name === WATCH) {
        await recover();
        if (!(await stillRunning())) await browser.alarms.clear(WATCH);
      }
    },
  };
}
