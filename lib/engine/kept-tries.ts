/**
 * What the tries of compare views leave for the next one: the Source, its pixels before the encoder, and the last results.
 * It is in the memory of the engine's page, since a worker is ended with each try that is overtaken, and a busy one would
 * not hear of a purge. All of it is gone with the view, with the Source's purge, and when another Source takes its place.
 */
import type { Inspection } from '../core/image/inspection.ts';
import { vaultId, type JobId, type ViewId } from '../core/model/job.ts';
import type { Recipe } from '../core/model/recipe.ts';
import { canonicalRecipe } from '../core/model/same-recipe.ts';
import type { KeptPixels } from '../core/pipeline/kept-pixels.ts';
import type { Compressed } from '../core/pipeline/run.ts';
import type { Vault } from '../storage/vault/vault.ts';

export interface KeptTriesOptions {
  readonly vault: Pick<Vault, 'onChange'>;
  /** Resolves when nobody holds the lock of this name. A view holds that of its id as long as it lives. */
  readonly lockFree: (name: string, signal: AbortSignal) => Promise<unknown>;
  /** What was kept for the view is gone, and what runs for it is to end: by its Source's purge, or with the view. */
  readonly onGone: (view: ViewId) => void;
  /** Bytes that all views together may keep. */
  readonly mostBytes?: number;
}

export interface KeptTries {
  /** A view's, begun with its first try; of another job it is another. */
  of(view: ViewId, job: JobId): ViewTries;
  /** Views for which something is kept. */
  readonly views: number;
}

/** What is put in after its end is not kept. */
export interface ViewTries {
  readonly source: OpenedSource | null;
  readonly pixels: KeptPixels | null;
  /** Whether so many bytes may be kept at all. */
  fits(bytes: number): boolean;
  /** The result of this very recipe; null for none that is still kept. */
  result(recipe: Recipe): Compressed | null;
  keepSource(source: OpenedSource): void;
  keepPixels(pixels: KeptPixels): void;
  keepResult(recipe: Recipe, result: Compressed): void;
}

export interface OpenedSource {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly inspection: Inspection;
}

/** Results of a view: a person goes back a step or two, and to what was there before. */
const MOST_RESULTS = 5;
/** 256 MB: 64 megapixels. Of a larger picture nothing is kept. */
const MOST_BYTES = 256e6;

interface Entry {
  readonly job: JobId;
  source: OpenedSource | null;
  pixels: KeptPixels | null;
  /** By canonical recipe, oldest first. */
  readonly results: Map<string, Compressed>;
  readonly over: AbortController;
}

export function createKeptTries({ vault, lockFree, onGone, mostBytes = MOST_BYTES }: KeptTriesOptions): KeptTries {
  /** Least recently used first. */
  const entries = new Map<ViewId, Entry>();

  vault.onChange(({ what, ids }) => {
    if (what !== 'purged' && what !== 'held') return;
    for (const [view, { job }] of entries) {
      // The whole store was thrown away, where no ids are named.
      if (ids.includes(vaultId(job, 'source')) || (what === 'purged' && ids.length === 0)) end(view);
    }
  });

  function begin(view: ViewId, job: JobId): Entry {
    const entry: Entry = { job, source: null, pixels: null, results: new Map(), over: new AbortController() };
    entries.set(view, entry);
    const { signal } = entry.over;
    void lockFree(view, signal).then(
      () => entries.get(view) === entry && end(view),
      () => undefined,
    );
    return entry;
  }

  function end(view: ViewId): void {
    const entry = entries.get(view);
    if (!entry) return;
    entries.delete(view);
    entry.over.abort();
    clear(entry);
    onGone(view);
  }

  /** What is used goes to the end of the row; where there is no room, the other views' goes first, then the picture, then results. */
  function settle(view: ViewId, entry: Entry): void {
    entries.delete(view);
    entries.set(view, entry);
    const isOver = (): boolean => bytesOf(entries.values()) > mostBytes;
    for (const other of entries.values()) if (other !== entry && isOver()) clear(other);
    if (isOver()) entry.source = entry.pixels = null;
    while (entry.results.size > MOST_RESULTS || (entry.results.size > 0 && isOver())) dropOldest(entry);
  }

  return {
    of(view, job) {
      const known = entries.get(view);
      if (known && known.job !== job) end(view);
      const entry = entries.get(view) ?? begin(view, job);
      const keep = (change: () => void): void => {
        if (entries.get(view) !== entry) return;
        change();
        settle(view, entry);
      };
      return {
        get source() {
          return entry.source;
        },
        get pixels() {
          return entry.pixels;
        },
        fits: (bytes) => bytes <= mostBytes,
        result(recipe) {
          const key = canonicalRecipe(recipe);
          const found = entry.results.get(key);
          if (!found) return null;
          entry.results.delete(key);
          entry.results.set(key, found);
          return found;
        },
        keepSource: (source) => keep(() => void (entry.source = source)),
        keepPixels: (pixels) => keep(() => void (entry.pixels = pixels)),
        keepResult: (recipe, result) =>
          keep(() => {
            const key = canonicalRecipe(recipe);
            entry.results.delete(key);
            entry.results.set(key, result);
          }),
      };
    },
    get views() {
      return [...entries.values()].filter((entry) => bytesOf([entry]) > 0).length;
    },
  };
}

function dropOldest({ results }: Entry): void {
  const [oldest] = results.keys();
  if (oldest !== undefined) results.delete(oldest);
}

function clear(entry: Entry): void {
  entry.source = null;
  entry.pixels = null;
  entry.results.clear();
}

function bytesOf(entries: Iterable<Entry>): number {
  let sum = 0;
  for (const { source, pixels, results } of entries) {
    sum += source?.bytes.length ?? 0;
    sum += (pixels?.prepared.pixels.data.length ?? 0) + (pixels?.source.bytes?.length ?? 0);
    for (const { bytes } of results.values()) sum += bytes.length;
  }
  return sum;
}
