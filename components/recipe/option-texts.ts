/** The names of the encoders' own options, and of their choices. */
import type { OutputFormat } from '../../lib/core/image/inspection.ts';

export interface OptionText {
  /** Key of the option's name. */
  readonly label: string;
  /** Keys of what its lowest and highest value mean. */
  readonly ends?: readonly [string, string];
  /** Keys of the choices' names, by value; a choice without one is shown as its number. */
  readonly choices?: Readonly<Record<number, string>>;
  /** Keys of what is told of a choice afterwards, where its name alone would not be understood. */
  readonly told?: Readonly<Record<number, string>>;
  /** 0 and 1 stand for off and on. */
  readonly switch?: true;
}

const FAST_TO_SMALL = ['compare.fast', 'compare.small'] as const;
const SMALL_TO_FAST = ['compare.small', 'compare.fast'] as const;
const CHROMA_LABEL = 'compare.option_chroma';

export const OPTION_TEXTS: Readonly<Record<OutputFormat, Readonly<Record<string, OptionText>>>> = {
  jpeg: {
    progressive: { label: 'compare.option_progressive' },
    chroma_subsample: {
      label: CHROMA_LABEL,
      choices: { 1: 'compare.chroma_full', 2: 'compare.chroma_half' },
      told: { 1: 'compare.told_chroma_full', 2: 'compare.told_chroma_half' },
    },
    quant_table: { label: 'compare.option_quant_table' },
  },
  png: {
    level: { label: 'compare.option_effort', ends: FAST_TO_SMALL },
    interlace: { label: 'compare.option_interlace' },
    optimiseAlpha: { label: 'compare.option_optimise_alpha' },
  },
  webp: {
    method: { label: 'compare.option_effort', ends: FAST_TO_SMALL },
    exact: { label: 'compare.option_exact', switch: true },
    use_sharp_yuv: { label: 'compare.option_sharp_yuv', switch: true },
  },
  avif: {
    speed: { label: 'compare.option_speed', ends: SMALL_TO_FAST },
    subsample: {
      label: CHROMA_LABEL,
      choices: { 1: 'compare.chroma_half', 3: 'compare.chroma_full' },
      told: { 1: 'compare.told_chroma_half', 3: 'compare.told_chroma_full' },
    },
  },
  jxl: {
    effort: { label: 'compare.option_effort', ends: FAST_TO_SMALL },
    progressive: { label: 'compare.option_progressive' },
  },
};
