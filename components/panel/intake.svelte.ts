/**
 * Taking images in: each waits for room, is announced to the background, and goes into the vault, from where the engine reads
 * it. A few at a time, so that three hundred large photographs are never in memory together. What is not an image is for the
 * engine to find out; what can't be read becomes a job that says so.
 */
import { createGate } from '../../lib/core/bytes/gate.ts';
import type { Recipe } from '../../lib/core/model/recipe.ts';
import { CompressionError, type ErrorRecord } from '../../lib/core/errors.ts';
import { checkFileSize } from '../../lib/core/image/limits.ts';
import { sniff } from '../../lib/core/image/sniff.ts';
import { kept } from '../../lib/core/model/kept-origin.ts';
import { newJobId, vaultId, type JobId } from '../../lib/core/model/job.ts';
import type { StartRequest } from '../../lib/core/protocol/messages.ts';
import type { Vault } from '../../lib/storage/vault/vault.ts';
import type { Chosen } from './chosen.ts';
import { bytesOf, isNamedLikeImage, lookAt, readingError } from './look.ts';
import { lookedAhead } from './looked-ahead.ts';
import type { VaultSpace } from './vault-space.ts';

/** Files that are read at once, and their bytes together: what goes into the vault at one time is one transaction there. */
const LANES = 12;
const MOST_BYTES = 24e6;
/** Files of a folder of which only the first bytes are read at once. */
const LOOKS = 24;
/** Between two questions whether the list has room again; ms. */
const LIST_FULL_PAUSE = 1_500;

/** What was chosen and is not yet a job. */
export interface Pending {
  readonly id: JobId;
  readonly name: string;
  readonly createdAt: number;
  readonly state: 'waiting' | 'reading' | 'no-room' | 'list-full';
}

export interface IntakeOptions {
  readonly vault: Pick<Vault, 'put' | 'has' | 'purge'>;
  readonly space: VaultSpace;
  /** Gives those that the list has no room for. */
  readonly start: (job: StartRequest) => Promise<readonly JobId[]>;
  /** Takes a job out of the list again. */
  readonly dismiss: (id: JobId) => Promise<unknown>;
  /** The name of the lock that this view holds as long as it lives; resolves when it does. */
  readonly view: Promise<string>;
  /** Of the images that are taken in from now on. */
  readonly recipe: () => Recipe;
  readonly now: () => number;
  /** Hears a few times a second of what is not yet a job. */
  readonly changed?: (left: readonly JobId[]) => void;
}

interface Entry {
  readonly chosen: Chosen;
  readonly id: JobId;
  readonly createdAt: number;
  readonly stop: AbortController;
  state: Pending['state'];
}

export class Intake {
  #pending = $state.raw<readonly Pending[]>([]);
  #leftOut = $state(0);
  #dropped = $state(0);
  #finding = $state(false);
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- what a view shows of them is published a few times a second
  readonly #entries = new Map<JobId, Entry>();
  /** Handles of what was taken in here: a Source that was given up for room can be read again. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- no view shows them
  readonly #handles = new Map<JobId, Chosen>();
  readonly #queue: Entry[] = [];
  readonly #memory = createGate(MOST_BYTES);
  readonly #options: IntakeOptions;
  #lanes = 0;
  #newest = 0;
  /** Counts the purges: what was chosen before one is not walked on after it. */
  #round = 0;
  #toPublish = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** In the order in which they were chosen. */
  get pending(): readonly Pending[] {
    return this.#pending;
  }
  /** Files in chosen folders that are no images, since `forgetLeftOut`. */
  get leftOut(): number {
    return this.#leftOut;
  }
  /** Images that waited when all was purged, since `forgetDropped`. */
  get dropped(): number {
    return this.#dropped;
  }
  /** Whether folders are being walked. */
  get finding(): boolean {
    return this.#finding;
  }

  forgetLeftOut(): void {
    this.#leftOut = 0;
  }

  forgetDropped(): void {
    this.#dropped = 0;
  }

  /** Resolves when all are in the queue, not when they are done. */
  async take(files: Iterable<Chosen> | AsyncIterable<Chosen>): Promise<void> {
    this.#finding = true;
    const round = this.#round;
    // Newest first is the order of the list: within a batch the first that was chosen is to be on top.
    let createdAt = Math.max(this.#options.now(), this.#newest + 1) + 1;
    this.#newest = createdAt;
    try {
      for await (const { item: chosen, answer: wanted } of lookedAhead(
        files,
        LOOKS,
        (each) => each.alone || this.#wanted(each),
      )) {
        if (round !== this.#round) return;
        if (!wanted) {
          this.#leftOut += 1;
          continue;
        }
        createdAt -= 1 / 1024;
        this.#add({ chosen, id: newJobId(), createdAt, stop: new AbortController(), state: 'waiting' });
      }
    } finally {
      this.#finding = false;
    }
  }

  /** Cancels what is not yet a job; it becomes one that says so, and can be tried again. */
  cancel(id: JobId): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.stop.abort();
    const at = this.#queue.indexOf(entry);
    if (at < 0) return;
    this.#queue.splice(at, 1);
    void this.#refuse(entry, new CompressionError('cancelled').toRecord());
  }

  /** All was purged: nothing that waits is taken in, no name of it is told to anyone, and no file is known here any more. */
  drop(): void {
    this.#round += 1;
    this.#dropped += this.#entries.size;
    for (const { stop } of this.#entries.values()) stop.abort();
    this.#queue.length = 0;
    this.#entries.clear();
    this.#handles.clear();
    this.#publish();
  }

  /** Whether it is still to become a job: neither one already, nor dropped. */
  isTakingIn(id: JobId): boolean {
    return this.#entries.has(id);
  }

  /** How it was chosen here; what another view took in is not known. */
  chosen(id: JobId): Chosen | undefined {
    return this.#handles.get(id);
  }

  /** The image as it was chosen here, or null. */
  async file(id: JobId): Promise<Blob | null> {
    return (
      (await this.#handles
        .get(id)
        ?.open()
        .catch(() => null)) ?? null
    );
  }

  /**
   * Makes sure that a job's Source is in the vault, for another try.
   *
   * @throws CompressionError `source-gone` when it is not, and was not chosen in this view; `file-gone`
   */
  async bringBack(id: JobId): Promise<void> {
    if (await this.#options.vault.has(vaultId(id, 'source'))) return;
    const chosen = this.#handles.get(id);
    if (!chosen) throw new CompressionError('source-gone');
    const file = await opened(chosen);
    const place = await this.#options.space.take(file.size, () => undefined, new AbortController().signal);
    try {
      await this.#put(id, await bytesOf(file));
    } catch (thrown) {
      throw readingError(thrown, chosen.name);
    } finally {
      place.release();
    }
  }

  /** The job is out of the list: nothing of its file is kept. */
  forget(id: JobId): void {
    this.#handles.delete(id);
  }

  async #wanted(chosen: Chosen): Promise<boolean> {
    if (isNamedLikeImage(chosen.name)) return true;
    try {
      await lookAt(await chosen.open());
      return true;
    } catch {
      return false;
    }
  }

  #add(entry: Entry): void {
    this.#entries.set(entry.id, entry);
    this.#handles.set(entry.id, entry.chosen);
    this.#queue.push(entry);
    this.#publish();
    if (this.#lanes < LANES) {
      this.#lanes += 1;
      void this.#work().finally(() => {
        this.#lanes -= 1;
      });
    }
  }

  /** A lane ends when nothing waits, and by nothing else. */
  async #work(): Promise<void> {
    for (let entry = this.#queue.shift(); entry; entry = this.#queue.shift()) {
      const mine = entry;
      try {
        await this.#takeIn(mine);
      } catch (thrown) {
        const error = mine.stop.signal.aborted
          ? new CompressionError('cancelled')
          : readingError(thrown, mine.chosen.name);
        await this.#refuse(mine, error.toRecord());
      }
    }
  }

  async #takeIn(entry: Entry): Promise<void> {
    const { id, chosen, stop } = entry;
    this.#move(entry, 'reading');
    const file = await opened(chosen);
    checkFileSize(file.size);
    const done = await this.#memory.enter(file.size);
    try {
      await this.#bringIn(entry, file);
    } finally {
      done();
    }
    if (stop.signal.aborted) {
      await this.#options.vault.purge({ id: vaultId(id, 'source') }, this.#entries.has(id) ? 'cancelled' : 'on-demand');
      // Dropped while it was read.
      if (!this.#entries.has(id)) await this.#options.dismiss(id);
      throw new CompressionError('cancelled');
    }
    this.#entries.delete(id);
    this.#publish();
  }

  async #bringIn(entry: Entry, file: Blob): Promise<void> {
    const { id, stop } = entry;
    const place = await this.#options.space.take(file.size, () => this.#move(entry, 'no-room'), stop.signal);
    try {
      this.#move(entry, 'reading');
      const bytes = bytesOf(file);
      // It is looked at below.
      bytes.catch(() => undefined);
      // The record first: should this view go now, its row says so. What is read beside it is put with the others of its message.
      await this.#start(entry, null);
      stop.signal.throwIfAborted();
      await this.#put(id, await bytes);
    } finally {
      place.release();
    }
  }

  async #put(id: JobId, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const request = { id: vaultId(id, 'source'), jobId: id, part: 'source', why: 'working' } as const;
    await this.#options.vault.put({ ...request, format: sniff(bytes) }, bytes);
  }

  /** Waits until the list has room for it. */
  async #start(entry: Entry, error: ErrorRecord | null): Promise<void> {
    const { chosen, id, createdAt, stop } = entry;
    const { name, folder, from } = chosen;
    const request: StartRequest = {
      id,
      origin: kept(from === 'file' ? { kind: 'file', name, folder } : { kind: 'clipboard', name }),
      name: kept({ kind: 'clipboard', name }).name,
      recipe: this.#options.recipe(),
      delivery: 'hold',
      createdAt,
      view: await this.#options.view,
      error,
    };
    while (this.#entries.has(id) && (await this.#options.start(request)).length > 0) {
      this.#move(entry, 'list-full');
      await new Promise((later) => setTimeout(later, LIST_FULL_PAUSE));
      if (error === null) stop.signal.throwIfAborted();
    }
    if (error === null) this.#move(entry, 'reading');
    // Dropped while the background was told.
    if (!this.#entries.has(id)) await this.#options.dismiss(id);
  }

  /** What it is refused for becomes its row. */
  async #refuse(entry: Entry, error: ErrorRecord): Promise<void> {
    if (!this.#entries.has(entry.id)) return;
    // Where nobody can be told, a later view counts it by the note.
    await this.#start(entry, error).catch(() => undefined);
    this.#entries.delete(entry.id);
    this.#publish();
  }

  #move(entry: Entry, state: Pending['state']): void {
    if (entry.state === state) return;
    entry.state = state;
    this.#publish();
  }

  /** A folder brings hundreds at once: the list is made anew a few times a second. */
  #publish(): void {
    if (this.#toPublish) return;
    this.#toPublish = true;
    setTimeout(
      () => {
        this.#toPublish = false;
        this.#options.changed?.([...this.#entries.keys()]);
        this.#pending = [...this.#entries.values()].map(({ id, chosen, createdAt, state }) => ({
          id,
          name: chosen.name,
          createdAt,
          state,
        }));
      },
      this.#pending.length === 0 ? 0 : 60,
    );
  }
}

/** @throws CompressionError `file-gone` */
async function opened(chosen: Chosen): Promise<Blob> {
  try {
    return await chosen.open();
  } catch (thrown) {
    throw readingError(thrown, chosen.name);
  }
}
