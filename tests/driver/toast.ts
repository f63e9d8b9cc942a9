/** The toasts that the extension shows in a page, in a shadow root that no script of the page can read. */
import type { CDPSession, Page } from 'playwright-core';
import type { Tone } from '../../lib/core/protocol/toast.ts';
import type { Browser } from './browser.ts';
import { clickAt } from './pointer.ts';
import { until, type WaitOptions } from './waiting.ts';

export interface Toast {
  /** Of the job that it tells of; any other when it tells of none. */
  readonly id: string;
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string;
  /** What is being done, beside the bar; '' for none. */
  readonly step: string;
  /** The label of its button, or null; of the one beside it. */
  readonly action: string | null;
  readonly otherAction: string | null;
}

/** The toasts that are shown in a page now, oldest first. */
export function readToasts(page: Page): Promise<Toast[]> {
  return inShadows(page, async (roots) => roots.flatMap(cardsIn).map(toastOf));
}

/**
 * Whose toast is meant. One that is drawn in a page that is left before it has told that the toast stays there comes again in the next
 * page, before what is told of a later job: of two jobs in a tab, only the job tells them apart.
 */
export interface ToastOf {
  /** A job, or another toast. */
  readonly of?: { readonly id: string };
}

/** Waits for a toast whose title and detail, with a space between, match (default: any but `busy`). */
export function waitForToast(
  page: Page,
  matches: RegExp | null = null,
  { of, ...options }: WaitOptions & ToastOf = {},
): Promise<Toast> {
  return until(
    matches ? `a toast like ${matches}` : 'a toast with an outcome',
    async () =>
      (await readToasts(page)).findLast(
        (toast) =>
          (of === undefined || toast.id === of.id) &&
          (matches ? matches.test(`${toast.title} ${toast.detail}`) : toast.tone !== 'busy'),
      ),
    { timeout: 60_000, ...options },
  );
}

/** What a screen reader was told last: the texts of the live regions. */
export function readAnnouncements(page: Page): Promise<string[]> {
  return inShadows(page, async (roots) =>
    roots
      .flatMap((root) => all(root, (node) => ['status', 'alert'].includes(attribute(node, 'role') ?? '')))
      .flatMap((region) => (region.children ?? []).map(textOf))
      .filter(Boolean),
  );
}

/** Clicks the button of the newest toast that has one of this label, with the real mouse, once it stands still and has its frame. */
export async function clickToastAction(
  browser: Browser,
  page: Page,
  label: string,
  { of }: ToastOf = {},
): Promise<void> {
  let former = '';
  const middle = await until(`a toast with the button "${label}" that stands still`, () =>
    inShadows(page, async (roots, session) => {
      const button = roots
        .flatMap(cardsIn)
        .filter((card) => of === undefined || attribute(card, 'data-id') === of.id)
        .flatMap(coveredActionsOf)
        .findLast((one) => textOf(one) === label);
      if (!button) return null;
      const { quads } = await session.send('DOM.getContentQuads', { backendNodeId: button.backendNodeId });
      if (!quads[0]) return null;
      const [left = 0, top = 0, , , right = 0, bottom = 0] = quads[0];
      const now = { x: (left + right) / 2, y: (top + bottom) / 2 };
      // A card that comes or goes moves the others.
      const stands = former === JSON.stringify(now);
      former = JSON.stringify(now);
      return stands && now;
    }),
  );
  await clickAt(browser, page, middle);
}

/** The part of the protocol's DOM.Node that is read here. */
interface DomNode {
  readonly nodeName: string;
  readonly nodeValue: string;
  readonly backendNodeId: number;
  readonly attributes?: string[];
  readonly children?: DomNode[];
  readonly shadowRoots?: DomNode[];
  readonly shadowRootType?: string;
}

async function inShadows<T>(page: Page, work: (roots: DomNode[], session: CDPSession) => Promise<T>): Promise<T> {
  const session = await page.context().newCDPSession(page);
  try {
    const { root } = await session.send('DOM.getDocument', { depth: -1, pierce: true });
    return await work(closedShadowRoots(root), session);
  } finally {
    await session.detach().catch(() => undefined);
  }
}

function closedShadowRoots(node: DomNode): DomNode[] {
  const own = (node.shadowRoots ?? []).filter((root) => root.shadowRootType === 'closed');
  return [...own, ...(node.children ?? []).flatMap(closedShadowRoots)];
}

function cardsIn(root: DomNode): DomNode[] {
  return all(root, (node) => attribute(node, 'role') === 'group');
}

function toastOf(card: DomNode): Toast {
  const part = (name: string): string =>
    all(card, (node) => attribute(node, 'class') === name)
      .map(textOf)
      .join(' ');
  const [action = null, other = null] = actionsOf(card);
  return {
    id: attribute(card, 'data-id') ?? '',
    tone: attribute(card, 'data-tone') as Tone,
    title: part('title'),
    detail: part('detail'),
    step: part('step'),
    action: action && textOf(action),
    otherAction: other && textOf(other),
  };
}

function actionsOf(card: DomNode): DomNode[] {
  return all(card, (node) => attribute(node, 'class') === 'action');
}

/** Those with the frame over them that takes presses which a page would stop. */
function coveredActionsOf(card: DomNode): DomNode[] {
  return all(card, (node) => attribute(node, 'class')?.startsWith('press') === true)
    .filter(({ children = [] }) => children.some(({ nodeName }) => nodeName === 'IFRAME'))
    .flatMap(actionsOf);
}

function all(node: DomNode, matches: (node: DomNode) => boolean): DomNode[] {
  return [...(matches(node) ? [node] : []), ...(node.children ?? []).flatMap((child) => all(child, matches))];
}

function attribute(node: DomNode, name: string): string | undefined {
  const at = (node.attributes ?? []).findIndex((value, index) => index % 2 === 0 && value === name);
  return at < 0 ? undefined : node.attributes?.[at + 1];
}

function textOf(node: DomNode): string {
  const texts = node.nodeName === '#text' ? [node.nodeValue] : (node.children ?? []).map(textOf);
  return texts
    .map((text) => text.trim())
    .filter(Boolean)
    .join(' ')
    .replace(/\s+/g, ' ');
}
