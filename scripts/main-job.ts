/** One image on its trip: a page with it, a real right-click, a menu item, the file on disk, and a report of it. */
import { access, constants, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import type { Receipt } from '../lib/core/model/receipt.ts';
import type { InputFormat } from '../lib/core/image/inspection.ts';
import type { Job } from '../lib/core/model/job.ts';
import {
  chooseMenuItem,
  isEnded,
  PROJECT_FOLDER,
  readJobs,
  textsAsBuilt,
  until,
  type Browser,
  type Site,
} from '../tests/driver/index.ts';

/** The fields of `npm start -- --json`, in their order. */
export interface ImageReport {
  /** As it was given. */
  readonly source: string;
  readonly inputBytes: number | null;
  readonly inputFormat: InputFormat | null;
  /** Full path. */
  readonly outputFile: string | null;
  readonly outputBytes: number | null;
  readonly outputFormat: InputFormat | null;
  /** Of the output, in px. */
  readonly width: number | null;
  readonly height: number | null;
  /** From the click on the menu item until the last byte was on disk. The work alone is in the receipt. */
  readonly milliseconds: number | null;
  /** With what its traits and its notes are in words. */
  readonly receipt: (Receipt & { readonly cameAs: string; readonly words: readonly string[] }) | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface MenuTrip {
  readonly file: string;
  /** Where on the site the image is: one for each, so that two of the same name can be told apart. */
  readonly folder: string;
  /** Of the menu item. */
  readonly title: string;
}

/** Never rejects: what went wrong is in the report. */
export async function compressByMenu(
  browser: Browser,
  page: Page,
  site: Site,
  { file, folder, title }: MenuTrip,
): Promise<ImageReport> {
  const failed = (code: string, message: string, known: Partial<ImageReport> = {}): ImageReport => ({
    source: file,
    ...NOTHING,
    ...known,
    error: { code, message },
  });
  const unreadable = await whyUnreadable(file);
  if (unreadable !== null) return failed('file-gone', unreadable);
  const inputBytes = (await stat(file)).size;
  try {
    const job = await walk(browser, page, site, { file, folder, title });
    const texts = textsAsBuilt(browser.extension);
    if (job.state === 'failed' || job.state === 'unsaved') {
      const source = job.state === 'failed' ? job.source : job.receipt.input;
      return failed(job.error.code, texts.errorText(job.error), { inputBytes, inputFormat: source?.format ?? null });
    }
    if (job.state !== 'saved') return failed('internal', `The job ended as ${job.state}.`, { inputBytes });
    const outputFile = join(browser.downloadFolder, job.fileName);
    const facts = await stat(outputFile);
    const { receipt } = job;
    return {
      source: file,
      inputBytes,
      inputFormat: receipt.input.format,
      outputFile,
      outputBytes: facts.size,
      outputFormat: receipt.output.format,
      width: receipt.output.width,
      height: receipt.output.height,
      milliseconds: Math.max(Math.round(facts.mtimeMs - job.createdAt), receipt.milliseconds),
      receipt: {
        ...receipt,
        cameAs: texts.traitsText(receipt.input.traits ?? []),
        words: receipt.notes.map(texts.noteText),
      },
      error: null,
    };
  } catch (error) {
    return failed('browser', (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '', {
      inputBytes,
    });
  }
}

const NOTHING: Omit<ImageReport, 'source'> = {
  inputBytes: null,
  inputFormat: null,
  outputFile: null,
  outputBytes: null,
  outputFormat: null,
  width: null,
  height: null,
  milliseconds: null,
  receipt: null,
  error: null,
};

/** ms: the largest image that is accepted, in the slowest format, on a slow machine. */
const LONGEST_TRIP = 600_000;

/** Does what the person does, and waits until nothing is left to do for the job that came of it. */
async function walk(browser: Browser, page: Page, site: Site, { file, folder, title }: MenuTrip): Promise<Job> {
  const name = basename(file);
  site.answer(`${folder}/${name}`, { file: resolve(file) });
  await page.goto(site.page(`${folder}/page`, await samplePage(name)));
  await chooseMenuItem(browser, page.locator('img'), title);
  return until(
    `the end of the work on ${name}`,
    async () =>
      (await readJobs(browser)).find(
        (job) => job.origin.kind === 'page' && job.origin.url.startsWith(`${site.url(folder)}/`) && isEnded(job),
      ),
    { timeout: LONGEST_TRIP, interval: 100 },
  );
}

/** A sentence, or null when the file can be read. */
async function whyUnreadable(file: string): Promise<string | null> {
  const facts = await stat(file).catch(() => null);
  if (!facts) return 'There is no such file.';
  if (!facts.isFile()) return 'This is a folder, not a file.';
  return access(file, constants.R_OK).then(
    () => null,
    () => 'This file may not be read.',
  );
}

async function samplePage(name: string): Promise<string> {
  const html = await readFile(join(PROJECT_FOLDER, 'tests/pages/sample.html'), 'utf8');
  const shown = name.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return html.replaceAll('{{name}}', () => shown).replaceAll('{{source}}', () => encodeURIComponent(name));
}
