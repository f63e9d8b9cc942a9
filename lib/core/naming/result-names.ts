/** What results are called when they are taken out: by the template, in the folders that they came from, none twice. */
import type { Job } from '../model/job.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Recipe } from '../model/recipe.ts';
import { splitName } from './extension.ts';
import { expandTemplate, uniqueNames, type TemplateValues } from './name-template.ts';
import { safeFolder } from './safe-name.ts';

export type Finished = Extract<Job, { readonly fileName: string }>;

/** The template that leaves each name as it is. */
export const PLAIN_TEMPLATE = '{name}';

/** In its place for a smaller file of the same format, which lies beside its original. */
const SMALLER_TEMPLATE = '{name}-small';

/** For each job, in this order, its path: folders separated by '/', the last part the file's name. What a person named has that name. */
export function resultPaths(jobs: readonly Finished[], template: string, date: Date): string[] {
  const folders = jobs.map(folderOf);
  const names = jobs.map((job, at) =>
    job.renamed || template.trim() === PLAIN_TEMPLATE
      ? plainName(job)
      : expandTemplate(template, valuesOf(job, at, jobs.length, date)),
  );
  const paths = new Array<string>(jobs.length);
  for (const folder of new Set(folders)) {
    const here = folders.flatMap((each, at) => (each === folder ? [at] : []));
    const unique = uniqueNames(here.map((at) => names[at] ?? ''));
    here.forEach((at, position) => {
      paths[at] = folder + (unique[position] ?? '');
    });
  }
  return paths;
}

/** The name of one that is saved by itself: it goes where downloads go, into no folder. */
export function savedAlone(job: Finished, template: string, date = new Date()): string {
  return resultPaths([job], template, date)[0]?.split('/').at(-1) ?? job.fileName;
}

/**
 * The name of one that a click in a page saves at once. Unless the template has a say in it, a smaller file of the same
 * format is told from its original.
 *
 * @param plain leaves it under its original's name
 */
export function savedByClick(job: Finished, template: string, plain: boolean, date = new Date()): string {
  const { input, output, outcome } = job.receipt;
  const isBeside = outcome === 'smaller' && input.format === output.format && !plain && !job.renamed;
  // What the server called the file is in `fileName` alone.
  return savedAlone(
    { ...job, name: job.fileName },
    isBeside && template.trim() === PLAIN_TEMPLATE ? SMALLER_TEMPLATE : template,
    date,
  );
}

/** The name that one result would get: the example beside the template. */
export function exampleName(job: Finished | null, template: string, date: Date, exampleStem: string): string {
  const values: TemplateValues = job
    ? valuesOf(job, 0, 1, date)
    : { name: exampleStem, width: 1600, height: 900, format: 'jpeg', quality: 75, index: 1, count: 1, date };
  return expandTemplate(template, values);
}

/** `Downloads/<name of the product> 2026-11-23/…`: what one "save all" brings stays together. */
export function batchFolder(product: string, date: Date): string {
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${safeFolder(product)} ${date.getFullYear()}-${month}-${day}`;
}

/** After an earlier "save all" that failed, `fileName` has folders of its own. */
function plainName({ fileName }: Finished): string {
  return fileName.split('/').at(-1) ?? fileName;
}

function valuesOf(job: Finished, at: number, count: number, date: Date): TemplateValues {
  const { output, codec } = job.receipt;
  return {
    name: splitName(plainName({ ...job, fileName: job.name })).stem,
    width: output.width,
    height: output.height,
    format: output.format,
    quality: codec && qualityOf(job.recipe, codec.options),
    index: at + 1,
    count,
    date,
  };
}

/** As the recipe says it, or as it was found for a look or a size, on the encoder's scale; null where there is none. */
function qualityOf({ aim }: Recipe, { quality }: NonNullable<Receipt['codec']>['options']): number | null {
  if (aim.kind === 'quality') return aim.quality;
  return aim.kind !== 'lossless' && typeof quality === 'number' ? quality : null;
}

/** '' or a path that ends in '/': each part made safe, so that none leads out of Downloads. */
function folderOf({ origin }: Finished): string {
  if (origin.kind !== 'file') return '';
  return origin.folder
    .split('/')
    .map(safeFolder)
    .filter(Boolean)
    .map((part) => `${part}/`)
    .join('');
}
