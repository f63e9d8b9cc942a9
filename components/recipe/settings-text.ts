/** What an encoder was told, in words: `mozjpeg · Quality 75 · Progressive · Colour 4:2:0 · 0.4 s`. */
import { numberFormat } from '../../lib/core/texts/number-format.ts';
import { formats } from '../../lib/core/codecs/registry.ts';
import type { Receipt } from '../../lib/core/model/receipt.ts';
import type { ViewTexts } from '../view-texts.ts';
import { OPTION_TEXTS } from './option-texts.ts';

const HAS_OWN_SCALE: ReadonlySet<string> = new Set(['avif', 'jxl']);

export function settingsText({ codec, milliseconds }: Receipt, { t }: ViewTexts): string {
  const seconds = numberFormat(t('language_tag'), { maximumFractionDigits: milliseconds < 9_950 ? 1 : 0 }).format(
    milliseconds / 1000,
  );
  if (!codec) return t('compare.took', [seconds]);
  const texts = OPTION_TEXTS[codec.format];
  const usual = formats[codec.format].facts.options;
  const lossless = Boolean(codec.options['lossless']);
  // The quality first: it is what a person has set.
  const options = Object.entries(codec.options).sort(
    ([one], [other]) => Number(other === 'quality') - Number(one === 'quality'),
  );
  const parts = options.flatMap(([name, value]): string[] => {
    if (name === 'lossless') return lossless ? [t('recipe.aim_lossless').toLocaleLowerCase()] : [];
    // A scale of the encoder's own is told as such: the quality that a person sets means the same look in every format.
    if (name === 'quality')
      return lossless
        ? []
        : [
            t('compare.setting_value', [
              t(HAS_OWN_SCALE.has(codec.format) ? 'recipe.own_quality' : 'recipe.quality'),
              String(value),
            ]),
          ];
    const text = texts[name];
    // What nobody can set follows from the aim.
    if (!text) return [];
    const choice = text.told?.[Number(value)] ?? text.choices?.[Number(value)];
    if (choice) return [t(choice)];
    if (typeof value === 'boolean' || text.switch) return Number(value) === 0 ? [] : [t(text.label)];
    // A number that nobody has a feeling for is told only when it is another than usual.
    if (!text.ends && usual[name]?.default === value) return [];
    return [t('compare.setting_value', [t(text.label), String(value)])];
  });
  return [codec.encoder, ...parts, t('compare.took', [seconds])].join('\u00a0· ');
}
