/** The names of the encoders' own options, of their choices, and a sentence on what each does. */
import type { OutputFormat } from '../../lib/core/image/inspection.ts';

export interface OptionText {
  /** Key of the option's name. */
  readonly label: string;
  /** Key of what it does. */
  readonly about: string;
  /** Keys of what its lowest and highest value mean. */
  readonly ends?: readonly [string, string];
  /** Keys of the choices' names, by value; a choice without one is shown as its number. */
  readonly choices?: Readonly<Record<number, string>>;
  /** Keys of what is told of a choice afterwards, where its name alone would not be understood. */
  readonly told?: Readonly<Record<number, string>>;
  /** 0 and 1 stand for off and on. */
  readonly switch?: true;
  /** Shown under "All options" only. */
  readonly rare?: true;
}

const named = (name: string): { label: string; about: string } => ({
  label: `recipe.option_${name}`,
  about: `recipe.option_${name}_about`,
});
const FAST_TO_SMALL = ['recipe.faster', 'recipe.smaller'] as const;
const SMALL_TO_FAST = ['recipe.smaller', 'recipe.faster'] as const;

/** The encoders number the two ways in their own order. */
function chroma(full: number, half: number): OptionText {
  return {
    ...named('chroma'),
    choices: { [full]: 'recipe.chroma_full', [half]: 'recipe.chroma_half' },
    told: { [full]: 'recipe.told_chroma_full', [half]: 'recipe.told_chroma_half' },
  };
}

export const OPTION_TEXTS: Readonly<Record<OutputFormat, Readonly<Record<string, OptionText>>>> = {
  jpeg: {
    chroma_subsample: chroma(1, 2),
    progressive: named('progressive'),
    quant_table: { ...named('quant_table'), rare: true },
  },
  png: {
    level: { ...named('effort'), ends: FAST_TO_SMALL },
    interlace: { ...named('interlace'), rare: true },
    optimiseAlpha: { ...named('optimise_alpha'), rare: true },
    colours: named('colours'),
    dithering: { ...named('dithering'), ends: ['recipe.flat', 'recipe.grainy'] },
  },
  webp: {
    method: { ...named('effort'), ends: FAST_TO_SMALL },
    use_sharp_yuv: { ...named('sharp_yuv'), switch: true },
    exact: { ...named('exact'), switch: true, rare: true },
  },
  avif: { speed: { ...named('speed'), ends: SMALL_TO_FAST }, subsample: chroma(3, 1) },
  jxl: { effort: { ...named('effort'), ends: FAST_TO_SMALL }, progressive: named('progressive') },
};
