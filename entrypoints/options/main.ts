import { mount } from 'svelte';
import { browser } from 'wxt/browser';
import '../../components/tokens.css';
import { Live } from '../../components/live.svelte.ts';
import OptionsPage from '../../components/options/OptionsPage.svelte';
import { assignedShortcuts } from '../../lib/platform/assigned-shortcuts.ts';
import { readEverything, watchEverything } from '../../lib/storage/everything.ts';
import { openStores } from '../../lib/storage/stores.ts';
import { texts, translate } from '../../lib/platform/translate.ts';
import { optionsActions } from '../compose/options-actions.ts';

const stores = openStores();
const live = new Live({
  read: () => readEverything(stores),
  watch: (changed) => watchEverything(stores, changed),
  clock: stores.retentionClock.clock,
});

document.documentElement.lang = translate('language_tag');
// Of the texts, not of the browser: its language may be one that there are no texts in.
document.documentElement.dir = translate('text_direction');
document.title = translate('options.title');
mount(OptionsPage, {
  target: document.querySelector('#options') ?? document.body,
  props: {
    viewTexts: { t: translate, texts },
    live,
    privateWindow: stores.privateWindow,
    actions: optionsActions(stores),
    shortcuts: await assignedShortcuts(browser.commands, translate),
    fragment: location.hash,
  },
});
