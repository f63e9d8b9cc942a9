/** Texts from the extension's locale files, for the extension's own contexts. */
import { createI18n } from '@wxt-dev/i18n';
import { textsWith, type Texts } from '../core/texts/texts.ts';
import type { Translate } from '../core/texts/translate.ts';

const i18n = createI18n();

/** Texts without anything to fill in: the browser is asked once for each, since a list shows the same ones a thousand times. */
const plain = new Map<string, string>();

/** By key, untyped on purpose: keys are made from codes, and a unit test holds that each has its text. */
export const translate: Translate = (key, substitutions = [], count) => {
  if (count !== undefined) return i18n.t(key, count, [...substitutions]);
  if (substitutions.length > 0) return i18n.t(key, [...substitutions]);
  const text = plain.get(key) ?? i18n.t(key);
  plain.set(key, text);
  return text;
};

export const texts: Texts = textsWith(translate);
