/** File name extensions: the one each format gets, the ones it may keep, and the ones that say nothing. */
import { FORMAT_FACTS } from '../image/format-facts.ts';
import type { InputFormat } from '../image/inspection.ts';

/** Extensions of images that are not read here: their names say as little as the others'. */
const OTHER_IMAGES = ['cur', 'jp2', 'j2k', 'jpx', 'psd', 'qoi', 'tga', 'raw', 'dng'];
const IMAGES: ReadonlySet<string> = new Set([
  ...Object.values(FORMAT_FACTS).flatMap(({ extensions }) => [...extensions.usual, ...extensions.rare]),
  ...OTHER_IMAGES,
]);

/** A program that serves images: its name says nothing about the image. */
const PROGRAMS: ReadonlySet<string> = new Set([
  'php',
  'php3',
  'php4',
  'php5',
  'phtml',
  'asp',
  'aspx',
  'ashx',
  'asmx',
  'axd',
  'jsp',
  'jspx',
  'jspa',
  'do',
  'action',
  'cgi',
  'fcgi',
  'pl',
  'py',
  'rb',
  'cfm',
  'dll',
  'html',
  'htm',
  'shtml',
  'xhtml',
]);

export interface NameParts {
  /** Without an extension that is an image's or a program's; any other ending belongs to the name. */
  readonly stem: string;
  /** As written, without the dot; '' when the name has none of those. */
  readonly extension: string;
  readonly kind: 'image' | 'program' | 'none';
}

/** `a.b.c.png` is `a.b.c` and `png`; `photo.v2` has no extension. */
export function splitName(name: string): NameParts {
  const [, stem = '', extension = ''] = /^(.*)\.([^.]*?)\s*$/s.exec(name) ?? [];
  const known = extension.toLowerCase();
  if (IMAGES.has(known)) return { stem, extension, kind: 'image' };
  if (PROGRAMS.has(known)) return { stem, extension, kind: 'program' };
  return { stem: name, extension: '', kind: 'none' };
}

/** The extension for `format`, without its dot: `current` when that is right as it is (`jpeg`, `JPG`). */
export function extensionOf(format: InputFormat, current = ''): string {
  const { usual } = FORMAT_FACTS[format].extensions;
  return usual.includes(current.toLowerCase()) ? current : usual[0];
}

// What services write behind a file's name: `:large`, `@750w.webp`, `!thumb`, `;jsessionid=1`, `~tplv-x.webp`, `&w=3`.
const TRAILER = new RegExp(`^(.+?\\.(?:${[...IMAGES].join('|')}))[:@!;~&].*$`, 'is');

/** The name without what a service wrote behind its extension. */
export function withoutTrailer(name: string): string {
  return TRAILER.exec(name)?.[1] ?? name;
}
