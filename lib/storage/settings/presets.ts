/** The presets that everyone has. Data: their titles are texts under `preset.<id>`. */
import { DEFAULT_RECIPE } from '../../core/model/recipe.ts';
import type { Recipe } from '../../core/model/recipe.ts';

export interface BuiltInPreset {
  readonly id: 'web' | 'email' | 'lossless' | 'archive';
  readonly recipe: Recipe;
}

export const BUILT_IN_PRESETS: readonly BuiltInPreset[] = [
  /** For a page: WebP shows in every browser, and no page needs more than 2048 px. */
  {
    id: 'web',
    recipe: { ...DEFAULT_RECIPE, format: 'webp', resize: { by: 'longest-side', pixels: 2048 }, metadata: 'protect' },
  },
  /** For a mail: JPEG opens everywhere; a small picture is enough, and nobody learns where it was taken. */
  {
    id: 'email',
    recipe: {
      ...DEFAULT_RECIPE,
      format: 'jpeg',
      resize: { by: 'longest-side', pixels: 1600 },
      metadata: 'strip',
      animation: 'first-frame',
    },
  },
  /** The same image in fewer bytes. */
  { id: 'lossless', recipe: { ...DEFAULT_RECIPE, aim: { kind: 'lossless' }, metadata: 'protect' } },
  /** To keep: every pixel and all that the camera wrote, as small as it gets. */
  { id: 'archive', recipe: { ...DEFAULT_RECIPE, format: 'jxl', aim: { kind: 'lossless' }, metadata: 'keep' } },
];
