/**
 * A request as the page would make it: for one address, for as long as one request takes, the browser puts the page's
 * Referer and the headers of an image request on what the extension fetches. It does so only for hosts that the person
 * has allowed (`declarativeNetRequestWithHostAccess`; activeTab is not enough, measured in Chromium 156).
 */
import { browser, type Browser } from 'wxt/browser';
import { refererFor, sameOrigin } from '../core/model/host.ts';

type Rule = Browser.declarativeNetRequest.Rule;
type HeaderInfo = Browser.declarativeNetRequest.ModifyHeaderInfo;

/** The rule for an image at `url` that the document at `frameUrl` shows. */
export function ruleFor(id: number, url: string, frameUrl: string, extensionId: string): Rule {
  const referer = refererFor(url, frameUrl);
  const set = (header: string, value: string): HeaderInfo => ({ header, operation: 'set', value });
  // The browser sends these to trustworthy origins alone (Fetch Metadata, 2).
  const trustworthy = /^https:|^http:\/\/(localhost|127\.[\d.]+|\[::1\])[:/]/i.test(url);
  const requestHeaders = [
    ...(referer === null ? [] : [set('referer', referer)]),
    ...(trustworthy
      ? [
          set('sec-fetch-dest', 'image'),
          set('sec-fetch-mode', 'no-cors'),
          set('sec-fetch-site', sameOrigin(url, frameUrl) ? 'same-origin' : 'cross-site'),
        ]
      : []),
  ];
  return {
    id,
    condition: {
      // `*`, `^` and `|` in an address match more than themselves: no harm, as the extension's own requests alone are meant.
      urlFilter: `|${url.replace(/#.*$/s, '')}|`,
      initiatorDomains: [extensionId],
      resourceTypes: ['xmlhttprequest'],
    },
    action: { type: 'modifyHeaders', requestHeaders },
  };
}

/** @returns the id to remove it by */
export async function addRequestRule(url: string, frameUrl: string): Promise<number> {
  const id = 1 + (crypto.getRandomValues(new Uint32Array(1))[0]! & 0x3fffffff);
  await browser.declarativeNetRequest.updateSessionRules({
    addRules: [ruleFor(id, url, frameUrl, browser.runtime.id)],
  });
  return id;
}

export async function removeRequestRule(id: number): Promise<void> {
  await browser.declarativeNetRequest.updateSessionRules({ removeRuleIds: [id] });
}

/** Those whose engine or background died before they were removed. */
export async function removeStaleRules(): Promise<void> {
  const rules = await browser.declarativeNetRequest.getSessionRules();
  if (rules.length > 0)
    await browser.declarativeNetRequest.updateSessionRules({ removeRuleIds: rules.map(({ id }) => id) });
}
