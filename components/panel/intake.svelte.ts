/**
 * Taking images in: each is looked at, waits for room, goes into the vault, and becomes a job. A few at a time, so that
 * three hundred large photographs are never in memory together. What is not an image becomes a job that says so.
 */
import type { Recipe } from '../../lib/core/model/recipe.ts';
import { CompressionError, type ErrorRecord } from '../../lib/core/errors.ts';
import { newJobId, vaultId, type JobId, type Origin, type SourceFacts } from '../../lib/core/model/job.ts';
import type { StartRequest } from '../../lib/core/protocol/messages.ts';
import type { Vault } from '../../lib/storage/vault/vault.ts';
import type { Chosen } from './chosen.ts';
import { bytesOf, isNamedLikeImage, lookAt, readingError } from './look.ts';
import { lookedAhead } from './looked-ahead.ts';
import type { Room } from './room.ts';

/** Files that are read at once. */
const LANES = 3;
/** Files of a folder of which only the first bytes are read at once. */
const LOOKS = 24;

/** What was chosen and is not yet a job. */
export interface Pending {
  readonly id: JobId;
  readonly name: string;
  readonly createdAt: number;
  readonly state: 'waiting' | 'reading' | 'no-room';
}

export interface IntakeOptions {
  readonly vault: Pick<Vault, 'put' | 'held' | 'purge'>;
  readonly room: Room;
  readonly start: (job: StartRequest) => Promise<unknown>;
  /** Takes a job out of the list again. */
  readonly dismiss: (id: JobId) => Promise<unknown>;
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
  // Not reactive: what a view shows of them is published a few times a second.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #entries = new Map<JobId, Entry>();
  /** Handles of what was taken in here: a Source that was given up for room can be read again. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #handles = new Map<JobId, Chosen>();
  readonly #queue: Entry[] = [];
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
    void this.#end(entry, new CompressionError('cancelled').toRecord());
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
   * @throws CompressionError `item-gone` when it is not, and was not chosen in this view; `file-gone`
   */
  async bringBack(id: JobId): Promise<void> {
    if ((await this.#options.vault.held()).some((item) => item.id === vaultId(id, 'source'))) return;
    const chosen = this.#handles.get(id);
    if (!chosen) throw new CompressionError('item-gone');
    await this.#put(id, chosen, new AbortController(), () => undefined);
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

  async #work(): Promise<void> {
    for (let entry = this.#queue.shift(); entry; entry = this.#queue.shift()) {
      this.#move(entry, 'reading');
      try {
        const source = await this.#put(entry.id, entry.chosen, entry.stop, () => this.#move(entry, 'no-room'));
        if (entry.stop.signal.aborted) {
          await this.#options.vault.purge(
            { id: vaultId(entry.id, 'source') },
            this.#entries.has(entry.id) ? 'cancelled' : 'on-demand',
          );
          throw new CompressionError('cancelled');
        }
        await this.#end(entry, null, source);
      } catch (thrown) {
        const error = entry.stop.signal.aborted
          ? new CompressionError('cancelled')
          : readingError(thrown, entry.chosen.name);
        await this.#end(entry, error.toRecord());
      }
    }
  }

  async #put(id: JobId, chosen: Chosen, stop: AbortController, waits: () => void): Promise<SourceFacts | null> {
    const file = await chosen.open();
    const format = await lookAt(file);
    const place = await this.#options.room.take(file.size, waits, stop.signal);
    try {
      const [bytes, { factsAhead }] = await Promise.all([
        bytesOf(file),
        import('../../lib/core/pipeline/source-facts.ts'),
      ]);
      const source = factsAhead(bytes, this.#options.recipe());
      await this.#options.vault.put(
        { id: vaultId(id, 'source'), jobId: id, part: 'source', format, why: 'working' },
        bytes,
      );
      return source;
    } finally {
      place.release();
    }
  }

  async #end(
    { chosen, id, createdAt }: Entry,
    error: ErrorRecord | null,
    source: SourceFacts | null = null,
  ): Promise<void> {
    if (!this.#entries.has(id)) return;
    const { name, folder, from } = chosen;
    const origin: Origin = from === 'file' ? { kind: 'file', name, folder } : { kind: 'clipboard', name };
    await this.#options.start({
      id,
      origin,
      name,
      recipe: this.#options.recipe(),
      delivery: 'hold',
      createdAt,
      source,
      error,
    });
    // Dropped while the background was told.
    if (!this.#entries.delete(id)) await this.#options.dismiss(id);
    this.#publish();
  }

  #move(entry: Entry, state: Pending['state']): void {
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
