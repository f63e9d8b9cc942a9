/** The toast that the extension shows in a page, in a shadow root that no script of the page can read. */
import type { Page } from 'playwright-core';
import { until, type WaitOptions } from './waiting.ts';

/** What the toast says now, or null when there is none. */
export async function readToast(page: Page): Promise<string | null> {
  const session = await page.context().newCDPSession(page);
  try {
    const { root } = await session.send('DOM.getDocument', { depth: -1, pierce: true });
    for (const shadow of closedShadowRoots(root)) {
      const status = find(shadow, (node) => ['status', 'alert'].includes(attribute(node, 'role') ?? ''));
      const text = status && textOf(status);
      if (text) return text;
    }
    return null;
  } finally {
    await session.detach().catch(() => undefined);
  }
}

/** Waits for a toast whose text `matches` (default: any), and returns its text. */
export function waitForToast(page: Page, matches: RegExp = /./, options: WaitOptions = {}): Promise<string> {
  return until(`a toast like ${matches}`, async () => {
    const text = await readToast(page);
    return text !== null && matches.test(text) ? text : null;
  }, { timeout: 60_000, ...options });
}

/** The part of the protocol's DOM.Node that is read here. */
interface DomNode {
  readonly nodeName: string;
  readonly nodeValue: string;
  readonly attributes?: string[];
  readonly children?: DomNode[];
  readonly shadowRoots?: DomNode[];
  readonly shadowRootType?: string;
}

function closedShadowRoots(node: DomNode): DomNode[] {
  const own = (node.shadowRoots ?? []).filter((root) => root.shadowRootType === 'closed');
  return [...own, ...(node.children ?? []).flatMap(closedShadowRoots)];
}

function find(node: DomNode, matches: (node: DomNode) => boolean): DomNode | null {
  if (matches(node)) return node;
  for (const child of node.children ?? []) {
    const found = find(child, matches);
    if (found) return found;
  }
  return null;
}

function attribute(node: DomNode, name: string): string | undefined {
  const at = (node.attributes ?? []).findIndex((value, index) => index % 2 === 0 && value === name);
  return at < 0 ? undefined : node.attributes?.[at + 1];
}

function textOf(node: DomNode): string {
  if (node.nodeName === 'STYLE' || node.nodeName === 'SCRIPT') return '';
  const texts = node.nodeName === '#text' ? [node.nodeValue] : (node.children ?? []).map(textOf);
  return texts.map((text) => text.trim()).filter(Boolean).join(' ').replace(/\s+/g, ' ');
}
