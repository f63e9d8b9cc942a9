/** The list of a page's images: what is filtered, in which order, and what is chosen. */
import { SvelteSet } from 'svelte/reactivity';
import type { InputFormat } from '../../lib/core/image/inspection.ts';
import { excessOf, type PageEntry } from './page-weight.ts';

export type PageOrder = 'saving' | 'bytes' | 'pixels' | 'page';
export type Shown = 'all' | 'shown' | 'hidden' | 'oversized';
/** other: what its address says nothing of. */
export type FormatChoice = InputFormat | 'all' | 'other';

export class ImageChoice {
  readonly #entries: readonly PageEntry[];
  readonly #chosen = new SvelteSet<string>();
  /** Where a range begins. */
  #anchor: string | null = null;
  text = $state('');
  format = $state<FormatChoice>('all');
  shown = $state<Shown>('shown');
  /** Bytes. */
  leastBytes = $state(0);
  /** Of the longer side. */
  leastPixels = $state(0);
  order = $state<PageOrder>('saving');

  /** What `entries` are does not change. */
  constructor(entries: readonly PageEntry[]) {
    this.#entries = entries;
    if (!entries.some(({ shown }) => shown)) this.shown = 'all';
  }

  /** The formats that there are. */
  get formats(): FormatChoice[] {
    const all = this.#entries.map(({ format }) => format).filter((format, at, before) => before.indexOf(format) === at);
    return [
      'all',
      ...all.filter((format) => format !== null).sort(),
      ...(all.includes(null) && all.length > 1 ? (['other'] as const) : []),
    ];
  }

  readonly visible = $derived.by((): readonly PageEntry[] => {
    const wanted = this.text.trim().toLocaleLowerCase();
    const rows = this.#entries.filter(
      (entry) =>
        (this.shown === 'all' ||
          (this.shown === 'oversized' ? excessOf(entry) !== null : entry.shown === (this.shown === 'shown'))) &&
        (this.format === 'all' || (entry.format ?? 'other') === this.format) &&
        entry.bytes >= this.leastBytes &&
        longerSide(entry) >= this.leastPixels &&
        (wanted === '' || `${entry.url.slice(0, 4096)} ${entry.name}`.toLocaleLowerCase().includes(wanted)),
    );
    const by = RANK[this.order];
    return by ? rows.sort((one, other) => by(other) - by(one)) : rows;
  });

  /** Chosen ones that a filter hides are not meant. */
  readonly chosen = $derived.by((): readonly PageEntry[] => this.visible.filter(({ key }) => this.#chosen.has(key)));

  isChosen(key: string): boolean {
    return this.#chosen.has(key);
  }

  /** @param range from the last one that was chosen or let go of to this one, all as this one comes to be */
  toggle(key: string, range = false): void {
    const on = !this.#chosen.has(key);
    const keys = this.visible.map((entry) => entry.key);
    const [from, to] = [keys.indexOf(this.#anchor ?? key), keys.indexOf(key)];
    const meant = range && from >= 0 ? keys.slice(Math.min(from, to), Math.max(from, to) + 1) : [key];
    for (const each of meant) this.#set(each, on);
    this.#anchor = key;
  }

  /** All that are visible, or none of them where all were. */
  toggleAll(): void {
    const on = this.chosen.length < this.visible.length;
    for (const { key } of this.visible) this.#set(key, on);
  }

  /** These too. */
  choose(entries: readonly PageEntry[]): void {
    for (const { key } of entries) this.#set(key, true);
  }

  clear(): void {
    this.#chosen.clear();
    this.#anchor = null;
  }

  #set(key: string, on: boolean): void {
    if (on) this.#chosen.add(key);
    else this.#chosen.delete(key);
  }
}

function longerSide({ pixels, needed }: PageEntry): number {
  const size = pixels ?? needed;
  return size ? Math.max(size.width, size.height) : 0;
}

const RANK: Readonly<Record<PageOrder, ((entry: PageEntry) => number) | null>> = {
  saving: ({ saving }) => saving,
  bytes: ({ bytes }) => bytes,
  pixels: ({ pixels, needed }) => ((pixels ?? needed)?.width ?? 0) * ((pixels ?? needed)?.height ?? 0),
  page: null,
};
