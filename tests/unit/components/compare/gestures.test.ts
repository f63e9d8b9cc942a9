import { describe, expect, it } from 'vitest';
import { pinchOf, wheelReader, type WheelInput } from '../../../../components/compare/gestures.ts';
import { levelIndex } from '../../../../components/compare/scaled-picture.ts';

const wheel = (more: Partial<WheelInput>): WheelInput => ({
  deltaX: 0,
  deltaY: 0,
  deltaMode: 0,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  timeStamp: 1e6,
  ...more,
});

describe('a wheel event', () => {
  it.each([
    ['a notch of a mouse’s wheel zooms in', { deltaY: -120 }, { kind: 'zoom', factor: Math.exp(0.4) }],
    ['a notch in lines zooms out', { deltaY: 3, deltaMode: 1 }, { kind: 'zoom', factor: Math.exp(-48 / 300) }],
    ['a pinch on a trackpad zooms finely', { deltaY: -4, ctrlKey: true }, { kind: 'zoom', factor: Math.exp(0.04) }],
    ['two fingers on a trackpad pan', { deltaX: 3, deltaY: -7 }, { kind: 'pan', by: { x: -3, y: 7 } }],
    ['two fingers straight down pan', { deltaY: 6 }, { kind: 'pan', by: { x: -0, y: -6 } }],
    ['shift turns a wheel sideways', { deltaY: 120, shiftKey: true }, { kind: 'pan', by: { x: -120, y: 0 } }],
    ['a page at a time is still a doubling at most', { deltaY: -5, deltaMode: 2 }, { kind: 'zoom', factor: 2 }],
  ] as const)('%s', (_, input, meaning) => expect(wheelReader()(wheel(input))).toEqual(meaning));

  it('stays what its movement began as: a flick of two fingers does not turn into a zoom', () => {
    const read = wheelReader();
    expect(read(wheel({ deltaY: 8, timeStamp: 1000 })).kind).toBe('pan');
    expect(read(wheel({ deltaY: 160, timeStamp: 1016 })).kind).toBe('pan');
    expect(read(wheel({ deltaY: 160, timeStamp: 2000 })).kind).toBe('zoom');
  });
});

describe('two fingers', () => {
  it('spread to zoom at the place between them, and carry the image along', () => {
    expect(
      pinchOf(
        [
          { x: 0, y: 0 },
          { x: 100, y: 0 },
        ],
        [
          { x: 0, y: 10 },
          { x: 200, y: 10 },
        ],
      ),
    ).toEqual({ factor: 2, at: { x: 100, y: 10 }, by: { x: 50, y: 10 } });
  });
  it('at the same point do not divide by nothing', () => {
    expect(
      pinchOf(
        [
          { x: 5, y: 5 },
          { x: 5, y: 5 },
        ],
        [
          { x: 5, y: 5 },
          { x: 9, y: 5 },
        ],
      ).factor,
    ).toBe(1);
  });
});

describe('the copy that is drawn from', () => {
  const large = { width: 8660, height: 5773 };
  it.each([
    [1, 0],
    [0.6, 0],
    [0.5, 1],
    [0.3, 1],
    [0.12, 3],
    [0.001, 4],
  ])('at a scale of %d is halved %d times', (scale, level) => expect(levelIndex(scale, large)).toBe(level));
  it('is the whole for a small picture', () => expect(levelIndex(0.1, { width: 500, height: 500 })).toBe(0));
});
