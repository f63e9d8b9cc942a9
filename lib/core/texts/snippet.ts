/** A result as text: for a style sheet, a README, a page. Only for small ones, since it goes into the clipboard whole. */
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
  const uri = `data:${mediaTypeOf(image.format)};base64,${base64(bytes)}`;
  switch (kind) {
    case 'data-uri':
      return uri;
    case 'markdown':
      return `![${image.name.replace(/[[\]\\]/g, '\\$&')}](${uri})`;
    case 'html':
      return `<img src="${uri}" width="${image.width}" height="${image.height}" alt="${escapeHtml(image.name)}">`;
  }
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
