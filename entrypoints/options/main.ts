import { mount } from 'svelte';
import { browser } from 'wxt/browser';
import '../../components/tokens.css';
import { Live } from '../../components/live.svelte.ts';
import { deadlinesOf, keptGroups } from '../../components/options/kept.ts';
import { untilNextText } from '../../components/remaining.ts';
import OptionsPage from '../../components/options/OptionsPage.svelte';
import { assignedShortcuts } from '../../lib/platform/assigned-shortcuts.ts';
import { readEverything, watchEverything } from '../../lib/storage/everything.ts';
import { openStores } from '../../lib/storage/stores.ts';
import { texts, translate } from '../../lib/platform/translate.ts';
import { optionsActions } from '../compose/options-actions.ts';
import { setPageLanguage } from '../compose/page-language.ts';

const stores = openStores();
const viewTexts = { t: translate, texts };
const live = new Live({
  read: () => readEverything(stores),
  watch: (changed) => watchEverything(stores, changed),
  clock: stores.retentionClock.clock,
  untilChange: (kept, now) => untilNextText(deadlinesOf(keptGroups(kept, viewTexts)), now),
});

setPageLanguage('options.title');
mount(OptionsPage, {
  target: document.querySelector('#options') ?? document.body,
  props: {
    viewTexts,
    live,
    privateWindow: stores.privateWindow,
    actions: optionsActions(stores),
    shortcuts: await assignedShortcuts(browser.commands, translate),
    fragment: location.hash,
  },
});
