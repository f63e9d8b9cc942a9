/** How often the extension's own contexts call what costs most beside the work: each call goes to the browser's process. */
import type { CDPSession } from 'playwright-core';
import type { Browser } from '../../driver/index.ts';

/** By the kind of context, then by what was called. */
type Calls = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Runs in each context; uses nothing from outside itself. */
function begin(): void {
  const counts: Record<string, number> = {};
  Object.assign(globalThis, { benchCalls: counts });
  const count = (name: string): void => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const wrap = (target: object | undefined, method: string, name: (...args: never[]) => string): void => {
    const original = target && (Reflect.get(target, method) as ((...args: never[]) => unknown) | undefined);
    if (!original) return;
    Reflect.set(target, method, function (this: unknown, ...args: never[]): unknown {
      count(name(...args));
      return original.apply(this, args);
    });
  };
  wrap(IDBDatabase.prototype, 'transaction', (_stores, mode?: string) => `IndexedDB ${mode ?? 'readonly'}`);
  wrap(BroadcastChannel.prototype, 'postMessage', () => 'channel');
  wrap(LockManager.prototype, 'request', () => 'lock');
  wrap(SubtleCrypto.prototype, 'encrypt', () => 'encrypt');
  wrap(SubtleCrypto.prototype, 'decrypt', () => 'decrypt');
  wrap(chrome.runtime, 'sendMessage', (message: { type?: string }) => `message ${message.type ?? ''}`);
  for (const area of ['session', 'local'] as const)
    for (const method of ['get', 'set', 'remove'])
      wrap(chrome.storage?.[area], method, () => `storage.${area}.${method}`);
}

const NAMES: Readonly<Record<string, string>> = { 'offscreen.html': 'engine', 'workspace.html': 'view' };

/** In all contexts that are there. */
export async function beginCounting(browser: Browser): Promise<void> {
  await inContexts(browser, `{ const __name = (named) => named; (${begin.toString()})(); }`);
}

/** Since `beginCounting`, which a context that was started after it has not heard. */
export async function countedCalls(browser: Browser): Promise<Calls> {
  return inContexts(browser, 'globalThis.benchCalls ?? {}');
}

async function inContexts(browser: Browser, expression: string): Promise<Calls> {
  return browser.withProtocol(async (session) => {
    const { targetInfos } = await session.send('Target.getTargets');
    const root = `chrome-extension://${browser.extensionId}/`;
    const answers: Record<string, Record<string, number>> = {};
    for (const { url, type, targetId } of targetInfos) {
      if (!url.startsWith(root) || type === 'worker') continue;
      const name = type === 'service_worker' ? 'background' : NAMES[url.slice(root.length).replace(/[?#].*/, '')];
      if (name !== undefined) answers[name] = await evaluate(session, targetId, expression);
    }
    return answers;
  });
}

async function evaluate(session: CDPSession, targetId: string, expression: string): Promise<Record<string, number>> {
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
  const answer = new Promise<Record<string, number>>((resolve) => {
    session.on('Target.receivedMessageFromTarget', (event) => {
      if (event.sessionId !== sessionId) return;
      const message = JSON.parse(event.message) as { id?: number; result?: { result?: { value?: unknown } } };
      if (message.id === 1) resolve((message.result?.result?.value ?? {}) as Record<string, number>);
    });
  });
  const message = { id: 1, method: 'Runtime.evaluate', params: { expression, returnByValue: true } };
  await session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify(message) });
  const value = await answer;
  await session.send('Target.detachFromTarget', { sessionId });
  return value;
}
