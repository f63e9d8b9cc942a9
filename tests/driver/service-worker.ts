/**
 * The extension's service worker: running code in it, ending it, seeing whether it runs.
 *
 * Playwright's own handle to a service worker is of no use once the worker was stopped: Chromium keeps the debugging target
 * over a restart, and the handle never answers again. So each evaluation attaches anew.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { CDPSession } from 'playwright-core';
import { browserOf, type Where } from './browser.ts';
import {
  forgetServiceWorkerView,
  runningTargetNow,
  withServiceWorkerView,
  type ServiceWorkerView,
} from './service-worker-view.ts';
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
    const answer = await askOnce<R>(where, expression);
    if (answer !== 'gone') return answer.value;
    forgetServiceWorkerView(where);
    if (tries === 0) throw new Error('the service worker ends whenever it is asked something');
  }
}

/** Ends the service worker as Chromium does after 30 s of idleness. Whatever happens next may wake it again. */
export async function stopServiceWorker(where: Where): Promise<void> {
  await withServiceWorkerView(where, async (view) => {
    if (!view.isRunning()) return;
    const before = view.stops();
    await view.session.send('ServiceWorker.stopAllWorkers');
    // An event may wake it at once: that it has stopped may be over before anybody looks.
    await until('the service worker to stop', () => view.stops() > before, { interval: 10 });
  });
}

export function isServiceWorkerRunning(where: Where): Promise<boolean> {
  return withServiceWorkerView(where, (view) => Promise.resolve(view.isRunning()));
}

function askOnce<R>(where: Where, expression: string): Promise<{ readonly value: R } | 'gone'> {
  return withServiceWorkerView(where, async (view) => {
    const targetId = await runningTarget(where, view);
    return evaluate<R>(where, view, targetId, expression);
  });
}

/** The id of the service worker's debugging target; it is started first when it does not run. */
async function runningTarget(where: Where, view: ServiceWorkerView): Promise<string> {
  if (!view.isRunning())
    await view.session.send('ServiceWorker.startWorker', {
      scopeURL: `chrome-extension://${browserOf(where).extensionId}/`,
    });
  return until('the service worker to run', () => view.target(), { interval: 10 });
}

/** After so long without an answer the worker is looked for again; ms. */
const SILENCE = 4000;

/** Attaches to a target for one evaluation. `gone` when the target ended before it answered. */
async function evaluate<R>(
  where: Where,
  view: ServiceWorkerView,
  targetId: string,
  expression: string,
): Promise<{ readonly value: R } | 'gone'> {
  const session: CDPSession = await browserOf(where).protocol();
  const attached = await session.send('Target.attachToTarget', { targetId, flatten: false }).catch(() => null);
  if (!attached) return 'gone';
  const { sessionId } = attached;
  const ends: (() => void)[] = [];
  const answer = new Promise<EvaluationAnswer | 'gone'>((resolve) => {
    const onMessage = (event: { readonly sessionId: string; readonly message: string }): void => {
      if (event.sessionId !== sessionId) return;
      const message = JSON.parse(event.message) as EvaluationAnswer;
      if (message.id === 1) resolve(message);
      // Chromium keeps the target while the worker restarts, and tells of its end in no other way.
      else if (message.method === 'Inspector.targetCrashed' || message.method === 'Runtime.executionContextDestroyed')
        resolve('gone');
    };
    const onDetached = (event: { readonly sessionId: string }): void => {
      if (event.sessionId === sessionId) resolve('gone');
    };
    session.on('Target.receivedMessageFromTarget', onMessage).on('Target.detachedFromTarget', onDetached);
    ends.push(
      () => session.off('Target.receivedMessageFromTarget', onMessage).off('Target.detachedFromTarget', onDetached),
      view.onChange(() => {
        if (view.target() !== targetId) resolve('gone');
      }),
    );
  });
  const message = {
    id: 1,
    method: 'Runtime.evaluate',
    params: { expression, awaitPromise: true, returnByValue: true },
  };
  await session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify(message) });
  let said: EvaluationAnswer | 'gone' | null = null;
  while (said === null) {
    said = await Promise.race([answer, delay(SILENCE, null, { ref: false })]);
    if (said === null && (await runningTargetNow(where)) !== targetId) said = 'gone';
  }
  for (const end of ends) end();
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
