import { describe, expect, it } from 'vitest';
import { chooseImageInView, type FrameCandidates } from '../../../lib/background/choose-image.ts';
import { answerOf, type ImageCandidate } from '../../../lib/core/protocol/page-images.ts';

const image = (url: string, more: Partial<ImageCandidate> = {}): ImageCandidate => ({
  kind: 'img',
  url,
  reference: 0,
  pixels: null,
  largest: '',
  standIn: false,
  width: 300,
  height: 200,
  visibleArea: 60_000,
  focused: false,
  name: '',
  ...more,
});
const frame = (frameId: number, ...found: ImageCandidate[]): FrameCandidates => ({
  frameId,
  url: `https://page.example/${frameId}`,
  closed: [],
  ...answerOf(found),
});
const chosen = (...frames: FrameCandidates[]): string | null => {
  const found = chooseImageInView(frames, 'https://page.example/');
  if (found.kind !== 'image') return found.kind === 'closed' ? `closed ${found.url}` : null;
  return `${found.chosenAs} ${found.image.url} ${found.frameId}`;
};

describe('the image in view', () => {
  it('is the focused one, however small', () => {
    expect(
      chosen(
        frame(0, image('big', { visibleArea: 90_000 })),
        frame(7, image('a'), image('icon', { width: 16, height: 16, visibleArea: 256, focused: true })),
      ),
    ).toBe('focused icon 7');
  });
  it('is not one that has the focus out of view', () => {
    expect(chosen(frame(0, image('a', { focused: true, visibleArea: 0 }), image('b')))).toBe('only b 0');
  });
  it('is the only one', () => expect(chosen(frame(0), frame(3, image('a')))).toBe('only a 3'));
  it('is the largest by what is seen of it, over all frames', () => {
    expect(
      chosen(
        frame(0, image('huge', { width: 3000, height: 3000, visibleArea: 100 }), image('a')),
        frame(4, image('b', { visibleArea: 70_000 })),
      ),
    ).toBe('largest b 4');
  });
  it('is the first of equals', () => expect(chosen(frame(0, image('a'), image('b')))).toBe('largest a 0'));
  it('is no icon where there is a picture', () => {
    const icons = ['i', 'j', 'k', 'l'].map((url) => image(url, { width: 400, height: 20, visibleArea: 8000 }));
    expect(chosen(frame(0, ...icons), frame(2, image('a', { width: 40, height: 40, visibleArea: 1600 })))).toBe(
      'only a 2',
    );
    expect(chosen(frame(0, ...icons))).toBe('largest i 0');
  });
  it('is none where none is seen', () => {
    expect(chosen()).toBeNull();
    expect(chosen(frame(0, image('a', { visibleArea: 0 })))).toBeNull();
  });
});

describe('a frame that lets no script in', () => {
  const closed = { url: 'https://frames.example/a', visibleArea: 90_000 };
  const page = (...images: ImageCandidate[]): FrameCandidates => ({ ...frame(0, ...images), closed: [closed] });

  it('is named where nothing else is seen', () => expect(chosen(page())).toBe('closed https://frames.example/a'));
  it('is named rather than an icon', () =>
    expect(chosen(page(image('i', { width: 20, height: 20, visibleArea: 400 })))).toBe(
      'closed https://frames.example/a',
    ));
  it('does not stand in the way of an image', () => expect(chosen(page(image('a')))).toBe('only a 0'));
  it('is not closed when it answered', () => expect(chosen(page(), { ...frame(4), url: closed.url })).toBeNull());
  it('is of the page’s host when it is written into the page', () =>
    expect(chosen({ ...frame(0), closed: [{ url: 'about:srcdoc', visibleArea: 90_000 }] })).toBe(
      'closed https://page.example/',
    ));
  it('is no counter', () =>
    expect(chosen({ ...frame(0), closed: [{ url: closed.url, visibleArea: 400 }] })).toBeNull());
});

describe('a frame’s answer', () => {
  it('sends the few that matter, and counts all', () => {
    const many = Array.from({ length: 50 }, (_, index) =>
      image(`${index}`, { visibleArea: 1000 + index, focused: index === 3 }),
    );
    const answer = answerOf(many);
    expect(answer.count).toBe(50);
    expect(answer.images.map(({ url }) => url)).toEqual(['3', '49', '48', '47']);
  });
});
