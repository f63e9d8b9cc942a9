/**
 * The extension's service worker: running code in it, ending it, seeing whether it runs.
 *
 * Playwright's own handle to a service worker is of no use once the worker was stopped: Chromium keeps the debugging target
 * over a restart, and the handle never answers again. So each evaluation attaches anew.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import { Browser, browserOf, type Where } from './browser.ts';
import { until } from './waiting.ts';

/**
 * Runs a function in the extension's service worker, which is woken for it, and returns what it returns. The function
 * sees nothing of its surroundings; its argument and its result are plain JSON. For a page of a private window it is
 * the one of private windows.
 */
export async function inServiceWorker<R>(where: Where, work: () => R | Promise<R>): Promise<R>;
export async function inServiceWorker<R, A>(
  where: Where,
  work: (argument: A) => R | Promise<R>,
  argument: A,
): Promise<R>;
export async function inServiceWorker<R, A>(
  where: Where,
  work: (argument: A) => R | Promise<R>,
  argument?: A,
): Promise<R> {
  // The transpiler may wrap named functions in `__name`, which exists only here.
  const expression = `{ const __name = (named) => named; (${work.toString()})(${JSON.stringify(argument) ?? ''}); }`;
  for (let tries = 3; ; tries--) {
    const targetId = await runningTarget(where);
    const answer = await browserOf(where).withProtocol((session) => evaluate<R>(session, targetId, expression));
    if (answer !== 'gone') return answer.value;
    if (tries === 0) throw new Error('the service worker ends whenever it is asked something');
  }
}

/** Ends the service worker as Chromium does after 30 s of idleness. Whatever happens next may wake it again. */
export async function stopServiceWorker(where: Where): Promise<void> {
  await withVersions(where, async (session, version, stops) => {
    if (!isRunning(version())) return;
    const before = stops();
    await session.send('ServiceWorker.stopAllWorkers');
    // An event may wake it at once: that it has stopped may be over before anybody looks.
    await until('the service worker to stop', () => stops() > before, { interval: 10 });
  });
}

export function isServiceWorkerRunning(where: Where): Promise<boolean> {
  return withVersions(where, (_session, version) => Promise.resolve(isRunning(version())));
}

/** What the protocol tells of a version of a service worker. */
interface Version {
  readonly runningStatus: string;
  readonly scriptURL: string;
  readonly status: string;
  readonly targetId?: string;
}

function isRunning(version: Version | null): boolean {
  return version?.runningStatus === 'running' || version?.runningStatus === 'starting';
}

/** The id of the service worker's debugging target; it is started first when it does not run. */
function runningTarget(where: Where): Promise<string> {
  return withVersions(where, async (session, version) => {
    if (!isRunning(version()))
      await session.send('ServiceWorker.startWorker', {
        scopeURL: `chrome-extension://${browserOf(where).extensionId}/`,
      });
    return until('the service worker to run', () => version()?.runningStatus === 'running' && version()?.targetId, {
      interval: 10,
    });
  });
}

/** Opens the protocol's view of service workers, waits for its first word on the extension's, and keeps it current meanwhile. */
async function withVersions<T>(
  where: Where,
  work: (session: CDPSession, version: () => Version | null, stops: () => number) => Promise<T>,
): Promise<T> {
  const browser = browserOf(where);
  const session = await browser.context.newCDPSession(await tabIn(where));
  let heard = false;
  let stops = 0;
  let current: Version | null = null;
  session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    for (const version of versions) {
      if (!version.scriptURL.startsWith(`chrome-extension://${browser.extensionId}/`) || version.status === 'redundant')
        continue;
      if (version.runningStatus === 'stopped' && current?.runningStatus !== 'stopped') stops++;
      current = version;
    }
    heard = true;
  });
  try {
    await session.send('ServiceWorker.enable');
    await until('word of the service worker', () => heard, { interval: 5, timeout: 500 }).catch(() => undefined);
    return await work(
      session,
      () => current,
      () => stops,
    );
  } finally {
    await session.detach().catch(() => undefined);
  }
}

/** A tab of the right kind of window shows the service workers of that kind. */
async function tabIn(where: Where): Promise<Page> {
  if (!(where instanceof Browser)) return where;
  for (const page of where.context.pages()) {
    // Nothing answers for a tab whose process has crashed.
    const isPrivate = where.isPrivate(page).catch(() => true);
    if (!(await Promise.race([isPrivate, delay(5_000, true, { ref: false })]))) return page;
  }
  throw new Error('the browser has no tab in a normal window');
}

/** Attaches to a target for one evaluation. `gone` when the target ended before it answered. */
async function evaluate<R>(
  session: CDPSession,
  targetId: string,
  expression: string,
): Promise<{ readonly value: R } | 'gone'> {
  const attached = await session.send('Target.attachToTarget', { targetId, flatten: false }).catch(() => null);
  if (!attached) return 'gone';
  const { sessionId } = attached;
  const answer = new Promise<EvaluationAnswer | 'gone'>((resolve) => {
    session.on('Target.receivedMessageFromTarget', (event) => {
      if (event.sessionId !== sessionId) return;
      const message = JSON.parse(event.message) as EvaluationAnswer;
      if (message.id === 1) resolve(message);
      // Chromium keeps the target while the worker restarts, and tells of its end in no other way.
      else if (message.method === 'Inspector.targetCrashed' || message.method === 'Runtime.executionContextDestroyed')
        resolve('gone');
    });
    session.on('Target.detachedFromTarget', (event) => {
      if (event.sessionId === sessionId) resolve('gone');
    });
  });
  const message = {
    id: 1,
    method: 'Runtime.evaluate',
    params: { expression, awaitPromise: true, returnByValue: true },
  };
  await session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify(message) });
  const said = await answer;
  await session.send('Target.detachFromTarget', { sessionId }).catch(() => undefined);
  if (said === 'gone') return 'gone';
  const failure =
    said.error?.message ?? said.result?.exceptionDetails?.exception?.description ?? said.result?.exceptionDetails?.text;
  if (failure !== undefined) throw new Error(`in the service worker: ${failure}`);
  return { value: said.result?.result?.value as R };
}

interface EvaluationAnswer {
  readonly id?: number;
  readonly method?: string;
  readonly error?: { readonly message: string };
  readonly result?: {
    readonly result?: { readonly value?: unknown };
    readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } };
  };
}
