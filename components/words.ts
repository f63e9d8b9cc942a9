/** The words that components speak, given once at the root, so that no component asks the browser for a text. */
import { createContext } from 'svelte';
import type { Texts, Translate } from '../lib/core/texts/texts.ts';

export interface Words {
  readonly t: Translate;
  readonly texts: Texts;
}

export const [getWords, setWords] = createContext<Words>();
