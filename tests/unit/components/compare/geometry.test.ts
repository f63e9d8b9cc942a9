import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  centred,
  clamped,
  fit,
  limitedScale,
  panBy,
  resized,
  sharedAt,
  steppedScale,
  visiblePart,
  zoomAt,
  type Camera,
  type Point,
  type Size,
} from '../../../../components/compare/geometry.ts';

const view: Size = { width: 1000, height: 600 };
const sizes = fc.record({ width: fc.integer({ min: 1, max: 20_000 }), height: fc.integer({ min: 1, max: 20_000 }) });
const points = fc.record({ x: fc.integer({ min: 0, max: 1000 }), y: fc.integer({ min: 0, max: 600 }) });
const scales = fc.double({ min: 0.01, max: 32, noNaN: true });
/** The image's pixel under a point of the view. */
const under = ({ scale, x, y }: Camera, at: Point): Point => ({ x: (at.x - x) / scale, y: (at.y - y) / scale });

describe('fit', () => {
  it('shows the whole image in the middle, touching two sides', () => {
    expect(fit({ width: 4000, height: 1200 }, view)).toEqual({ scale: 0.25, x: 0, y: 150 });
    expect(fit({ width: 1000, height: 1200 }, view)).toEqual({ scale: 0.5, x: 250, y: 0 });
  });
  it('does not enlarge a small image beyond what is asked', () => {
    expect(fit({ width: 100, height: 60 }, view)).toEqual({ scale: 1, x: 450, y: 270 });
    expect(fit({ width: 100, height: 60 }, view, 2).scale).toBe(2);
  });
});

describe('zooming at a point', () => {
  it('keeps the image’s pixel under it', () =>
    fc.assert(
      fc.property(sizes, points, scales, scales, (image, at, from, to) => {
        const camera = centred(image, view, from);
        const [was, is] = [under(camera, at), under(zoomAt(camera, at, to), at)];
        expect(is.x).toBeCloseTo(was.x, 5);
        expect(is.y).toBeCloseTo(was.y, 5);
      }),
    ));
  it('there and back is where it was', () => {
    const camera = { scale: 0.7, x: -40, y: 12 };
    const back = zoomAt(zoomAt(camera, { x: 300, y: 200 }, 5), { x: 300, y: 200 }, 0.7);
    expect(back.x).toBeCloseTo(camera.x);
    expect(back.y).toBeCloseTo(camera.y);
  });
  it('stays within what can be looked at', () => {
    const image = { width: 4000, height: 2400 };
    expect(limitedScale(1000, image, view)).toBe(32);
    expect(limitedScale(0, image, view)).toBe(0.125);
    expect(limitedScale(0, { width: 10, height: 10 }, view)).toBe(0.5);
  });
  it.each([
    [0.25, 1, 0.25 * Math.SQRT2],
    [0.8, 1, 1],
    [1, 1, Math.SQRT2],
    [1.2, -1, 1],
    [1, -1, Math.SQRT1_2],
  ] as const)('by steps goes from %d (%d) to %d', (from, direction, to) => {
    expect(steppedScale(from, direction)).toBeCloseTo(to);
  });
});

describe('clamping', () => {
  it('keeps an image that fits in the middle', () => {
    expect(clamped({ scale: 1, x: -300, y: 900 }, { width: 500, height: 300 }, view)).toEqual({
      scale: 1,
      x: 250,
      y: 150,
    });
  });
  it('lets no image be lost: the middle of the view is always on it', () =>
    fc.assert(
      fc.property(sizes, scales, fc.integer(), fc.integer(), (image, scale, x, y) => {
        const camera = clamped({ scale, x, y }, image, view);
        expect(camera.x).toBeLessThanOrEqual(500 + 1e-6);
        expect(camera.x + image.width * scale).toBeGreaterThanOrEqual(500 - 1e-6);
        expect(camera.y).toBeLessThanOrEqual(300 + 1e-6);
        expect(camera.y + image.height * scale).toBeGreaterThanOrEqual(300 - 1e-6);
      }),
    ));
  it('changes nothing the second time', () =>
    fc.assert(
      fc.property(sizes, scales, fc.integer({ min: -1e5, max: 1e5 }), (image, scale, x) => {
        const once = clamped({ scale, x, y: x }, image, view);
        const twice = clamped(once, image, view);
        expect(twice.x).toBeCloseTo(once.x, 6);
        expect(twice.y).toBeCloseTo(once.y, 6);
      }),
    ));
  it('does not jump where the image begins to outgrow the view', () => {
    const image = { width: 1000, height: 600 };
    const [just, over] = [
      clamped({ scale: 1, x: -5000, y: 0 }, image, view),
      clamped({ scale: 1.001, x: -5000, y: 0 }, image, view),
    ];
    expect(Math.abs(just.x - over.x)).toBeLessThan(2);
  });
  it('lets a corner come to the middle when zoomed in', () => {
    expect(clamped(panBy(centred(view, view, 4), { x: 1e6, y: 1e6 }), view, view)).toEqual({
      scale: 4,
      x: 500,
      y: 300,
    });
  });
});

it('keeps the middle in the middle when the view changes its size', () => {
  const camera = { scale: 2, x: -700, y: -80 };
  const after = { width: 640, height: 900 };
  expect(under(resized(camera, view, after), { x: 320, y: 450 })).toEqual(under(camera, { x: 500, y: 300 }));
});

describe('the visible part', () => {
  const image = { width: 8000, height: 6000 };
  it('is all of an image that fits', () => {
    expect(visiblePart(fit(image, view), image, image, view)).toEqual({
      from: { x: 0, y: 0, width: 8000, height: 6000 },
      to: { x: 100, y: 0, width: 800, height: 600 },
    });
  });
  it('is little more than the view’s own pixels at 100 %', () => {
    const part = visiblePart(centred(image, view, 1), image, image, view);
    expect(part?.from).toEqual({ x: 3499, y: 2699, width: 1002, height: 602 });
    expect(part?.to).toEqual({ x: -1, y: -1, width: 1002, height: 602 });
  });
  it('puts whole pixels onto whole pixels at 100 %, wherever it was moved to', () => {
    const part = visiblePart({ scale: 1, x: -123.4, y: 5.6 }, image, image, view);
    expect([part?.to.x, part?.to.y].map((at) => (at ?? 0.5) % 1)).toEqual([-0, 0]);
  });
  it('of a smaller result is the same place on the screen', () => {
    const camera = { scale: 0.5, x: -1000, y: -600 };
    const small = visiblePart(camera, image, { width: 2000, height: 1500 }, view);
    const pixel = 4 * 0.5;
    expect(small?.to.x).toBeCloseTo(-1000 + (small?.from.x ?? 0) * pixel);
    expect((small?.to.x ?? 1) + (small?.to.width ?? 0)).toBeGreaterThanOrEqual(1000);
    expect(small?.to.x).toBeLessThanOrEqual(0);
  });
  it('is nothing when the image is elsewhere', () => {
    expect(visiblePart({ scale: 1, x: 5000, y: 0 }, image, image, view)).toBeNull();
  });
  it('covers the view wherever the image does', () =>
    fc.assert(
      fc.property(sizes, scales, fc.integer({ min: -9000, max: 9000 }), (size, scale, x) => {
        const part = visiblePart({ scale, x, y: 0 }, size, size, view);
        if (!part) return;
        expect(part.to.x).toBeLessThanOrEqual(Math.max(0, x) + 1);
        expect(part.to.x + part.to.width).toBeGreaterThanOrEqual(Math.min(1000, x + size.width * scale) - 1);
        expect(part.from.x + part.from.width).toBeLessThanOrEqual(size.width);
      }),
    ));
});

it('the divider stays within the view', () => {
  expect([sharedAt(-5, 100), sharedAt(25, 100), sharedAt(500, 100), sharedAt(1, 0)]).toEqual([0, 0.25, 1, 0.5]);
});
