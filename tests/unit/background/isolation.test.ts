import { afterEach, expect, it, vi } from 'vitest';
import { isolatePage } from '../../../lib/background/isolation.ts';

const PAGE = '/threads.html';
const ORIGIN = 'chrome-extension://abc';

class InstallEvent extends Event {
  readonly routes: unknown[] = [];
  addRoutes(routes: unknown[]): Promise<void> {
    this.routes.push(...routes);
    return Promise.resolve();
  }
  waitUntil(): void {
    // Nothing waits here.
  }
}

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
  const target = Object.assign(new EventTarget(), { InstallEvent });
  isolatePage(target, PAGE, () => isPrivate);
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

it('has no other page wait for the service worker', () => {
  const target = scope();
  const event = new InstallEvent('install');
  target.dispatchEvent(event);
  expect(event.routes).toEqual([
    { condition: { urlPattern: { pathname: PAGE } }, source: 'fetch-event' },
    { condition: { urlPattern: { pathname: '/*' } }, source: 'network' },
  ]);
});

it('listens to nothing in a browser without routes, where all pages would wait', () => {
  class Old extends Event {}
  const listen = vi.fn();
  isolatePage({ InstallEvent: Old, addEventListener: listen }, PAGE, () => false);
  isolatePage({ addEventListener: listen }, PAGE, () => false);
  expect(listen).not.toHaveBeenCalled();
});
