/** The plan of a GIF that stays one, moving or still. */
import { uprightSize, type Inspection } from '../image/inspection.ts';
import type { Note } from '../model/receipt.ts';
import type { Recipe } from '../model/recipe.ts';
import { keptSize, type Shape } from '../pixels/shape.ts';
import { turnedBy } from '../pixels/turn-and-flatten.ts';
import { changesOf } from './encoded-again.ts';
import { EXACT, gifSetting, NEARLY_EXACT } from './gif-losses.ts';
import { lookOf } from './palette-aim.ts';
import type { Animate, Goal, Plan } from './plan.ts';

/** Browsers give no effect to a profile of a GIF: its numbers stay. */
export function planGif(
  recipe: Recipe,
  inspection: Inspection,
  shape: Shape,
): Pick<Plan, 'output' | 'options' | 'notes'> & Animate {
  const { animation, colour, orientation } = inspection;
  const { to, turn, crop } = shape;
  const firstOnly = animation !== null && recipe.animation === 'first-frame';
  // Resized frames have more colours than a GIF can say.
  const most = to ? NEARLY_EXACT : EXACT;
  const notes: Note[] = changesOf(inspection, shape);
  if (firstOnly) notes.unshift({ kind: 'lost', code: 'first-frame-only', parameters: { frames: animation.frames } });
  return {
    output: 'gif',
    options: {},
    route: 'animate',
    frame: keptSize(uprightSize(inspection), shape),
    gif: { setting: Math.min(most, settingOf(recipe)), most, firstOnly },
    goal: goalOf(recipe),
    colour,
    colourPlan: { action: 'none', by: null },
    turn: turnedBy(orientation, turn),
    crop,
    resize: to && { to, method: recipe.resizeMethod },
    notes,
  };
}

function settingOf({ aim }: Recipe): number {
  return aim.kind === 'quality' ? gifSetting(lookOf(aim.quality)) : EXACT;
}

function goalOf({ aim }: Recipe): Goal | null {
  if (aim.kind === 'look') return { kind: 'look', look: aim.look, set: {}, doubt: null };
  return aim.kind === 'size' ? { kind: 'size', bytes: aim.bytes, set: {} } : null;
}
