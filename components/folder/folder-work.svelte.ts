/** A folder made smaller in place: chosen, looked at, and, by the person's word, written file by file. */
/* eslint-disable svelte/prefer-svelte-reactivity -- nothing that is shown depends on a set or map here */
import { CompressionError, type ErrorRecord } from '../../lib/core/errors.ts';
import type { Job, JobId } from '../../lib/core/model/job.ts';
import type { Chosen } from '../panel/chosen.ts';
import { filesIn, type ChosenInPlace, type FilePlace } from './folder-files.ts';
import { namedApart, planWriting, type Planned, type Writable } from './plan-writing.ts';
import { sweep, writeFile, type Destination } from './write-file.ts';

export interface FolderAccess {
  /** Whether the browser lets folders be written to at all. */
  readonly supported: boolean;
  /** In a click; null when none is chosen. */
  choose(): Promise<FileSystemDirectoryHandle | null>;
  /** In a click. */
  mayWrite(folder: FileSystemDirectoryHandle): Promise<boolean>;
}

export interface Report {
  readonly written: readonly Writable[];
  readonly failed: readonly { readonly id: JobId; readonly from: string; readonly error: ErrorRecord }[];
  readonly destination: Destination;
  /** By the person: what had not come to its turn is as it was. */
  readonly stopped: boolean;
}

export interface FolderWorkOptions {
  readonly access: FolderAccess;
  readonly take: (files: AsyncIterable<Chosen>) => Promise<void>;
  /** What was taken in by this view. */
  readonly chosen: (id: JobId) => Chosen | undefined;
  readonly read: (id: JobId) => Promise<Uint8Array<ArrayBuffer>>;
  /** It is on the disk: nothing more of it is to be held. */
  readonly written: (id: JobId, fileName: string) => Promise<unknown>;
}

export class FolderWork {
  #root = $state.raw<FileSystemDirectoryHandle | null>(null);
  #progress = $state.raw<{ readonly done: number; readonly total: number } | null>(null);
  #report = $state.raw<Report | null>(null);
  #stopping = false;
  /** After the file that is being written. */
  #closing = false;
  /** What this view has put into the subfolder, by folder: what an earlier run put there is replaced, this is not. */
  readonly #placed = new Map<string, Map<JobId, string>>();
  readonly #options: FolderWorkOptions;

  constructor(options: FolderWorkOptions) {
    this.#options = options;
  }

  get supported(): boolean {
    return this.#options.access.supported;
  }
  /** The chosen folder's name, or null. */
  get name(): string | null {
    return this.#root?.name ?? null;
  }
  /** While it writes; null else. */
  get progress(): { readonly done: number; readonly total: number } | null {
    return this.#progress;
  }
  /** Of the last writing. */
  get report(): Report | null {
    return this.#report;
  }

  /** In a click. @returns whether one was chosen; its images are being taken in then */
  async choose(): Promise<boolean> {
    const root = await this.#options.access.choose();
    if (!root) return false;
    this.#root = root;
    this.#report = null;
    this.#placed.clear();
    await this.#options.take(filesIn(root));
    return true;
  }

  forgetReport(): void {
    this.#report = null;
  }

  /** Nothing is written to it any more, but for the file that is being written. */
  close(): void {
    this.#stopping = true;
    this.#closing = this.#progress !== null;
    if (this.#closing) return;
    this.#root = null;
    this.#report = null;
  }

  /** What would be written, as the images now are, and what not. In the order of `jobs`. */
  plan(jobs: readonly Job[], into: Destination['kind']): Planned[] {
    const planned = jobs.flatMap((job) => {
      const place = this.#placeOf(job.id);
      const one = place && planWriting(job, place.handle.name);
      return one ? [one] : [];
    });
    if (into === 'originals') return planned;
    const again = new Set(planned.flatMap((each) => (each.kind === 'write' ? [each.id] : [])));
    return namedApart(
      planned,
      (id) => this.#folderOf(id),
      // What an image had itself it may have again.
      (folder) => [...(this.#placed.get(folder) ?? [])].flatMap(([id, name]) => (again.has(id) ? [] : [name])),
    );
  }

  /** In a click. One file at a time: whatever ends the work, one at most is under way. @throws CompressionError `folder-closed` */
  async write(files: readonly Writable[], destination: Destination): Promise<void> {
    const root = this.#root;
    if (!root || this.#progress) return;
    const written: Writable[] = [];
    const failed: Report['failed'][number][] = [];
    this.#stopping = false;
    this.#closing = false;
    // From the click on: a second one writes nothing twice.
    this.#progress = { done: 0, total: files.length };
    const allowed = await this.#options.access.mayWrite(root).catch(() => false);
    if (!allowed) {
      this.#progress = null;
      if (this.#closing) this.close();
      throw new CompressionError('folder-closed');
    }
    await sweep(root).catch(() => undefined);
    for (const [done, file] of files.entries()) {
      this.#progress = { done, total: files.length };
      if (this.#stopping) break;
      try {
        await this.#writeOne(file, destination);
        written.push(file);
      } catch (thrown) {
        failed.push({ id: file.id, from: file.from, error: CompressionError.from(thrown).toRecord() });
      }
    }
    this.#report = { written, failed, destination, stopped: this.#stopping };
    this.#progress = null;
    if (this.#closing) this.close();
  }

  /** After the file that is being written. */
  stop(): void {
    this.#stopping = true;
  }

  async #writeOne(file: Writable, destination: Destination): Promise<void> {
    const place = this.#placeOf(file.id);
    if (!place) throw new CompressionError('file-gone', { name: file.from });
    await writeFile(place, file, await this.#options.read(file.id), destination);
    if (destination.kind === 'subfolder') {
      const folder = this.#folderOf(file.id);
      const placed = this.#placed.get(folder) ?? new Map<JobId, string>();
      this.#placed.set(folder, placed.set(file.id, file.to));
    }
    await this.#options.written(file.id, file.to);
  }

  #folderOf(id: JobId): string {
    return this.#placeOf(id)?.folders.join('/') ?? '';
  }

  #placeOf(id: JobId): FilePlace | null {
    const chosen = this.#options.chosen(id);
    const place = chosen && 'place' in chosen ? (chosen as ChosenInPlace).place : null;
    return place?.root === this.#root ? place : null;
  }
}
