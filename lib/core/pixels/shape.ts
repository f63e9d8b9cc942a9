/** Which part of an image a recipe keeps, how it is turned, and the size that it gets. */
import { framingOf } from '../model/framing.ts';
import type { Crop, Recipe, Resize, Turn } from '../model/recipe.ts';
import { resizedTo, type Size } from './resize.ts';

export interface Shape {
  /** Clockwise, of the upright image. */
  readonly turn: Turn;
  /** Pixels of the turned image; null for all of it. */
  readonly crop: Crop | null;
  /** Null where the size is that of what is kept. */
  readonly to: Size | null;
}

/** @param size of the upright image. @param scale of a drawing: its pixels for each of the crop's */
export function shapeOf(size: Size, recipe: Recipe, scale = 1): Shape {
  const { turn, crop } = framingOf(recipe);
  const turned = turnedSize(size, turn);
  const kept = crop && cropWithin(turned, scale === 1 ? crop : scaledCrop(crop, scale));
  const part = kept ?? { left: 0, top: 0, ...turned };
  const filled = fillCrop(part, recipe.resize) ?? part;
  return { turn, crop: cropWithin(turned, filled), to: resizedTo(filled, recipe.resize) };
}

/** Whether another part or another side up is wanted. */
export function isReframed({ turn, crop }: Pick<Shape, 'turn' | 'crop'>): boolean {
  return turn !== 0 || crop !== null;
}

/** Of the upright image, once it is turned and cropped. */
export function keptSize(size: Size, { turn, crop }: Pick<Shape, 'turn' | 'crop'>): Size {
  return crop ? { width: crop.width, height: crop.height } : turnedSize(size, turn);
}

export function turnedSize({ width, height }: Size, turn: Turn): Size {
  return turn === 90 || turn === 270 ? { width: height, height: width } : { width, height };
}

/** What of it is in the image; null for all of the image, and for what lies beside it. */
function cropWithin({ width, height }: Size, crop: Crop): Crop | null {
  const [left, top] = [Math.min(crop.left, width), Math.min(crop.top, height)];
  const within = {
    left,
    top,
    width: Math.min(crop.left + crop.width, width) - left,
    height: Math.min(crop.top + crop.height, height) - top,
  };
  const isAll = within.width === width && within.height === height;
  return isAll || within.width <= 0 || within.height <= 0 ? null : within;
}

function scaledCrop({ left, top, width, height }: Crop, scale: number): Crop {
  return {
    left: Math.round(left * scale),
    top: Math.round(top * scale),
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

/** The middle of a part, in the shape of the box that is to be filled. */
function fillCrop(part: Crop, resize: Resize | null): Crop | null {
  if (resize?.by !== 'fill') return null;
  const aspect = resize.width / resize.height;
  const isWider = part.width / part.height > aspect;
  const width = isWider ? Math.max(1, Math.round(part.height * aspect)) : part.width;
  const height = isWider ? part.height : Math.max(1, Math.round(part.width / aspect));
  return {
    left: part.left + Math.floor((part.width - width) / 2),
    top: part.top + Math.floor((part.height - height) / 2),
    width,
    height,
  };
}
