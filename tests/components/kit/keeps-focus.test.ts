import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepsFocus } from '../../../components/kit/keeps-focus.ts';

let end = (): void => undefined;
const byId = (id: string): HTMLElement => document.querySelector<HTMLElement>(`#${id}`) as HTMLElement;
const press = (id: string): void => {
  byId(id).focus();
  byId(id).parentElement?.remove();
};
const focused = (): string | undefined => document.activeElement?.id;

beforeEach(() => {
  document.body.innerHTML =
    '<section><h2 id=heading>Sites</h2><ul id=list><li><button id=a>A</button></li><li><button id=b>B</button></li><li><button id=c>C</button></li></ul></section>';
  end = keepsFocus()(byId('list'));
});
afterEach(() => end());

it('the focus goes to what takes the place of what goes, then to the last one, then to the heading', async () => {
  press('b');
  await vi.waitFor(() => expect(focused()).toBe('c'));
  press('c');
  await vi.waitFor(() => expect(focused()).toBe('a'));
  press('a');
  await vi.waitFor(() => expect(focused()).toBe('heading'));
});

it('the focus stays where somebody else has put it, and with what goes while it is elsewhere', async () => {
  press('b');
  byId('a').focus();
  byId('c').parentElement?.remove();
  await new Promise((later) => setTimeout(later, 20));
  expect(focused()).toBe('a');
});

it('the focus goes where the container says', async () => {
  end();
  end = keepsFocus((container) => container.querySelector('#a'))(byId('list'));
  press('b');
  await vi.waitFor(() => expect(focused()).toBe('a'));
});
