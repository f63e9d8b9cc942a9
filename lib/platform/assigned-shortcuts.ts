/** The keys that the browser really gave to the extension's commands, with what they do in words. */
import type { Translate } from '../core/texts/translate.ts';

/** `browser.commands`. */
interface Commands {
  getAll(): Promise<readonly { readonly name?: string; readonly shortcut?: string }[]>;
}

export async function assignedShortcuts(commands: Commands, t: Translate): Promise<{ label: string; keys: string }[]> {
  const all = await commands.getAll();
  const keysOf = (name: string): string => all.find((command) => command.name === name)?.shortcut ?? '';
  return [
    { label: t('popup.shortcut_view'), keys: keysOf('compress-image-in-view') },
    { label: t('command_compress_page'), keys: keysOf('compress-page') },
    { label: t('command_pick_image'), keys: keysOf('pick-image') },
    { label: t('popup.shortcut_popup'), keys: keysOf('_execute_action') },
  ];
}
