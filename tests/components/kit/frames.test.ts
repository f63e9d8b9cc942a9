/** What moves while images are worked on is drawn on the cores that work on them, wherever there is no graphics card. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const components = readdirSync('components', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.svelte'))
  .map((file) => ({ file, text: readFileSync(`components/${file}`, 'utf8') }));

describe('what moves in views', () => {
  it('for ever, moves in steps and not in each frame', () => {
    const endless = components.flatMap(({ file, text }) =>
      [...text.matchAll(/animation:([^;]*infinite[^;]*);/g)].map(([, how]) => `${file}:${how}`),
    );
    expect(endless).not.toEqual([]);
    for (const each of endless) expect(each).toMatch(/\bsteps\(\d+\)/);
  });

  it('is no progress bar of which the value is not known, as the browser draws it', () => {
    const unknown = components.filter(({ text }) => /<progress\b[^>]*value=\{[^}]*undefined/.test(text));
    expect(unknown).not.toEqual([]);
    for (const { file, text } of unknown) expect(text, file).toContain('appearance: none');
  });
});
