/** Texts from the extension's locale files, for the extension's own contexts. */
import { createI18n } from '@wxt-dev/i18n';
import { textsWith, type Texts, type Translate } from '../core/texts/texts.ts';

const i18n = createI18n();

/** By key, untyped on purpose: keys are made from codes, and a unit test holds that each has its text. */
export const translate: Translate = (key, substitutions = [], count) => {
  if (count !== undefined) return i18n.t(key, count, [...substitutions]);
  return substitutions.length > 0 ? i18n.t(key, [...substitutions]) : i18n.t(key);
};

export const texts: Texts = textsWith(translate);
