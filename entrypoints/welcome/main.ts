import { mount } from 'svelte';
import { browser } from 'wxt/browser';
import '../../components/tokens.css';
import { LiveJobs } from '../../components/live-jobs.svelte.ts';
import WelcomePage from '../../components/welcome/WelcomePage.svelte';
import { assignedShortcuts } from '../../lib/platform/assigned-shortcuts.ts';
import { texts, translate } from '../../lib/platform/translate.ts';
import { openStores } from '../../lib/storage/stores.ts';
import { jobSource } from '../compose/job-source.ts';
import { setPageLanguage } from '../compose/page-language.ts';

const { session, settings } = openStores();

setPageLanguage('welcome.title');
mount(WelcomePage, {
  target: document.querySelector('#welcome') ?? document.body,
  props: {
    viewTexts: { t: translate, texts },
    shortcuts: await assignedShortcuts(browser.commands, translate),
    idleMinutes: (await settings.load()).idleMinutes,
    jobs: new LiveJobs(jobSource(session)),
    address: location.href,
    onsetkeys: () => void browser.tabs.create({ url: 'chrome://extensions/shortcuts' }),
  },
});
