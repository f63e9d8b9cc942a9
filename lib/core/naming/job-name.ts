/** What a job's file is called: while it runs, and when it is saved. */
import type { Receipt } from '../model/receipt.ts';
import type { Job, Origin } from '../model/job.ts';
import { formatOfExtension } from '../image/format-facts.ts';
import { isIn } from '../model/job-transitions.ts';
import { extensionOf, splitName } from './extension.ts';
import { fileNameFor } from './file-name.ts';
import { safeName } from './safe-name.ts';

/** Before the bytes are there, the format is what the URL claims: good enough for a name to show. */
export function jobName(origin: Origin & { kind: 'page' | 'url' }, unnamed: string): string {
  const claimed =
    /^data:image\/([a-z]+)/i.exec(origin.url)?.[1] ?? splitName(origin.url.split(/[?#]/)[0] ?? '').extension;
  return fileNameFor({
    url: origin.url,
    pageTitle: origin.kind === 'page' ? origin.pageTitle : null,
    format: formatOfExtension(claimed) ?? 'jpeg',
    unnamed,
  });
}

export function jobFileName(job: Job, receipt: Receipt, contentDisposition: string | null, unnamed: string): string {
  const { format, width, height } = receipt.output;
  if (job.renamed) {
    const { stem, extension } = splitName(job.name);
    return safeName(stem, extensionOf(format, extension)) || job.name;
  }
  if (job.origin.kind !== 'page' && job.origin.kind !== 'url')
    return fileNameFor({ url: `file:///${encodeURIComponent(job.origin.name)}`, format, width, height, unnamed });
  // The URL that the page names is the one that a person knows, not a redirect's target.
  return fileNameFor({
    url: job.origin.url,
    contentDisposition,
    pageTitle: job.origin.kind === 'page' ? job.origin.pageTitle : null,
    format,
    width,
    height,
    unnamed,
  });
}

/**
 * The job under a name that a person gave, in the state that it is in; what the file holds keeps its extension. Null when
 * nothing that can be read is left of the name, and for what is being saved, or is saved.
 *
 * @param stem without the extension
 */
export function renamedJob(job: Job, stem: string): Job | null {
  if (isIn(job, 'saving', 'saved')) return null;
  const like = (name: string): string => safeName(stem, splitName(name).extension);
  const name = like(job.name);
  if (name === '') return null;
  return {
    ...job,
    name,
    renamed: true,
    ...('fileName' in job && { fileName: like(job.fileName) }),
    ...(job.earlier && { earlier: { ...job.earlier, fileName: like(job.earlier.fileName) } }),
  };
}
