import { afterEach, expect, it, vi } from 'vitest';
import { shadowOf } from '../../../lib/page/shadow-of.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('knows open shadow roots when the extension has ended, and what it asked throws', () => {
  vi.stubGlobal('chrome', {
    dom: {
      openOrClosedShadowRoot() {
        throw new Error('Extension context invalidated.');
      },
    },
  });
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  expect(shadowOf(host)).toBe(root);
});
