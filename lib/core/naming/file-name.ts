/**
 * The name of the file that a person gets. From the image's URL, the Content-Disposition of its
 * response, or the page's title, in this order; always with the extension of what is in the file.
 */
import type { InputFormat } from '../image/inspection.ts';
import { dispositionName } from './content-disposition.ts';
import { extensionOf, splitName, withoutTrailer, type NameParts } from './extension.ts';
import { decodePercent } from './percent.ts';
import { safeName } from './safe-name.ts';

export interface NameSources {
  /** The image's URL (http, https, data, blob, file), or a file's own name. */
  readonly url: string;
  readonly contentDisposition?: string | null | undefined;
  readonly pageTitle?: string | null | undefined;
  /** What the file holds once it is saved. */
  readonly format: InputFormat;
  /** Pixels, for an image that has nothing but its size to be told by. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** What an image is called that has no name at all. */
  readonly unnamed?: string | undefined;
}

/** Never empty, never with a folder, safe on Windows, macOS and Linux. */
export function fileNameFor(sources: NameSources): string {
  const { format } = sources;
  for (const { stem, extension } of candidates(sources)) {
    const name = safeName(stem, extensionOf(format, extension));
    if (name !== '') return name;
  }
  return safeName(sources.unnamed ?? '', extensionOf(format)) || `image.${extensionOf(format)}`;
}

/** The names an image could have, best first; some are empty or have nothing readable. */
function* candidates(sources: NameSources): Generator<Pick<NameParts, 'stem' | 'extension'>> {
  const title = { stem: sources.pageTitle ?? '', extension: '' };
  const attached = splitName(basename(dispositionName(sources.contentDisposition ?? '')));

  if (/^(?:data|blob):/i.test(sources.url)) {
    yield attached;
    yield splitName(dataUrlName(sources.url));
    const size = sizeSuffix(sources);
    if (title.stem.trim() !== '') yield { ...title, stem: title.stem + size };
    yield { stem: (sources.unnamed ?? 'image') + size, extension: '' };
    return;
  }

  const segments = pathSegments(sources.url);
  const last = splitName(segments.at(-1) ?? '');
  if (last.kind === 'image') yield last;
  // What is not named like an image (`/dl`, `/42`, `get.php`) is the server's way to the file, not its name.
  yield attached;
  yield imageSegment(segments) ?? attached;
  if (last.kind === 'none') yield last;
  yield title;
  if (last.kind === 'program') yield last;
  // A URL that ends in a slash: the folder, then the host.
  yield splitName(segments.findLast((segment) => segment !== '') ?? '');
  yield { stem: siteOf(sources.url), extension: '' };
}

/**
 * Percent-decoded parts of the path, each without folders; the last is '' after a trailing slash.
 * What is no URL is a file's own name, in which `?`, `#` and `%20` are just characters.
 */
function pathSegments(url: string): string[] {
  if (!isUrl(url)) return [basename(url)];
  return new URL(inner(url)).pathname
    .split('/')
    .slice(1)
    .map((part) => withoutTrailer(basename(decodePercent(part))));
}

/** Not by parsing alone: `a:b.png` parses too, and is a file on Linux. */
function isUrl(text: string): boolean {
  return /^(?:https?|ftp|file|filesystem|(?:chrome|moz)-extension):/i.test(text) && URL.canParse(text);
}

/**
 * Image optimisers carry the image's own URL in a parameter of theirs:
 * Next.js and Vercel `/_next/image?url=`, Astro `/_image?href=`.
 */
function inner(url: string): string {
  const outer = new URL(url);
  const carried = /\/(?:_next|_vercel)\/image\/?$/.test(outer.pathname)
    ? outer.searchParams.get('url')
    : /\/_image\/?$/.test(outer.pathname)
      ? outer.searchParams.get('href')
      : null;
  return carried !== null && URL.canParse(carried, url) ? new URL(carried, url).href : url;
}

/** `/wiki/Cat.png/revision/latest/300` is about `Cat.png`: the last part that is named like an image. */
function imageSegment(segments: readonly string[]): NameParts | undefined {
  return segments.map(splitName).findLast(({ kind, stem }) => kind === 'image' && stem !== '');
}

/** What stands after the last path separator of either kind. RFC 6266, 4.3: only that part is to be trusted. */
function basename(path: string): string {
  return path.replace(/[/\\]+$/, '').replace(/^.*[/\\]/s, '');
}

/** Some programs write `data:image/png;name=cat.png;base64,` although no registration knows it. */
function dataUrlName(url: string): string {
  const header = /^data:([^,]{0,500})/i.exec(url)?.[1] ?? '';
  return basename(decodePercent(/;\s*(?:file)?name="?([^;"]+)/i.exec(header)?.[1] ?? ''));
}

function sizeSuffix({ width, height }: NameSources): string {
  return width && height ? ` ${width}x${height}` : '';
}

function siteOf(url: string): string {
  return isUrl(url) ? new URL(url).hostname.replace(/^www\./, '') : '';
}
