/** A language for looking at the layout: English, a third longer, as German or Finnish are (W3C, "Text size in translation"). */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- in plain JavaScript the types are in the comments */
import { readFileSync, writeFileSync } from 'node:fs';

/** Share of the letters that is added. */
const LONGER = 0.35;
const WORD = 'lörem';
/** Read by programs, or the same in each language. */
const SAME = new Set(['language_tag', 'text_direction', 'extension_name', 'sentence_separator']);
/** Chrome takes no longer ones (manifest's `name`, `description`). */
const MOST = new Map([['extension_description', 132]]);

/** Lengthens every text of a built `_locales/…/messages.json`. @param {string} file */
export function lengthenFile(file) {
  /** @type {Record<string, { message: string }>} */
  const messages = JSON.parse(readFileSync(file, 'utf8'));
  for (const [key, entry] of Object.entries(messages))
    entry.message = SAME.has(key) ? entry.message : lengthened(entry.message).slice(0, MOST.get(key));
  writeFileSync(file, JSON.stringify(messages, null, 2));
}

/**
 * A third longer, by words; each plural form by itself, and what has no letters of its own not at all.
 * @param {string} message forms are separated by ' | ', placeholders are `$1`
 */
export function lengthened(message) {
  return message
    .split(' | ')
    .map((form) => {
      const letters = form.replace(/\$\d/g, '').match(/\p{L}/gu)?.length ?? 0;
      if (letters < 2) return form;
      const more = Math.max(1, Math.ceil(letters * LONGER));
      const words = (WORD + ' ').repeat(Math.ceil(more / WORD.length)).slice(0, more + Math.floor(more / WORD.length));
      // A short word becomes a longer one: that is what breaks a button.
      return more <= WORD.length ? form + words.trim() : `${form} ${words.trim()}`;
    })
    .join(' | ');
}
