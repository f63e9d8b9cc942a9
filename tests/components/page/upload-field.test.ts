import { beforeEach, describe, expect, it } from 'vitest';
import { limitIn, statedLimit } from '../../../lib/page/stated-limit.ts';
import { createUploadFields, isAccepted } from '../../../lib/page/upload-field.ts';

const shadowOf = (element: Element): ShadowRoot | null => element.shadowRoot;
const file = (name: string, type: string, text = name): File => new File([text], name, { type, lastModified: 5 });

/** A field with files in it, as the browser has it: `files` can be set, and is a list of its own then. */
function field(html: string, ...files: File[]): HTMLInputElement {
  document.body.innerHTML = html;
  const input = document.querySelector('input') as HTMLInputElement;
  let now = files;
  Object.defineProperty(input, 'files', { get: () => now, set: (list: Iterable<File>) => void (now = [...list]) });
  return input;
}
const names = (input: HTMLInputElement): string[] => [...(input.files ?? [])].map(({ name }) => name);

beforeEach(() => document.body.replaceChildren());

describe('an upload field', () => {
  it('gives its images, and takes a smaller one in the place of one, with the events of a choice', async () => {
    const input = field(
      '<input type="file" multiple>',
      file('a.txt', 'text/plain'),
      file('b.png', 'image/png'),
      file('c.jpg', 'image/jpeg'),
    );
    const heard: string[] = [];
    for (const type of ['input', 'change']) document.addEventListener(type, () => heard.push(type));
    const fields = createUploadFields(document, shadowOf);
    const chosen = fields.chosen();
    expect(chosen.map(({ name, limit, focused }) => [name, limit, focused])).toEqual([
      ['b.png', null, false],
      ['c.jpg', null, false],
    ]);
    const reference = chosen[0]?.reference ?? -1;
    expect(atob((await fields.slice(reference, 1, 3)) ?? '')).toBe('.pn');
    fields.bring(reference, 0, btoa('small'));
    fields.bring(reference, 5, btoa('er'));
    expect(fields.replace(reference, 'b.png', 'image/png')).toBe('replaced');
    expect(names(input)).toEqual(['a.txt', 'b.png', 'c.jpg']);
    expect(await input.files?.[1]?.text()).toBe('smaller');
    expect(heard).toEqual(['input', 'change']);
    expect(fields.undo(reference)).toBe('replaced');
    expect(await input.files?.[1]?.text()).toBe('b.png');
  });

  it('changes nothing where another file was chosen meanwhile, or the type is not taken', () => {
    const input = field('<input type="file" accept=".png">', file('b.png', 'image/png'));
    const fields = createUploadFields(document, shadowOf);
    const reference = fields.chosen()[0]?.reference ?? -1;
    expect(fields.replace(reference, 'b.webp', 'image/webp')).toBe('refused');
    input.files = [file('other.png', 'image/png')] as unknown as FileList;
    expect(fields.replace(reference, 'b.png', 'image/png')).toBe('gone');
    expect(names(input)).toEqual(['other.png']);
  });

  it('takes what is of the type that it took already, whatever it calls it', () => {
    const input = field('<input type="file" accept="image/jpg">', file('a.jpeg', 'image/jpeg'));
    const fields = createUploadFields(document, shadowOf);
    expect(fields.field('b.jpg', 'image/jpeg')).toBe('shown');
    expect(fields.replace(fields.chosen()[0]?.reference ?? -1, 'a.jpg', 'image/jpeg')).toBe('replaced');
    expect(names(input)).toEqual(['a.jpg']);
  });

  it('has no file of the document that was there before in the place of one of its own', () => {
    const input = field('<input type="file">', file('a.png', 'image/png'));
    const before = createUploadFields(document, shadowOf).chosen()[0]?.reference ?? -1;
    const fields = createUploadFields(document, shadowOf);
    expect(fields.chosen()).toHaveLength(1);
    fields.bring(before, 0, btoa('of before'));
    expect(fields.replace(before, 'b.png', 'image/png')).toBe('gone');
    expect(names(input)).toEqual(['a.png']);
  });

  it('leaves the files of a folder alone, which know their places in it', () => {
    field('<input type="file" webkitdirectory>', file('a.png', 'image/png')).webkitdirectory = true;
    expect(createUploadFields(document, shadowOf).chosen()).toEqual([]);
  });

  it('takes a result, beside what is in a field of many', async () => {
    const input = field('<input type="file" multiple>', file('a.png', 'image/png'));
    const fields = createUploadFields(document, shadowOf);
    expect(fields.field('b.webp', 'image/webp')).toBe('shown');
    fields.bring(-1, 0, btoa('new'));
    expect(fields.insert('b.webp', 'image/webp')).toBe('replaced');
    expect(names(input)).toEqual(['a.png', 'b.webp']);
    expect(await input.files?.[1]?.text()).toBe('new');
  });

  it('leaves a result to a place that takes drops, where no field takes it', () => {
    field('<input type="file" accept=".pdf"><div id="a" class="dropzone"></div><div id="b" class="dropzone"></div>');
    const fields = createUploadFields(document, shadowOf);
    expect(fields.field('b.png', 'image/png')).toBe('none');
    const dropped: string[] = [];
    const place = document.querySelector('#b');
    place?.addEventListener('dragover', (event) => event.preventDefault());
    place?.addEventListener('drop', ({ type }) => dropped.push(type));
    expect(fields.field('b.png', 'image/png')).toBe('drop');
    fields.bring(-1, 0, btoa('new'));
    expect(fields.insert('b.png', 'image/png')).toBe('replaced');
    expect(dropped).toEqual(['drop']);
  });

  it('is found in a shadow tree', () => {
    document.body.innerHTML = '<div></div>';
    const root = document.body.firstElementChild?.attachShadow({ mode: 'open' });
    if (root) root.innerHTML = '<input type="file">';
    Object.defineProperty(root?.firstElementChild, 'files', { value: [file('a.png', 'image/png')] });
    expect(createUploadFields(document, shadowOf).chosen()).toHaveLength(1);
  });
});

it.each<[string, boolean]>([
  ['', true],
  ['image/*', true],
  ['.gif, .PNG', true],
  ['image/jpeg', false],
  ['application/pdf,image/png', true],
  // As browsers do: what is no extension and no media type says nothing.
  ['*', true],
  ['jpg,gif', true],
  ['jpg,image/gif', false],
])('what accepts "%s" takes a PNG: %s', (accept, takes) => {
  expect(isAccepted({ name: 'a.png', type: 'image/png' }, accept)).toBe(takes);
});

it.each<[string, number | null]>([
  ['Max. 2 MB', 2_000_000],
  ['höchstens 1,5 MB', 1_500_000],
  ['jusqu’à 500 Ko', 500_000],
  ['up to 2MB (that is 2 megabytes)', 2_000_000],
  ['10 MiB', 10_000_000],
  ['between 10 kB and 2 MB', null],
  ['Up to 10 files', null],
  ['Max. 5,120 KB', 5_120_000],
  ['Höchstens 1.024 KB', 1_024_000],
  ['1\u202f024 Ko au plus', 1_024_000],
  ['up to 2,500,000 kB', 2_500_000_000],
  ['at most 2.50 MB', 2_500_000],
  ['A photo of at least 1 MB', null],
  ['Minimum file size: 500 KB', null],
  ['min. 500 KB, max. 5 MB', 5_000_000],
  ['mindestens 1 MB', null],
  ['MB', null],
])('"%s" says %s', (text, limit) => {
  expect(limitIn(text)).toBe(limit);
});

it.each<[string, number | null]>([
  ['<input type="file" data-max-file-size="2MB">', 2_000_000],
  ['<input type="file" data-max-size="300000">', 300_000],
  // In kB: bootstrap-fileinput. In MB: Dropzone.
  ['<input type="file" data-max-file-size="2048">', null],
  ['<input type="file" data-max-filesize="10">', null],
  ['<label>At most 2 MB <input type="file" data-max-filesize="2"></label>', 2_000_000],
  ['<label>Photo, at most 200 kB <input type="file"></label>', 200_000],
  ['<input type="file" aria-describedby="a"><p id="a">1 MB at most</p>', 1_000_000],
  ['<form><p>Only 3 MB</p><div><input type="file"></div></form>', 3_000_000],
  ['<form><p>Only 3 MB</p><input type="file"><input type="file"></form>', null],
  ['<p>The disk has 3 MB</p><input type="file">', null],
])('%s has the limit %s', (html, limit) => {
  document.body.innerHTML = html;
  expect(statedLimit(document.querySelector('input') as HTMLInputElement)).toBe(limit);
});

it('a place that takes drops states its limit itself', () => {
  document.body.innerHTML = '<div class="dropzone"><b>Drop it here</b> (max 2 MB)</div>';
  expect(statedLimit(document.querySelector('div') as HTMLElement)).toBe(2_000_000);
});

it('a limit is read in the shadow tree that the field is in', () => {
  document.body.innerHTML = '<div></div>';
  const root = document.body.firstElementChild?.attachShadow({ mode: 'closed' });
  if (root) root.innerHTML = '<p>Up to 60 kB each</p><input type="file">';
  expect(statedLimit(root?.querySelector('input') as HTMLInputElement)).toBe(60_000);
});
