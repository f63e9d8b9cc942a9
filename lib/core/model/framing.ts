/** How an image is turned and cropped, kept apart from what may be for all images. */
import { TURNS, type Crop, type Framing, type Recipe, type Turn } from './recipe.ts';

export const UNFRAMED: Framing = { turn: 0, crop: null };

export function framingOf({ framing }: Recipe): Framing {
  return framing ?? UNFRAMED;
}

/** The recipe for this image in place of another; absent framing and that which changes nothing are the same. */
export function withFraming(recipe: Recipe, framing: Framing): Recipe {
  const { framing: _own, ...others } = recipe;
  return framing.turn === 0 && framing.crop === null ? others : { ...others, framing };
}

/** What of a recipe may be for any image. */
export function withoutFraming({ framing: _own, ...general }: Recipe): Recipe {
  const { aim } = general;
  return aim.kind === 'size' && aim.together ? { ...general, aim: { kind: aim.kind, bytes: aim.bytes } } : general;
}

/** A quarter more, clockwise or back, with the crop at the same place of the picture. @param size of the image as it is turned now */
export function turnedOn({ turn, crop }: Framing, by: 90 | 270, size: { width: number; height: number }): Framing {
  const next = TURNS[(TURNS.indexOf(turn) + by / 90) % 4] as Turn;
  return { turn: next, crop: crop && turnedCrop(crop, by, size) };
}

function turnedCrop(crop: Crop, by: 90 | 270, { width, height }: { width: number; height: number }): Crop {
  const { left, top } = crop;
  const turned = { width: crop.height, height: crop.width };
  return by === 90
    ? { left: height - top - crop.height, top: left, ...turned }
    : { left: top, top: width - left - crop.width, ...turned };
}
