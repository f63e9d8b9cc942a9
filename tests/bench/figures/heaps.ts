/** Memory that the extension's contexts have in use, by DevTools' own count. */
import { basename } from 'node:path';
import type { Browser } from '../../driver/index.ts';

/** In order: the last answer says that all are there. */
const QUESTIONS = [
  'HeapProfiler.collectGarbage',
  'HeapProfiler.collectGarbage',
  'Runtime.getIsolateId',
  'Runtime.getHeapUsage',
];

interface Answer {
  readonly id?: number;
  readonly result?: { readonly id?: string; readonly usedSize?: number; readonly backingStorageSize?: number };
}

/** Bytes in use in each of the extension's documents, its service worker, and their workers; pages of one process share a heap. */
export async function bytesInUse(browser: Browser): Promise<Map<string, number>> {
  return browser.withProtocol(async (session) => {
    const { targetInfos } = await session.send('Target.getTargets');
    const heaps = new Map<string, { readonly name: string; readonly bytes: number }>();
    for (const { targetId, url } of targetInfos) {
      if (!url.startsWith(`chrome-extension://${browser.extensionId}/`)) continue;
      const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
      const heard = new Map<number, Answer['result']>();
      const answered = new Promise<void>((resolve) => {
        session.on('Target.receivedMessageFromTarget', (event) => {
          const { id, result } = JSON.parse(event.message) as Answer;
          if (event.sessionId !== sessionId || id === undefined) return;
          heard.set(id, result);
          if (id === QUESTIONS.length) resolve();
        });
      });
      for (const [at, method] of QUESTIONS.entries())
        await session.send('Target.sendMessageToTarget', {
          sessionId,
          message: JSON.stringify({ id: at + 1, method }),
        });
      await answered;
      const [isolate, usage] = [heard.get(3)?.id ?? targetId, heard.get(4)];
      const name = basename(url).replace(/[-.].*/, '');
      heaps.set(isolate, { name, bytes: (usage?.usedSize ?? NaN) + (usage?.backingStorageSize ?? 0) });
      await session.send('Target.detachFromTarget', { sessionId });
    }
    const sums = new Map<string, number>();
    for (const { name, bytes } of heaps.values()) sums.set(name, (sums.get(name) ?? 0) + bytes);
    return sums;
  });
}
