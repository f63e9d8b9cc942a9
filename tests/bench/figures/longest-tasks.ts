/** How long the main threads of the extension's pages were busy without a break, by Chromium's own trace. */
import type { Browser } from '../../driver/index.ts';
import { traced, type TraceEvent } from './trace.ts';

export interface LongestTasks {
  /** The pages whose main thread it is: pages of one process share it. */
  readonly pages: string;
  /** ms of the longest task, by the clock and by the processor. */
  readonly longest: number;
  readonly 'longest, of the processor': number;
  /** How many took over 50 ms. */
  readonly 'over 50': number;
  readonly 'over 50, of the processor': number;
  /** What the longest ones did: ms by the clock, and the longest of what is in it. */
  readonly worst: readonly string[];
}

const MOST_TOLD = 8;

export async function longestTasks(browser: Browser, work: () => Promise<void>): Promise<LongestTasks[]> {
  const events = await traced(browser, work);
  const prefix = `chrome-extension://${browser.extensionId}/`;
  /** The pages of each main thread. */
  const threads = new Map<string, Set<string>>();
  for (const { pid, tid, args } of events)
    for (const url of [args?.data?.url, ...(args?.data?.frames ?? []).map((frame) => frame.url)])
      if (url?.startsWith(prefix) && url.includes('.html')) {
        const key = `${pid} ${tid}`;
        threads.set(key, (threads.get(key) ?? new Set()).add(url.slice(prefix.length).replace(/\.html.*/, '')));
      }
  return [...threads].map(([key, pages]) => {
    const tasks = events.filter(({ name, pid, tid }) => name === 'RunTask' && `${pid} ${tid}` === key);
    const [wall, cpu] = [tasks.map(({ dur = 0 }) => dur / 1000), tasks.map(({ tdur = 0 }) => tdur / 1000)];
    return {
      pages: [...pages].sort().join(', '),
      longest: Math.round(Math.max(0, ...wall)),
      'longest, of the processor': Math.round(Math.max(0, ...cpu)),
      'over 50': wall.filter((ms) => ms > 50).length,
      'over 50, of the processor': cpu.filter((ms) => ms > 50).length,
      worst: tasks
        .filter(({ dur = 0 }) => dur > 30_000)
        .sort((one, other) => (other.dur ?? 0) - (one.dur ?? 0))
        .slice(0, MOST_TOLD)
        .map((task) => toldOf(task, events)),
    };
  });
}

function toldOf(task: TraceEvent, events: readonly TraceEvent[]): string {
  const end = task.ts + (task.dur ?? 0);
  const inside = events
    .filter((each) => each !== task && each.name !== 'RunTask' && each.pid === task.pid && each.tid === task.tid)
    .filter(({ ts, dur = 0 }) => ts >= task.ts && ts + dur <= end && dur > 3000)
    .sort((one, other) => (other.dur ?? 0) - (one.dur ?? 0))
    .slice(0, 6)
    .map(({ name, dur = 0, args }) => {
      const { functionName = '', type = '', url = '' } = args?.data ?? {};
      return `${name} ${functionName}${type} ${url.replace(/.*\//, '')} ${Math.round(dur / 1000)}`.replace(/ +/g, ' ');
    });
  return `${Math.round((task.dur ?? 0) / 1000)} (${Math.round((task.tdur ?? 0) / 1000)}): ${inside.join(', ')}`;
}
