import { afterEach, expect, it, vi } from 'vitest';
import { isolatedPage } from '../../../lib/background/isolation.ts';
import { serveAddresses, type ServiceWorkerScope } from '../../../lib/background/served-addresses.ts';

const PAGE = '/threads.html';
const ORIGIN = 'chrome-extension://abc';

class FetchEvent extends Event {
  answer: Promise<Response> | null = null;
  constructor(path: string) {
    super('fetch');
    this.request = { url: ORIGIN + path };
  }
  readonly request: { readonly url: string };
  respondWith(answer: Promise<Response>): void {
    this.answer = answer;
  }
}

function scope(isPrivate = false): EventTarget {
  const target = new EventTarget();
  serveAddresses(target as unknown as ServiceWorkerScope, [isolatedPage(PAGE, isPrivate)]);
  return target;
}

afterEach(() => vi.unstubAllGlobals());

function asked(of: EventTarget, path: string): FetchEvent {
  const event = new FetchEvent(path);
  of.dispatchEvent(event);
  return event;
}

it('serves one page isolated, as it is', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('<p>', { headers: { 'Content-Type': 'text/html' } })));
  const response = await asked(scope(), PAGE).answer;
  expect(response?.headers.get('Document-Isolation-Policy')).toBe('isolate-and-require-corp');
  expect(response?.headers.get('Content-Type')).toBe('text/html');
  expect(await response?.text()).toBe('<p>');
});

it('leaves every other page, and private windows, to the browser', () => {
  expect(asked(scope(), '/popup.html').answer).toBeNull();
  expect(asked(scope(true), PAGE).answer).toBeNull();
});
