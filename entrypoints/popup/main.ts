import { mount } from 'svelte';
import { browser } from 'wxt/browser';
import '../../components/tokens.css';
import type { JobAction } from '../../components/job-row.ts';
import type { JobSource } from '../../components/live-jobs.svelte.ts';
import type { Shortcut } from '../../components/shortcuts.ts';
import type { Job } from '../../lib/jobs/job.ts';
import { sendMessage } from '../../lib/messages.ts';
import { texts, translate } from '../../lib/translate.ts';
import Popup from './Popup.svelte';

const source: JobSource = {
  read: () => browser.storage.session.get(null),
  watch(changed) {
    const listener = (changes: Record<string, { newValue?: unknown }>): void => {
      changed(Object.fromEntries(Object.entries(changes).map(([key, { newValue }]) => [key, newValue])));
    };
    browser.storage.session.onChanged.addListener(listener);
    return () => browser.storage.session.onChanged.removeListener(listener);
  },
};

async function shortcuts(): Promise<Shortcut[]> {
  const commands = await browser.commands.getAll();
  const keysOf = (name: string): string => commands.find((command) => command.name === name)?.shortcut ?? '';
  return [
    { label: translate('popup.shortcut_view'), keys: keysOf('compress-image-in-view') },
    { label: translate('popup.shortcut_popup'), keys: keysOf('_execute_action') },
  ];
}

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
    shortcuts: shortcuts(),
    onaction: act,
    onsetkeys: () => void browser.tabs.create({ url: 'chrome://extensions/shortcuts' }),
  },
});
