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

/** The shortest that Chromium allows, min. */
const WATCH_EVERY = 0.5;

export function createAlarms({ expire, clock, recover, stillRunning }: AlarmsOptions): Alarms {
  /** Alarms that this life of the background knows to be set: each question costs a call of the browser. */
  const known = new Set<string>();

  async function isSet(name: string): Promise<boolean> {
    if (!known.has(name) && (await browser.alarms.get(name))) known.add(name);
    return known.has(name);
  }

  async function set(name: string, when: Parameters<typeof browser.alarms.create>[1]): Promise<void> {
    known.add(name);
    await browser.alarms.create(name, when);
  }

  async function clear(name: string): Promise<void> {
    known.delete(name);
    await browser.alarms.clear(name);
  }

  async function reschedule(): Promise<void> {
    const next = await expire();
    if (next === null) await clear(EXPIRE);
    else await set(EXPIRE, { when: Date.now() + next - clock() });
  }

  return {
    reschedule,
    async jobChanged(job) {
      if (RUNNING.has(job.state)) {
        if (!(await isSet(WATCH))) await set(WATCH, { periodInMinutes: WATCH_EVERY });
      } else if ((job.state === 'saved' && job.kept) || !(await isSet(EXPIRE))) {
        // Deadlines only move later, but for what is saved: an alarm that is set is never too late for the others.
        await reschedule();
      }
    },
    async rang(name) {
      if (name === EXPIRE) {
        // It has no period, so it went when it rang.
        known.delete(EXPIRE);
        await reschedule();
      }
      if (name === WATCH) {
        await recover();
        if (!(await stillRunning())) await clear(WATCH);
      }
    },
  };
}
