/** The texts that components show, given once at the root, so that no component asks the browser for one. */
import { createContext } from 'svelte';
import type { Texts } from '../lib/core/texts/texts.ts';
import type { Translate } from '../lib/core/texts/translate.ts';

export interface ViewTexts {
  readonly t: Translate;
  readonly texts: Texts;
}

export const [getViewTexts, setViewTexts] = createContext<ViewTexts>();
