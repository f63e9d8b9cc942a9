import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createUploadFields } from '../../../lib/page/upload-field.ts';
import { watchUploads, type TakeHolds } from '../../../lib/page/watch-uploads.ts';

const shadowOf = (element: Element): ShadowRoot | null => element.shadowRoot;
const file = (name: string, type: string): File => new File([name], name, { type, lastModified: 5 });
const photo = file('a.jpg', 'image/jpeg');
const other = file('b.png', 'image/png');
const words = file('c.txt', 'text/plain');

/** A site whose page is `html`; `now` is what the field has, and `page` what the page has heard of. */
function site(
  html: string,
  answer: boolean | Error = true,
): { input: HTMLInputElement; choose: (...files: File[]) => void; page: string[]; take: TakeHolds } {
  // A window of its own: what listens to one stays there.
  const frame = document.createElement('iframe');
  document.body.replaceChildren(frame);
  const view = frame.contentWindow as Window & typeof globalThis;
  view.document.body.innerHTML = html;
  const take = watchUploads({
    window: view,
    shadowOf,
    ask: async () => {
      if (answer instanceof Error) throw answer;
      return answer;
    },
    isThere: () => alive,
    isOwnHand: (event) => own.has(event),
  });
  const input = view.document.querySelector('input') as HTMLInputElement;
  let files: File[] = [];
  Object.defineProperty(input, 'files', { get: () => files, set: (list: Iterable<File>) => void (files = [...list]) });
  const page: string[] = [];
  for (const type of ['input', 'change'])
    view.document.addEventListener(type, () =>
      page.push(`${type} ${files.map(({ name, size }) => `${name}:${size}`).join()}`),
    );
  const own = new WeakSet<Event>();
  return {
    input,
    page,
    take,
    choose(...list) {
      files = list;
      for (const type of ['input', 'change']) {
        const event = new view.Event(type, { bubbles: true });
        own.add(event);
        input.dispatchEvent(event);
      }
    },
  };
}
let alive = true;
beforeEach(() => {
  alive = true;
  vi.useRealTimers();
});

describe('a site whose uploads are made smaller', () => {
  it('does not hear of an image before it is smaller, and then as of a choice', () => {
    const { choose, page, take, input } = site('<input type="file" multiple>');
    choose(photo, words, other);
    expect(page).toEqual([]);
    const fields = createUploadFields(input.ownerDocument, shadowOf, take);
    const held = fields.held();
    expect(held.map(({ name, held: by }) => [name, by])).toEqual([
      ['a.jpg', 'field'],
      ['b.png', 'field'],
    ]);
    expect(fields.held()).toEqual([]);
    const [first, second] = held.map(({ reference }) => reference);
    fields.bring(first ?? -1, 0, btoa('s'));
    expect(fields.replace(first ?? -1, 'a.jpg', 'image/jpeg')).toBe('waiting');
    expect(page).toEqual([]);
    fields.keep(second ?? -1);
    expect(page).toEqual(['input a.jpg:1,c.txt:5,b.png:5', 'change a.jpg:1,c.txt:5,b.png:5']);
    expect(fields.undo(first ?? -1)).toBe('replaced');
    expect(page.at(-1)).toBe('change a.jpg:5,c.txt:5,b.png:5');
  });

  it('keeps to what the field accepts', () => {
    const { choose, page, take, input } = site('<input type="file" accept=".jpg">');
    choose(photo);
    const fields = createUploadFields(input.ownerDocument, shadowOf, take);
    const [one] = fields.held();
    fields.bring(one?.reference ?? -1, 0, btoa('s'));
    expect(fields.replace(one?.reference ?? -1, 'a.webp', 'image/webp')).toBe('refused');
    expect(page.at(-1)).toBe('change a.jpg:5');
  });

  it('hears of other files, of a folder and of what a script has done at once', () => {
    const { choose, page, input, take } = site('<input type="file">');
    choose(words);
    expect(page).toEqual(['input c.txt:5', 'change c.txt:5']);
    input.webkitdirectory = true;
    choose(photo);
    expect(page).toHaveLength(4);
    input.webkitdirectory = false;
    input.dispatchEvent(
      new (input.ownerDocument.defaultView as typeof globalThis & Window).Event('change', { bubbles: true }),
    );
    expect(page).toHaveLength(5);
    expect(take()).toEqual([]);
  });

  it.each([false, new Error('no receiver')])('gets what was chosen where nobody sees to it: %s', async (answer) => {
    const { choose, page, take } = site('<input type="file">', answer);
    choose(photo);
    await vi.waitFor(() => expect(page).toEqual(['input a.jpg:5', 'change a.jpg:5']));
    expect(take()).toEqual([]);
  });

  it('gets what was chosen once the extension has ended, and when it takes too long', () => {
    vi.useFakeTimers();
    const { choose, page } = site('<input type="file">');
    choose(photo);
    vi.advanceTimersByTime(5_000);
    expect(page).toEqual([]);
    alive = false;
    vi.advanceTimersByTime(1_000);
    expect(page).toEqual(['input a.jpg:5', 'change a.jpg:5']);
    choose(photo);
    expect(page).toHaveLength(4);
    alive = true;
    choose(photo);
    expect(page).toHaveLength(4);
    vi.advanceTimersByTime(301_000);
    expect(page).toHaveLength(6);
  });

  it('is told nothing of a choice in whose place there is another', () => {
    const { choose, page, take, input } = site('<input type="file">');
    choose(photo);
    const fields = createUploadFields(input.ownerDocument, shadowOf, take);
    const [first] = fields.held();
    choose(other);
    fields.bring(first?.reference ?? -1, 0, btoa('s'));
    expect(fields.replace(first?.reference ?? -1, 'a.jpg', 'image/jpeg')).toBe('gone');
    expect(page).toEqual([]);
    const [second] = fields.held();
    fields.keep(second?.reference ?? -1);
    expect(page).toEqual(['input b.png:5', 'change b.png:5']);
  });
});
