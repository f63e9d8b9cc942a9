import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createToaster } from '../../../lib/page/toaster.ts';
import { createCard } from '../../../lib/page/toast-card.ts';
import type { ShowToast, ToastInTab } from '../../../lib/core/protocol/toast.ts';

let root: ShadowRoot;
let show: ShowToast;
const send = vi.fn<(message: unknown) => Promise<boolean>>();
const onLost = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  send.mockReset().mockResolvedValue(true);
  onLost.mockReset();
  const attach = Element.prototype.attachShadow;
  vi.spyOn(Element.prototype, 'attachShadow').mockImplementation(function attachShadow(this: Element, init) {
    root = attach.call(this, init);
    return root;
  });
  show = createToaster({
    document,
    css: '',
    createCard,
    shadowOf: (element) => element.shadowRoot,
    texts: { close: 'Close', progress: 'Progress', orphaned: 'Gone', direction: 'ltr' },
    send,
    onLost,
  });
});

afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const toast = (more: Partial<ToastInTab> = {}): ToastInTab => ({
  id: 'a',
  tabId: 1,
  tone: 'done',
  title: 'cat.jpg',
  detail: '1.2 MB to 310 kB, 74 % smaller',
  ...more,
});
const hosts = (): Element[] => [...document.documentElement.children].filter(({ localName }) => localName === 'div');
const cards = (): HTMLElement[] => [...root.querySelectorAll<HTMLElement>('.card')];
const pass = (milliseconds: number): void => void vi.advanceTimersByTime(milliseconds);
const trusted = (event: Event): Event => Object.defineProperty(event, 'isTrusted', { value: true });

describe('a toast', () => {
  it('lives in a closed root of a host that has no name', () => {
    show(toast());
    const [host] = hosts();
    expect(host?.shadowRoot).toBeNull();
    expect(host?.getAttributeNames()).toEqual(['popover']);
    expect(cards()[0]?.textContent).toBe('cat.jpg1.2 MB to 310 kB, 74 % smaller');
  });

  it.each([
    ['done', 6_000],
    ['notice', 6_000],
    ['error', 12_000],
  ] as const)('goes by itself when %s, after %i ms, and leaves nothing', (tone, milliseconds) => {
    show(toast({ tone }));
    pass(milliseconds - 1);
    expect(hosts()).toHaveLength(1);
    pass(1);
    expect(hosts()).toHaveLength(0);
  });

  it('stays while the pointer is on it or the focus in it', () => {
    show(toast());
    const [card] = cards();
    card?.dispatchEvent(new Event('pointerenter'));
    card?.dispatchEvent(new Event('focusin'));
    card?.dispatchEvent(new Event('pointerleave'));
    pass(60_000);
    expect(hosts()).toHaveLength(1);
    card?.dispatchEvent(new Event('focusout'));
    pass(6_000);
    expect(hosts()).toHaveLength(0);
  });

  it('is changed in place by its id, and lives anew', () => {
    show(toast({ tone: 'busy', detail: 'Making it smaller' }));
    show(toast({ id: 'b' }));
    pass(5_000);
    show(toast());
    expect(cards().map(({ dataset }) => dataset['tone'])).toEqual(['done', 'done']);
    pass(5_999);
    expect(cards()).toHaveLength(1);
    expect(cards()[0]?.textContent).toContain('74 % smaller');
  });

  it('is ended by Escape, the newest first, and by its button', () => {
    show(toast());
    show(toast({ id: 'b', title: 'dog.jpg' }));
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    expect(cards()).toHaveLength(2);
    document.dispatchEvent(trusted(new KeyboardEvent('keydown', { key: 'Escape' })));
    expect(cards().map(({ textContent }) => textContent)).toEqual([expect.stringContaining('cat.jpg')]);
    root.querySelector<HTMLElement>('[aria-label="Close"]')?.dispatchEvent(trusted(new MouseEvent('click')));
    expect(hosts()).toHaveLength(0);
  });

  it('sends its action’s message for a person’s click, not for a script’s', async () => {
    show(toast({ tone: 'error', actions: [{ label: 'Save again', message: { type: 'saveJob' } }] }));
    const button = root.querySelector<HTMLElement>('.action');
    expect(button?.textContent).toBe('Save again');
    button?.click();
    expect(send).not.toHaveBeenCalled();
    button?.dispatchEvent(trusted(new MouseEvent('click')));
    expect(send).toHaveBeenCalledExactlyOnceWith({ type: 'saveJob' });
    await Promise.resolve();
    expect(hosts()).toHaveLength(0);
  });

  it('stays when what came of its action is there before the action’s answer', async () => {
    send.mockImplementation(async () => {
      show(toast({ tone: 'error', detail: 'Refused' }));
      return true;
    });
    show(toast({ tone: 'error', actions: [{ label: 'Allow', message: 'allow' }] }));
    root.querySelector('.action')?.dispatchEvent(trusted(new MouseEvent('click')));
    await Promise.resolve();
    await Promise.resolve();
    expect(cards().map(({ textContent }) => textContent)).toEqual([expect.stringContaining('Refused')]);
  });

  it('hears a press whose click the page stops', () => {
    show(toast({ tone: 'error', actions: [{ label: 'Allow', message: 'allow' }] }));
    const button = root.querySelector<HTMLElement>('.action');
    for (const type of ['keydown', 'keyup']) button?.dispatchEvent(trusted(new KeyboardEvent(type, { key: 'Enter' })));
    expect(send).not.toHaveBeenCalled();
    pass(100);
    expect(send).toHaveBeenCalledExactlyOnceWith('allow');
  });

  it('makes no frames while the page may still read its image, nor for a button that has gone by then', () => {
    const frames = (): number => root.querySelectorAll('iframe').length;
    show(toast({ tone: 'busy', actions: [{ label: 'Cancel', message: 'cancel' }] }));
    pass(299);
    expect(frames()).toBe(0);
    const [former] = root.querySelectorAll('.action');
    show(toast());
    pass(1);
    expect(frames()).toBe(1);
    expect(former?.parentElement?.querySelector('iframe')).toBeNull();
  });

  it('hears a press on the frame over a button, whose events do not come by the page’s window', async () => {
    show(toast({ tone: 'error', actions: [{ label: 'Allow', message: 'allow' }] }));
    pass(300);
    vi.useRealTimers();
    const frame = root.querySelector<HTMLIFrameElement>('.action ~ iframe');
    await vi.waitFor(() => expect(frame?.contentDocument?.documentElement.style.cursor).toBe('pointer'));
    frame?.contentDocument?.dispatchEvent(new MouseEvent('click'));
    expect(send).not.toHaveBeenCalled();
    frame?.contentDocument?.dispatchEvent(trusted(new MouseEvent('click')));
    expect(send).toHaveBeenCalledExactlyOnceWith('allow');
    vi.useFakeTimers();
  });

  it('says so when the extension that showed it is gone', async () => {
    send.mockResolvedValue(false);
    show(toast({ tone: 'error', actions: [{ label: 'Allow', message: 'allow' }] }));
    root.querySelector('.action')?.dispatchEvent(trusted(new MouseEvent('click')));
    await Promise.resolve();
    expect(cards()[0]?.textContent).toBe('cat.jpgGone');
  });

  it('offers a wider choice beside', () => {
    show(
      toast({
        tone: 'error',
        actions: [
          { label: 'Allow h.example', message: 'one' },
          { label: 'Allow all sites', message: 'all' },
        ],
      }),
    );
    const [, all] = root.querySelectorAll<HTMLElement>('.action');
    expect(all?.textContent).toBe('Allow all sites');
    all?.dispatchEvent(trusted(new MouseEvent('click')));
    expect(send).toHaveBeenCalledExactlyOnceWith('all');
  });

  describe('in a page that takes away what it has not made', () => {
    const settle = async (): Promise<void> => {
      await vi.advanceTimersByTimeAsync(100);
    };

    it('goes elsewhere', async () => {
      const shown = show(toast());
      hosts()[0]?.remove();
      await settle();
      expect(await shown).toBe(true);
      expect(cards()[0]?.isConnected).toBe(true);
      expect(hosts()).toHaveLength(0);
    });

    it('gives up after a few places, and says that nobody saw it', async () => {
      const shown = show(toast());
      const host = hosts()[0];
      for (let times = 0; times < 5; times++) {
        host?.remove();
        await vi.advanceTimersByTimeAsync(5);
      }
      await settle();
      expect(await shown).toBe(false);
      expect(onLost).toHaveBeenCalledExactlyOnceWith(toast());
      expect(host?.isConnected).toBe(false);
    });
  });

  it('is said by a live region that was there before its text', () => {
    show(toast({ tone: 'busy', detail: 'Making it smaller' }));
    const [status, alert] = ['status', 'alert'].map((role) => root.querySelector(`[role="${role}"]`));
    expect(status?.getAttribute('aria-live')).toBe('polite');
    expect(alert?.getAttribute('aria-live')).toBe('assertive');
    expect(status?.textContent).toBe('');
    // Work that ends at once is said once, by its end.
    show(toast({ tone: 'error', detail: 'The file is damaged.' }));
    pass(200);
    expect(status?.textContent).toBe('');
    expect(alert?.textContent).toBe('cat.jpg. The file is damaged.');
  });

  it('shows how far the work is in a bar that goes on by itself, and says its steps to nobody who did not ask', () => {
    const progress = { step: 'Reading the picture', reach: { to: 0.4, milliseconds: 500 } };
    show(toast({ tone: 'busy', detail: 'To AVIF', progress }));
    pass(200);
    const status = root.querySelector('[role="status"]');
    expect(status?.textContent).toBe('cat.jpg. To AVIF');
    status?.replaceChildren();
    const bar = root.querySelector('[role="progressbar"]');
    const style = (): string | undefined => bar?.querySelector<HTMLElement>('.fill')?.style.transitionDuration;
    expect([bar?.getAttribute('aria-valuetext'), style()]).toEqual(['Reading the picture', '500ms']);
    // A step without an estimate leaves the bar on its way.
    show(toast({ tone: 'busy', detail: 'To AVIF', progress: { step: 'Compressing' } }));
    pass(200);
    expect([bar?.getAttribute('aria-valuetext'), style(), status?.textContent]).toEqual(['Compressing', '500ms', '']);
    show(toast());
    expect(root.querySelector('[role="progressbar"]')).toBeNull();
  });

  describe('from step to step', () => {
    const cancel = { label: 'Cancel', message: 'cancel' };
    const busy = (step: string): ToastInTab => toast({ tone: 'busy', actions: [cancel], progress: { step } });
    const action = (): HTMLElement | null => root.querySelector<HTMLElement>('.action');

    it('keeps its button, the focus on it, and that it was pressed', () => {
      show(busy('Reading the picture'));
      const button = action();
      button?.focus();
      show(busy('Compressing'));
      expect(action()).toBe(button);
      expect(root.activeElement).toBe(button);
      button?.dispatchEvent(trusted(new MouseEvent('click')));
      show(busy('Writing'));
      expect(action()).toHaveProperty('disabled', true);
      expect(send).toHaveBeenCalledExactlyOnceWith('cancel');
    });

    it('hands the focus to the button of the same name, else to its own corner', () => {
      show(busy('Compressing'));
      action()?.focus();
      show(
        toast({
          actions: [
            { label: 'Undo', message: 'undo' },
            { ...cancel, message: 'another' },
          ],
        }),
      );
      expect(root.activeElement?.textContent).toBe('Cancel');
      show(toast({ actions: [{ label: 'Undo', message: 'undo' }] }));
      expect(root.activeElement?.getAttribute('aria-label')).toBe('Close');
    });

    it('lets what failed after a press be pressed again', () => {
      const refused = toast({ tone: 'error', actions: [{ label: 'Allow', message: 'allow' }] });
      for (const times of [1, 2]) {
        show(refused);
        action()?.dispatchEvent(trusted(new MouseEvent('click')));
        expect(send).toHaveBeenCalledTimes(times);
      }
    });
  });

  it('offers other formats in a line of their own', () => {
    show(toast({ choices: { label: 'Also as:', actions: [{ label: 'AVIF', message: 'avif' }] } }));
    expect(root.querySelector('.choices')?.firstChild?.textContent).toBe('Also as:');
    root.querySelector('.choices .action')?.dispatchEvent(trusted(new MouseEvent('click')));
    expect(send).toHaveBeenCalledExactlyOnceWith('avif');
  });

  it('is put in without markup: a name cannot become an element', () => {
    show(toast({ title: '<img src=x onerror=alert(1)>.jpg' }));
    expect(root.querySelector('img')).toBeNull();
    expect(cards()[0]?.querySelector('.title')?.textContent).toBe('<img src=x onerror=alert(1)>.jpg');
  });
});
