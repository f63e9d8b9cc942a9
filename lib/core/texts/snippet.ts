/** A result as text: for a style sheet, a README, a page. Only for small ones, since it goes into the clipboard whole. */
import { toBase64 } from '../bytes/base64.ts';
import { mediaTypeOf } from '../image/format-facts.ts';
import type { InputFormat } from '../image/inspection.ts';

/** 100 kB: as base64 a third more, and still a paste that an editor bears. */
export const MAX_SNIPPET_BYTES = 100_000;

export const SNIPPETS = ['data-uri', 'markdown', 'html'] as const;
export type Snippet = (typeof SNIPPETS)[number];

export interface SnippetImage {
  readonly format: InputFormat;
  readonly width: number;
  readonly height: number;
  /** The text that stands for the image. */
  readonly name: string;
}

export function snippetOf(kind: Snippet, bytes: Uint8Array, image: SnippetImage): string {
  const uri = `data:${mediaTypeOf(image.format)};base64,${toBase64(bytes)}`;
  switch (kind) {
    case 'data-uri':
      return uri;
    case 'markdown':
      return `![${image.name.replace(/[[\]\\]/g, '\\$&')}](${uri})`;
    case 'html':
      return `<img src="${uri}" width="${image.width}" height="${image.height}" alt="${escapeHtml(image.name)}">`;
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
