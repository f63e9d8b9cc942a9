import { expect, it } from 'vitest';
import { OPTION_TEXTS } from '../../../../components/recipe/option-texts.ts';
import { ownOptions } from '../../../../lib/core/model/encoder-options.ts';
import { OUTPUT_FORMATS } from '../../../../lib/core/image/inspection.ts';
import { messages } from '../../core/texts/locale.ts';

it.each(OUTPUT_FORMATS)('every option of %s that a person may set has a name, and no other has', (format) => {
  const texts = OPTION_TEXTS[format];
  expect(Object.keys(texts).sort()).toEqual(
    ownOptions(format)
      .map(([name]) => name)
      .sort(),
  );
  const keys = Object.values(texts).flatMap(({ label, ends = [], choices = {} }) => [
    label,
    ...ends,
    ...Object.values(choices),
  ]);
  expect(keys.filter((key) => !(key.replaceAll('.', '_') in messages))).toEqual([]);
});

it.each(OUTPUT_FORMATS)('every choice of %s is named, or is a row of numbers', (format) => {
  for (const [name, fact] of ownOptions(format)) {
    const text = OPTION_TEXTS[format][name];
    if (fact.kind === 'choice' && text?.choices) expect(fact.choices.map(String)).toEqual(Object.keys(text.choices));
    if (text?.switch) expect(fact).toMatchObject({ kind: 'choice', choices: [0, 1] });
  }
});
