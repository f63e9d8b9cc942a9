/**
 * Whether the extension's memory grows with what it has done: JavaScript heaps of its workspace, engine and background after
 * garbage collection, and their bytes of array buffers, every hundred images. Each hundred is brought in, compressed and removed.
 * The first hundred warm it up: ends with an error when
 * the last stand over 10 % above the second.
 *
 *   npm run bench -- leak [--images 500] [--json FILE]
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { giveFiles } from '../driver/index.ts';
import { openPanelStage } from '../e2e/panel-stage.ts';
import { bytesInUse } from './figures/heaps.ts';

const { values } = parseArgs({ options: { images: { type: 'string', default: '500' }, json: { type: 'string' } } });
const A_ROUND = 100;

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
