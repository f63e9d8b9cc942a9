import { describe, expect, it } from 'vitest';
import {
  croppedTo,
  draggedCrop,
  HANDLES,
  movedCrop,
  writtenCrop,
} from '../../../../components/compare/crop-geometry.ts';

const size = { width: 400, height: 300 };
const crop = { left: 100, top: 50, width: 200, height: 100 };

describe('a crop', () => {
  it('is moved within the image', () => {
    expect(movedCrop(crop, { x: 7.4, y: -3.6 }, size)).toEqual({ ...crop, left: 107, top: 46 });
    expect(movedCrop(crop, { x: 999, y: 999 }, size)).toEqual({ ...crop, left: 200, top: 200 });
    expect(movedCrop(crop, { x: -999, y: -999 }, size)).toEqual({ ...crop, left: 0, top: 0 });
  });

  it('has edges that are moved, never past each other nor out of the image', () => {
    expect(draggedCrop(crop, 'w', { x: -30, y: 99 }, size, null)).toEqual({ ...crop, left: 70, width: 230 });
    expect(draggedCrop(crop, 'se', { x: 10, y: 20 }, size, null)).toEqual({ ...crop, width: 210, height: 120 });
    expect(draggedCrop(crop, 'n', { x: 0, y: 999 }, size, null)).toEqual({ ...crop, top: 149, height: 1 });
    expect(draggedCrop(crop, 'e', { x: 999, y: 0 }, size, null)).toEqual({ ...crop, width: 300 });
  });

  it.each(HANDLES)('keeps its shape by the handle %s, within the image', (handle) => {
    for (const by of [-500, -37, 5, 61, 500]) {
      const to = draggedCrop(crop, handle, { x: by, y: by / 2 }, size, 16 / 9);
      expect(to.left).toBeGreaterThanOrEqual(0);
      expect(to.top).toBeGreaterThanOrEqual(0);
      expect(to.left + to.width).toBeLessThanOrEqual(size.width);
      expect(to.top + to.height).toBeLessThanOrEqual(size.height);
      expect(Math.abs(to.width - (to.height * 16) / 9)).toBeLessThanOrEqual(1);
    }
  });

  it('gets a shape around its middle', () => {
    expect(croppedTo(crop, 1, size)).toEqual({ left: 150, top: 50, width: 100, height: 100 });
    expect(croppedTo({ left: 0, top: 0, ...size }, 16 / 9, size)).toEqual({
      left: 0,
      top: 38,
      width: 400,
      height: 225,
    });
  });

  it('is written in numbers, which the image limits', () => {
    expect(writtenCrop(crop, 'left', 350, size, null)).toEqual({ ...crop, left: 200 });
    expect(writtenCrop(crop, 'width', 350, size, null)).toEqual({ ...crop, left: 50, width: 350 });
    expect(writtenCrop(crop, 'height', 0, size, null)).toEqual({ ...crop, height: 1 });
    expect(writtenCrop(crop, 'width', 999, size, 1)).toEqual({ left: 100, top: 0, width: 300, height: 300 });
  });
});
