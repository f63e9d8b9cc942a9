import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
const tokens = css('components/tokens.css');
const toast = css('lib/page/toast.css');

/** The hex colours of a sheet's light half or of its dark half. */
function colours(sheet: string, theme: 'light' | 'dark'): Record<string, string> {
  const [light = '', dark = ''] = sheet.split('(prefers-color-scheme: dark)');
  const half = theme === 'light' ? light : dark.slice(0, dark.indexOf('\n}\n'));
  return Object.fromEntries(
    [...half.matchAll(/--(\w+): (#[\da-f]{3,8});/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const full = hex.length === 4 ? hex.replace(/[\da-f]/g, '$&$&') : hex;
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(full.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  const palette = colours(tokens, theme);
  it.each(['text', 'quiet', 'accent', 'danger'])('%s can be read on both surfaces', (name) => {
    for (const surface of ['surface', 'sunken'])
      expect(contrast(palette[name] ?? '', palette[surface] ?? '')).toBeGreaterThanOrEqual(4.5);
  });
  it('what can be operated is seen on both surfaces', () => {
    for (const surface of ['surface', 'sunken'])
      expect(contrast(palette['line'] ?? '', palette[surface] ?? '')).toBeGreaterThanOrEqual(3);
  });
  it('text on the accent, and on its tint, can be read', () => {
    const onAccent = /--on-accent: (#\w+)/g;
    const [light = '', dark = ''] = [...tokens.matchAll(onAccent)].map(([, value]) => value ?? '');
    expect(contrast(theme === 'light' ? light : dark, palette['accent'] ?? '')).toBeGreaterThanOrEqual(4.5);
    for (const name of ['text', 'quiet', 'accent'])
      expect(contrast(palette[name] ?? '', palette['tint'] ?? '')).toBeGreaterThanOrEqual(4.5);
  });
  it('the toast has the panel’s colours', () => {
    expect(colours(toast, theme)).toEqual(
      Object.fromEntries(Object.entries(palette).filter(([name]) => !['sunken', 'line', 'tint'].includes(name))),
    );
  });
});
