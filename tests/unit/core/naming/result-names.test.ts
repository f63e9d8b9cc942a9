import { describe, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../../../lib/core/model/recipe.ts';
import { batchFolder, exampleName, resultPaths, type Finished } from '../../../../lib/core/naming/result-names.ts';
import { MAX_SNIPPET_BYTES, snippetOf } from '../../../../lib/core/texts/snippet.ts';
import { newJobId } from '../../../../lib/core/model/job.ts';

const date = new Date(2026, 10, 23);
function job(name: string, folder = ''): Finished {
  const side = { format: 'jpeg', bytes: 1, width: 800, height: 600 } as const;
  return {
    id: newJobId(),
    createdAt: 1,
    recipe: { ...DEFAULT_RECIPE, aim: { kind: 'quality', quality: 75 } },
    delivery: 'hold',
    name,
    attempt: 1,
    lost: 0,
    state: 'ready',
    fileName: name.replace(/png$/, 'jpg'),
    origin: { kind: 'file', name, folder },
    receipt: {
      input: side,
      output: side,
      outcome: 'smaller',
      milliseconds: 1,
      codec: { format: 'jpeg', encoder: 'mozjpeg', options: { quality: 63 } },
      notes: [],
    },
  };
}

describe('names of results', () => {
  it('stay as they are, and are numbered within their folder when they meet', () => {
    expect(
      resultPaths([job('a.jpg'), job('A.png'), job('a.jpg', 'trip/day 1'), job('a.jpg', 'trip/day 1')], '{name}', date),
    ).toEqual(['a.jpg', 'A (2).jpg', 'trip/day 1/a.jpg', 'trip/day 1/a (2).jpg']);
  });
  it('never lead out of the folder', () => {
    expect(resultPaths([job('a.jpg', '../../etc/..')], '{name}', date)).toEqual(['etc/a.jpg']);
  });
  it('follow the template, with the position padded', () => {
    const jobs = Array.from({ length: 10 }, (_, at) => job(`photo ${at}.png`));
    expect(resultPaths(jobs, '{index} {name} {width}x{height} q{quality} {date}', date)[0]).toBe(
      '01 photo 0 800x600 q75 2026-11-23.jpg',
    );
    // Of a look it is the one that was found.
    expect(resultPaths([{ ...job('a.jpg'), recipe: DEFAULT_RECIPE }], 'q{quality}', date)).toEqual(['q63.jpg']);
    expect(resultPaths(jobs, 'same', date).slice(0, 3)).toEqual(['same.jpg', 'same (2).jpg', 'same (3).jpg']);
  });
  it('have an example before there is a result', () => {
    expect(exampleName(null, '{name}-{width}', date, 'photo')).toBe('photo-1600.jpg');
    expect(exampleName(job('cat.png'), '{name}-{width}', date, 'photo')).toBe('cat-800.jpg');
  });
  it('of a batch are in a folder of the day', () =>
    expect(batchFolder('CompressImage', date)).toBe('CompressImage 2026-11-23'));
});

describe('snippets', () => {
  const image = { format: 'webp', width: 2, height: 1, name: 'a "b" [c].webp' } as const;
  it('are data: URLs, as they are or within a text', () => {
    const bytes = new Uint8Array([1, 2, 3]);
    expect(snippetOf('data-uri', bytes, image)).toBe('data:image/webp;base64,AQID');
    expect(snippetOf('markdown', bytes, image)).toBe('![a "b" \\[c\\].webp](data:image/webp;base64,AQID)');
    expect(snippetOf('html', bytes, image)).toBe(
      '<img src="data:image/webp;base64,AQID" width="2" height="1" alt="a &#34;b&#34; [c].webp">',
    );
  });
  it('hold the largest that is allowed', () =>
    expect(snippetOf('data-uri', new Uint8Array(MAX_SNIPPET_BYTES), image)).toHaveLength(
      23 + Math.ceil(MAX_SNIPPET_BYTES / 3) * 4,
    ));
});
