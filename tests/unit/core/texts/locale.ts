/** The locale file as the browser would serve it: the same parser and the same substitution rules. */
import { generateChromeMessages, parseMessagesText } from '@wxt-dev/i18n/build';
import yml from '../../../../locales/en.yml?raw';
import type { Translate } from '../../../../lib/core/texts/translate.ts';

export const messages: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(generateChromeMessages(parseMessagesText(yml, 'YAML'))).map(([key, { message }]) => [key, message]),
);

/** Throws for a key that has no text, and for a substitution that is missing or not used. */
export const english: Translate = (key, substitutions = [], count) => {
  const message = messages[key.replaceAll('.', '_')];
  if (message === undefined) throw new Error(`no text for ${key}`);
  const wanted = Math.max(0, ...[...message.matchAll(/\$(\d)/g)].map(([, digit]) => Number(digit)));
  if (wanted > substitutions.length || (count === undefined && wanted < substitutions.length)) {
    throw new Error(`${key} wants ${wanted} substitutions and got ${substitutions.length}`);
  }
  const [one = '', other = one] = message.split(' | ');
  return (count === 1 ? one : other).replace(/\$(\d)/g, (_, digit: string) => substitutions[Number(digit) - 1] ?? '');
};
