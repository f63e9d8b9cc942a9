/** The language of a page of the extension: that of the texts, since the browser's own may be one that there are no texts in. */
import { translate } from '../../lib/platform/translate.ts';

/** @param title key of the document's title */
export function setPageLanguage(title: string): void {
  document.documentElement.lang = translate('language_tag');
  document.documentElement.dir = translate('text_direction');
  document.title = translate(title);
}
