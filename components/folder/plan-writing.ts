/** What of a folder's images would be written, under which name, and why the others stay as they are. Pure. */
import type { Job, JobId } from '../../lib/core/model/job.ts';
import { RUNNING } from '../../lib/core/model/job.ts';
import { extensionOf, splitName } from '../../lib/core/naming/extension.ts';
import { uniqueNames } from '../../lib/core/naming/name-template.ts';
import type { Finished } from '../../lib/core/naming/result-names.ts';

/** What stays as it is, and why. */
export type Stays = 'no-smaller' | 'failed' | 'cancelled' | 'running';

export interface Writable {
  readonly kind: 'write';
  readonly id: JobId;
  readonly from: string;
  readonly to: string;
  /** Bytes. */
  readonly before: number;
  readonly after: number;
}

export type Planned =
  Writable | { readonly kind: 'stays'; readonly id: JobId; readonly from: string; readonly why: Stays };

/** @param from the file's name on the disk. Null for what is written already */
export function planWriting(job: Job, from: string): Planned | null {
  const { id } = job;
  if (job.state === 'saved') return null;
  if (RUNNING.has(job.state)) return { kind: 'stays', id, from, why: 'running' };
  if (job.state !== 'ready' && job.state !== 'unsaved')
    return { kind: 'stays', id, from, why: job.state === 'cancelled' ? 'cancelled' : 'failed' };
  const { input, output, outcome } = job.receipt;
  // Never larger, and nothing is written for nothing.
  if (outcome === 'original' || output.bytes >= input.bytes) return { kind: 'stays', id, from, why: 'no-smaller' };
  return { kind: 'write', id, from, to: nameOf(job, from), before: input.bytes, after: output.bytes };
}

/** The very name of the original wherever it fits what the file now holds, whatever signs are in it. */
function nameOf(job: Finished, from: string): string {
  if (job.renamed) return job.fileName;
  const { input, output } = job.receipt;
  const { stem, extension } = splitName(from);
  // A wrong extension is the person's own as long as the format is the same.
  if (input.format === output.format || extensionOf(output.format, extension) === extension) return from;
  return `${stem}.${extensionOf(output.format)}`;
}

/**
 * The same, no two under one name within a folder: of photo.jpg and photo.png both become a photo.webp.
 *
 * @param folderOf where a file is to be written
 * @param taken names within a folder that are not to be written over
 */
export function namedApart(
  planned: readonly Planned[],
  folderOf: (id: JobId) => string,
  taken: (folder: string) => Iterable<string>,
): Planned[] {
  const folders = new Map<string, Writable[]>();
  for (const each of planned) {
    if (each.kind !== 'write') continue;
    const folder = folderOf(each.id);
    const there = folders.get(folder);
    if (there) there.push(each);
    else folders.set(folder, [each]);
  }
  const names = new Map<JobId, string>();
  for (const [folder, files] of folders) {
    const unique = uniqueNames(
      files.map(({ to }) => to),
      taken(folder),
    );
    files.forEach(({ id }, at) => names.set(id, unique[at] ?? ''));
  }
  return planned.map((each) => (each.kind === 'write' ? { ...each, to: names.get(each.id) ?? each.to } : each));
}
