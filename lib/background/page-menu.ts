/** The context menu on links and on the rest of a page: the ways to images that the browser's menu does not see. */
import type { Translate } from '../core/texts/translate.ts';
import type { MenuEntry } from './menu.ts';

const ITEMS = [
  // A link for mail, or one that is a script, leads to no image.
  {
    id: 'linked',
    contexts: ['link'],
    targetUrlPatterns: ['http://*/*', 'https://*/*', 'file:///*', 'data:*', 'blob:*'],
  },
  { id: 'pick', contexts: ['page', 'video'] },
  { id: 'page-images', contexts: ['page', 'action'] },
  { id: 'chosen-file', contexts: ['page'] },
  { id: 'insert', contexts: ['page', 'editable'] },
  { id: 'uploads-here', contexts: ['page'] },
] as const satisfies readonly Omit<MenuEntry, 'title'>[];

export type PageItem = (typeof ITEMS)[number]['id'];

export function pageMenu(translate: Translate): MenuEntry[] {
  return ITEMS.map((item) => ({ ...item, title: translate(`menu.${item.id.replaceAll('-', '_')}`) }));
}
