/** The built extension's own words, from its locale file: menu titles as the browser shows them, sentences of errors and notes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageMenu as entriesOnImages } from '../../lib/background/image-menu.ts';
import { textsWith, type Texts } from '../../lib/core/texts/texts.ts';
import type { Translate } from '../../lib/core/texts/translate.ts';

/** Looks texts up in the build as the browser does (`chrome.i18n`): `$1` to `$9` are filled in, ` | ` parts singular and plural. */
export function translateAsBuilt(extension: string, language = 'en'): Translate {
  const messages = JSON.parse(readFileSync(join(extension, '_locales', language, 'messages.json'), 'utf8')) as Record<
    string,
    { message: string }
  >;
  return (key, substitutions = [], count) => {
    const forms = (messages[key.replaceAll('.', '_')]?.message ?? '').split(' | ');
    const text = (count === undefined || count === 1 ? forms[0] : forms.at(-1)) ?? '';
    return text.replace(/\$([1-9])/g, (_, number: string) => substitutions[Number(number) - 1] ?? '');
  };
}

export function textsAsBuilt(extension: string, language = 'en'): Texts {
  return textsWith(translateAsBuilt(extension, language));
}

/** Titles of the extension's menu items on an image, in their order; of those under one of them by its title. */
export function imageMenu(extension: string, language = 'en', under?: string): string[] {
  const translate = translateAsBuilt(extension, language);
  const entries = entriesOnImages(translate, textsWith(translate));
  const parent = under === undefined ? undefined : entries.find(({ title }) => title === under)?.id;
  return entries.filter(({ parentId }) => parentId === parent).map(({ title }) => title);
}
