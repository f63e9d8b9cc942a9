/**
 * The protocol's view of the extension's service worker, kept open as long as the tab is there that shows it: opening one for
 * each question cost a test more than all that it asked. It only looks; what it sees stays as idle as it would be.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { Browser, browserOf, type Where } from './browser.ts';
import { until } from './waiting.ts';

/** What the protocol tells of a version of a service worker. */
interface Version {
  readonly versionId: string;
  readonly runningStatus: string;
  readonly scriptURL: string;
  readonly status: string;
  readonly targetId?: string;
}

export interface ServiceWorkerView {
  /** Of a tab, which is asked for service workers. */
  readonly session: CDPSession;
  isRunning(): boolean;
  /** The debugging target's id while it runs. */
  target(): string | null;
  /** How often it was seen to stop. */
  stops(): number;
  /** Calls back at each change. @returns ends that */
  onChange(listener: () => void): () => void;
}

const views = new WeakMap<BrowserContext, Promise<ServiceWorkerView>>();

/**
 * Of normal windows the view stays open; of private ones, whose service worker goes and comes with them, each has its own.
 */
export async function withServiceWorkerView<T>(
  where: Where,
  work: (view: ServiceWorkerView) => Promise<T>,
): Promise<T> {
  if (where instanceof Browser) return work(await keptView(where));
  const view = await open(where, () => undefined);
  try {
    return await work(view);
  } finally {
    await view.session.detach().catch(() => undefined);
  }
}

function keptView(browser: Browser): Promise<ServiceWorkerView> {
  const { context } = browser;
  const kept = views.get(context);
  if (kept) return kept;
  const view = open(browser, () => views.delete(context));
  views.set(context, view);
  view.catch(() => views.delete(context));
  return view;
}

/** The debugging target as a new view sees it: one that is kept may not have heard of an end. */
export async function runningTargetNow(where: Where): Promise<string | null> {
  const view = await open(where, () => undefined);
  try {
    return view.target();
  } finally {
    await view.session.detach().catch(() => undefined);
  }
}

/** The next question is asked through a new one: that one learns what is there without having heard of its past. */
export function forgetServiceWorkerView(where: Where): void {
  if (where instanceof Browser) views.delete(where.context);
}

async function open(where: Where, ended: () => void): Promise<ServiceWorkerView> {
  const browser = browserOf(where);
  const tab = await tabIn(where);
  const session = await browser.context.newCDPSession(tab);
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  let heard = false;
  let stops = 0;
  let current: Version | null = null;
  const over = (): void => {
    ended();
    current = null;
    changed();
  };
  session.on('close', over);
  tab.on('crash', over);
  session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    for (const version of versions) {
      if (!version.scriptURL.startsWith(`chrome-extension://${browser.extensionId}/`)) continue;
      if (version.status === 'redundant') {
        if (version.versionId === current?.versionId) current = null;
        continue;
      }
      if (version.runningStatus === 'stopped' && current?.runningStatus !== 'stopped') stops++;
      current = version;
    }
    heard = true;
    changed();
  });
  await session.send('ServiceWorker.enable');
  await until('word of the service worker', () => heard, { interval: 5, timeout: 500 }).catch(() => undefined);
  return {
    session,
    isRunning: () => current?.runningStatus === 'running' || current?.runningStatus === 'starting',
    target: () => (current?.runningStatus === 'running' ? (current.targetId ?? null) : null),
    stops: () => stops,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A tab of the right kind of window shows the service workers of that kind. */
async function tabIn(where: Where): Promise<Page> {
  if (!(where instanceof Browser)) return where;
  for (const page of where.context.pages()) {
    // Nothing answers for a tab whose process has crashed.
    const isPrivate = where.isPrivate(page).catch(() => true);
    if (!(await Promise.race([isPrivate, delay(5_000, true, { ref: false })]))) return page;
  }
  throw new Error('the browser has no tab in a normal window');
}
