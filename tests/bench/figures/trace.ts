/** What Chromium's own trace says of all its processes while something is done. */
import type { CDPSession } from 'playwright-core';
import type { Browser } from '../../driver/index.ts';

export interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of one clock for all processes; `tdur` is processor time. */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: {
    readonly data?: {
      readonly url?: string;
      readonly documentLoaderURL?: string;
      readonly functionName?: string;
      readonly type?: string;
      readonly frames?: readonly { readonly url: string }[];
    };
  };
}

/** Tasks of the main threads, what they consist of, and the marks that pages set. */
const CATEGORIES = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'blink.user_timing',
  'v8',
  'toplevel',
];

export function traced(browser: Browser, work: () => Promise<void>): Promise<TraceEvent[]> {
  return browser.withProtocol(async (session) => {
    await session.send('Tracing.start', {
      transferMode: 'ReturnAsStream',
      traceConfig: {
        recordMode: 'recordUntilFull',
        // A batch of 300 fills what Chromium takes by itself.
        traceBufferSizeInKb: 1_000_000,
        includedCategories: CATEGORIES,
        excludedCategories: ['*'],
      },
    });
    await work();
    return endTrace(session);
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
