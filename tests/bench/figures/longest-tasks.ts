/** How long the main threads of the extension's pages were busy without a break, by Chromium's own trace. */
import type { CDPSession } from 'playwright-core';
import type { Browser } from '../../driver/index.ts';

export interface LongestTasks {
  /** The pages whose main thread it is: pages of one process share it. */
  readonly pages: string;
  /** ms of the longest task, by the clock and by the processor. */
  readonly longest: number;
  readonly 'longest, of the processor': number;
  /** How many took over 50 ms. */
  readonly 'over 50': number;
  readonly 'over 50, of the processor': number;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly data?: { readonly url?: string; readonly frames?: readonly { readonly url: string }[] } };
}

export async function longestTasks(browser: Browser, work: () => Promise<void>): Promise<LongestTasks[]> {
  const events = await browser.withProtocol(async (session) => {
    await session.send('Tracing.start', {
      transferMode: 'ReturnAsStream',
      traceConfig: {
        recordMode: 'recordUntilFull',
        includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'],
        excludedCategories: ['*'],
      },
    });
    await work();
    return endTrace(session);
  });
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
    };
  });
}

async function endTrace(session: CDPSession): Promise<TraceEvent[]> {
  const complete = new Promise<string>((resolve) => {
    session.once('Tracing.tracingComplete', ({ stream }) => resolve(stream ?? ''));
  });
  await session.send('Tracing.end');
  const handle = await complete;
  const parts: string[] = [];
  for (;;) {
    const { data, eof } = await session.send('IO.read', { handle, size: 1 << 22 });
    parts.push(data);
    if (eof) break;
  }
  await session.send('IO.close', { handle });
  return (JSON.parse(parts.join('')) as { traceEvents: TraceEvent[] }).traceEvents;
}
