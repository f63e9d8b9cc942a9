/**
 * Whether the extension's memory grows with what it has done: JavaScript heaps of its workspace, engine and background after
 * garbage collection, and their bytes of array buffers, every hundred images. Each hundred is brought in, compressed and removed.
 * The first hundred warm it up: ends with an error when
 * the last stand over 10 % above the second.
 *
 *   npm run bench -- leak [--images 500] [--json FILE]
 */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { giveFiles, type Browser } from '../driver/index.ts';
import { openPanelStage } from '../e2e/panel-stage.ts';

const { values } = parseArgs({ options: { images: { type: 'string', default: '500' }, json: { type: 'string' } } });
const A_ROUND = 100;

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
async function bytesInUse(browser: Browser): Promise<Map<string, number>> {
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

const stage = await openPanelStage();
const rows: { images: number; megabytes: number }[] = [];
const megabytesOf = (bytes: number): number => Number((bytes / 1e6).toFixed(2));
try {
  const paths = await Promise.all(
    Array.from({ length: A_ROUND }, async (_, at) => {
      const picture = sharp({ create: { width: 320, height: 240, channels: 3, background: { r: at, g: 120, b: 90 } } });
      return stage.file(`batch/${at}.jpg`, await picture.jpeg({ quality: 92 }).toBuffer());
    }),
  );
  for (let done = A_ROUND; done <= Number(values.images); done += A_ROUND) {
    const page = await stage.workspace();
    await giveFiles(page.locator('[data-picks=files]'), paths);
    const jobs = await stage.settled(A_ROUND);
    if (jobs.some(({ state }) => state !== 'ready')) throw new Error('not every image was compressed');
    // Their records and bytes go, as by "Remove".
    await stage.workspace();
    const each = await bytesInUse(stage.browser);
    rows.push({
      images: done,
      megabytes: megabytesOf([...each.values()].reduce((sum, bytes) => sum + bytes, 0)),
      ...Object.fromEntries([...each].map(([name, bytes]) => [name, megabytesOf(bytes)])),
    });
  }
} finally {
  await stage.close();
}
console.table(rows);
const [first, last] = [rows[1]?.megabytes ?? NaN, rows.at(-1)?.megabytes ?? NaN];
const growth = last / first - 1;
console.log(`from the second hundred to the last: ${(growth * 100).toFixed(1)} %`);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ rows, growth }, null, 2));
if (!(growth <= 0.1)) process.exitCode = 1;
