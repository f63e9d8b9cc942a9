/** Lists of candidates for one image: `srcset` (HTML, 4.8.4.3.5) and CSS `image-set()` (CSS Images 4, 2.4). */

export interface Candidate {
  readonly url: string;
  /** Width in px or density: comparable within a list alone. */
  readonly size: number;
}

/** In the order of the list. A URL may have commas in it: it ends at a blank, or at a comma before one. */
export function parseSrcset(text: string): Candidate[] {
  const candidates: Candidate[] = [];
  for (let at = 0; ;) {
    while (/[\s,]/.test(text.charAt(at))) at++;
    if (at >= text.length) return candidates;
    const start = at;
    while (at < text.length && !/\s/.test(text.charAt(at))) at++;
    const url = text.slice(start, at);
    const descriptors = at;
    if (!url.endsWith(',')) {
      for (let depth = 0; at < text.length && (depth > 0 || text.charAt(at) !== ','); at++)
        depth += text.charAt(at) === '(' ? 1 : text.charAt(at) === ')' ? -1 : 0;
    }
    const [, size = '1'] = /\s([\d.]+)[wx](?:\s|$)/.exec(text.slice(descriptors, at)) ?? [];
    candidates.push({ url: url.replace(/,+$/, ''), size: Number(size) });
  }
}

/** The largest one's URL, or '' for an empty list. */
export function largestOf(candidates: readonly Candidate[]): string {
  return [...candidates].sort((a, b) => b.size - a.size)[0]?.url ?? '';
}

/** Images in a computed CSS value, each with its candidates; `url(#mask)` is none. Computed URLs are absolute and quoted. */
export function cssImages(value: string): Candidate[][] {
  const images: Candidate[][] = [];
  const token =
    /image-set\(((?:[^()"]|"(?:\\.|[^"\\])*"|\([^()]*\))*)\)|(url\(\s*(?:"(?:\\.|[^"\\])*"|[^"()\s]*)\s*\))/gs;
  for (const [, set, single = ''] of value.matchAll(token)) {
    const candidates = (
      set === undefined ? [single] : (set.match(/(?:url\(\s*"(?:\\.|[^"\\])*"\s*\)|"(?:\\.|[^"\\])*")[^,]*/gs) ?? [])
    ).map(candidateOf);
    const usable = candidates.filter(({ url }) => url !== '' && !url.startsWith('#'));
    if (usable.length > 0) images.push(usable);
  }
  return images;
}

function candidateOf(text: string): Candidate {
  const [, quoted, bare = ''] = /^(?:url\(\s*)?"((?:\\.|[^"\\])*)"|^url\(\s*([^"()\s]+)/s.exec(text) ?? [];
  const [, amount = '1', unit = 'dppx'] = /\s([\d.]+)(x|dppx|dpi|dpcm)\b/.exec(text) ?? [];
  const perPixel = unit === 'dpi' ? 96 : unit === 'dpcm' ? 96 / 2.54 : 1;
  return { url: quoted?.replace(/\\(.)/gs, '$1') ?? bare, size: Number(amount) / perPixel };
}

/** The one that a screen of this density shows: the smallest that is enough, or the largest. */
export function shownOf(candidates: readonly Candidate[], density: number): string {
  const ascending = [...candidates].sort((a, b) => a.size - b.size);
  return (ascending.find(({ size }) => size >= density) ?? ascending.at(-1))?.url ?? '';
}
