/** Moving a crop and its edges within an image. Pure; all in px of the image, whole ones. */
import type { Crop } from '../../lib/core/model/recipe.ts';
import type { Point, Size } from './geometry.ts';

/** Compass points of the crop's edges and corners: n is its top, w its left. */
export const HANDLES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const;
export type Handle = (typeof HANDLES)[number];

export function wholeOf({ width, height }: Size): Crop {
  return { left: 0, top: 0, width, height };
}

export function isWhole({ width, height }: Crop, size: Size): boolean {
  return width === size.width && height === size.height;
}

/** The smallest that has both in it. */
export function around(one: Crop, other: Crop): Crop {
  const [left, top] = [Math.min(one.left, other.left), Math.min(one.top, other.top)];
  return {
    left,
    top,
    width: Math.max(one.left + one.width, other.left + other.width) - left,
    height: Math.max(one.top + one.height, other.top + other.height) - top,
  };
}

export function movedCrop(crop: Crop, by: Point, size: Size): Crop {
  return {
    ...crop,
    left: within(Math.round(crop.left + by.x), 0, size.width - crop.width),
    top: within(Math.round(crop.top + by.y), 0, size.height - crop.height),
  };
}

/** @param ratio width by height that it keeps; null for any */
export function draggedCrop(crop: Crop, handle: Handle, by: Point, size: Size, ratio: number | null): Crop {
  const [right, bottom] = [crop.left + crop.width, crop.top + crop.height];
  const [west, east] = [handle.includes('w'), handle.includes('e')];
  const [north, south] = [handle.includes('n'), handle.includes('s')];
  const left = west ? within(Math.round(crop.left + by.x), 0, right - 1) : crop.left;
  const top = north ? within(Math.round(crop.top + by.y), 0, bottom - 1) : crop.top;
  const width = (east ? within(Math.round(right + by.x), crop.left + 1, size.width) : right) - left;
  const height = (south ? within(Math.round(bottom + by.y), crop.top + 1, size.height) : bottom) - top;
  if (ratio === null) return { left, top, width, height };
  const wanted = !west && !east ? height * ratio : !north && !south ? width : Math.max(width, height * ratio);
  // What is not dragged stays where it is: the other edge, or the middle.
  const anchor = {
    x: west ? right : east ? crop.left : crop.left + crop.width / 2,
    y: north ? bottom : south ? crop.top : crop.top + crop.height / 2,
  };
  const most = {
    width: west ? right : east ? size.width - crop.left : 2 * Math.min(anchor.x, size.width - anchor.x),
    height: north ? bottom : south ? size.height - crop.top : 2 * Math.min(anchor.y, size.height - anchor.y),
  };
  const kept = inRatio(Math.min(wanted, most.width, most.height * ratio), ratio);
  return movedCrop(
    {
      left: west ? right - kept.width : east ? crop.left : anchor.x - kept.width / 2,
      top: north ? bottom - kept.height : south ? crop.top : anchor.y - kept.height / 2,
      ...kept,
    },
    { x: 0, y: 0 },
    size,
  );
}

/** The largest of this ratio around the same middle that is no larger than it was. */
export function croppedTo(crop: Crop, ratio: number, size: Size): Crop {
  const kept = inRatio(Math.min(crop.width, crop.height * ratio), ratio);
  const by = { x: (crop.width - kept.width) / 2, y: (crop.height - kept.height) / 2 };
  return movedCrop({ ...crop, ...kept }, by, size);
}

/** With one of its numbers written: the others give way where they must. */
export function writtenCrop(crop: Crop, side: keyof Crop, value: number, size: Size, ratio: number | null): Crop {
  if (side === 'left' || side === 'top') return movedCrop({ ...crop, [side]: value }, { x: 0, y: 0 }, size);
  const most = ratio === null ? size[side] : side === 'width' ? size.height * ratio : size.width / ratio;
  const length = within(Math.round(Math.min(value, most)), 1, size[side]);
  const kept =
    ratio === null
      ? { width: crop.width, height: crop.height, [side]: length }
      : inRatio(side === 'width' ? length : length * ratio, ratio);
  return movedCrop({ ...crop, ...kept }, { x: 0, y: 0 }, size);
}

function inRatio(width: number, ratio: number): Size {
  return { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(width / ratio)) };
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, Math.max(least, most)));
}
