/** What a person sets of an encoder beyond the aim: effort, chroma subsampling and the like, for each format on its own. */
import * as v from 'valibot';
import type { OptionFact, OptionValues } from '../codecs/codec.ts';
import { formats } from '../codecs/registry.ts';
import { OUTPUT_FORMATS, type OutputFormat } from '../image/inspection.ts';
import { NAMED_LOOKS } from './looks.ts';
import type { Aim } from './aim.ts';

/** Only what differs from the encoder's usual settings; a format that is not there has none. */
export type EncoderOptions = { readonly [F in OutputFormat]?: OptionValues | undefined };

/** These two are what the aim says, in the encoder's own words. */
const OF_THE_AIM: ReadonlySet<string> = new Set(['quality', 'lossless']);

/** The options of a format that are a person's to set, by name. */
export function ownOptions(format: OutputFormat): readonly (readonly [name: string, fact: OptionFact])[] {
  return Object.entries(formats[format].facts.options).filter(([name]) => !OF_THE_AIM.has(name));
}

/** The encoder's options for an aim, with what the person has set in their place. */
export function encoderOptions(format: OutputFormat, aim: Aim, set: EncoderOptions | undefined): OptionValues {
  return { ...usualOptions(format, aim), ...set?.[format] };
}

/** The encoder's options for an aim when the person has set none. */
export function usualOptions(format: OutputFormat, aim: Aim): OptionValues {
  switch (aim.kind) {
    case 'look':
    case 'quality':
      return formats[format].optionsFor(aim);
    // Where a search for a size begins.
    case 'size':
      return formats[format].optionsFor({ look: NAMED_LOOKS.balanced });
    case 'lossless':
    case 'untouched':
      return formats[format].optionsFor('lossless');
  }
}

export const encoderOptionsSchema: v.GenericSchema<EncoderOptions> = v.strictObject(
  Object.fromEntries(
    OUTPUT_FORMATS.map((format) => [
      format,
      v.optional(
        v.strictObject(
          Object.fromEntries(ownOptions(format).map(([name, fact]) => [name, v.optional(valueSchema(fact))])),
        ),
      ),
    ]),
  ),
);

function valueSchema(fact: OptionFact): v.GenericSchema<number | boolean> {
  switch (fact.kind) {
    case 'boolean':
      return v.boolean();
    case 'choice':
      return v.picklist(fact.choices);
    case 'number': {
      const bounded = v.pipe(v.number(), v.minValue(fact.min), v.maxValue(fact.max));
      return fact.step === 1 ? v.pipe(bounded, v.integer()) : bounded;
    }
  }
}
