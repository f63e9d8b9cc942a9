/** The main job in a real browser, one image after the other, reported as it goes. Called by `start.mjs` when all is there. */
import { mkdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import {
  builtExtension,
  imageMenu,
  openBrowser,
  serve,
  textsAsBuilt,
  type Browser,
  type Site,
} from '../tests/driver/index.ts';
import { compressByMenu, type ImageReport } from './main-job.ts';
import { reportAsJson, reportAsTable } from './report.ts';
import { samplePhoto } from './sample-photo.ts';

export interface StartOptions {
  /** The person's own images; none means the sample. */
  readonly files: readonly string[];
  /** The title of a menu item; the first one when left out. */
  readonly menu?: string;
  readonly out: string;
  readonly json: boolean;
  /** The display of the person in front of it: there the browser stays open until it is closed. */
  readonly display?: string;
}

/** @returns the exit code: 1 when any image failed */
export async function start(options: StartOptions): Promise<0 | 1> {
  const extension = builtExtension();
  const titles = imageMenu(extension);
  const title = options.menu ?? titles[0] ?? '';
  if (!titles.includes(title)) throw new Error(`The menu has no item "${title}". It has: ${titles.join(', ')}.`);
  const out = resolve(options.out);
  await mkdir(out, { recursive: true });
  const files = options.files.length > 0 ? options.files : [await samplePhoto()];

  const report = options.json
    ? reportAsJson()
    : reportAsTable(
        textsAsBuilt(extension),
        files.map((file) => basename(file)),
        options.out,
      );
  const site = await serve(null);
  const browser = await openBrowser({
    extension,
    downloadFolder: out,
    ...(options.display === undefined ? {} : { screen: { display: options.display } }),
  });
  try {
    const failed = await compressAll(browser, site, files, title, report.add);
    report.end();
    if (options.display !== undefined) {
      process.stderr.write('The browser stays open to play with; close it to end.\n');
      await browser.ended;
    }
    return failed ? 1 : 0;
  } finally {
    await browser.close();
    await site.close();
  }
}

async function compressAll(
  browser: Browser,
  site: Site,
  files: readonly string[],
  title: string,
  add: (report: ImageReport) => void,
): Promise<boolean> {
  const page = await browser.open('about:blank');
  let failed = false;
  for (const [index, file] of files.entries()) {
    const report = await compressByMenu(browser, page, site, { file, folder: String(index + 1), title });
    failed ||= report.error !== null;
    add(report);
  }
  return failed;
}
