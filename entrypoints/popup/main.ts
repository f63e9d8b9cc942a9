import { mount } from 'svelte';
import { browser } from 'wxt/browser';
import '../../components/tokens.css';
import type { JobAction } from '../../components/job-row.ts';
import type { JobSource } from '../../components/live-jobs.svelte.ts';
import { Live } from '../../components/live.svelte.ts';
import { assignedShortcuts } from '../../lib/assigned-shortcuts.ts';
import type { Job } from '../../lib/jobs/job.ts';
import { sendMessage } from '../../lib/messages.ts';
import { openStores } from '../../lib/privacy/stores.ts';
import type { SessionChanges } from '../../lib/privacy/session-area.ts';
import { texts, translate } from '../../lib/translate.ts';
import Popup from './Popup.svelte';

const { session, vault, terms } = openStores();
const source: JobSource = {
  read: () => session.get(null),
  watch(changed) {
    const listener = (changes: SessionChanges): void => {
      changed(Object.fromEntries(Object.entries(changes).map(([key, { newValue }]) => [key, newValue])));
    };
    session.onChanged.addListener(listener);
    return () => session.onChanged.removeListener(listener);
  },
};

function act(action: JobAction, job: Job): void {
  const { id } = job;
  switch (action) {
    case 'save': return void sendMessage('saveJob', { id });
    case 'retry': return void sendMessage('retryJob', { id });
    case 'cancel': return void sendMessage('cancelJob', { id });
    case 'dismiss': return void sendMessage('dismissJob', { id });
    case 'allow': return void (job.origin.kind === 'page' && sendMessage('allowAndRetry', { id, url: job.origin.url }));
  }
}

document.documentElement.lang = translate('language_tag');
// Of the texts, not of the browser: its language may be one that there are no texts in.
document.documentElement.dir = translate('text_direction');
document.title = translate('extension_name');

mount(Popup, {
  target: document.querySelector('#popup') ?? document.body,
  props: {
    words: { t: translate, texts },
    source,
    holdings: new Live({ read: vault.held, watch: vault.onChange, clock: terms.clock }),
    shortcuts: assignedShortcuts(browser.commands, translate),
    onpurge: () => void sendMessage('purgeAll', undefined),
    onaction: act,
    onsetkeys: () => void browser.tabs.create({ url: 'chrome://extensions/shortcuts' }),
  },
});
