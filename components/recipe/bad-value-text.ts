/** What is wrong with a setting, in words. */
import type { ErrorRecord } from '../../lib/core/errors.ts';
import type { Words } from '../words.ts';

/** `at most 100` */
export function reasonText({ parameters }: ErrorRecord, { t }: Words): string {
  const { reason = 'wrong-type', limit } = parameters;
  return t(`bad_value.${String(reason).replaceAll('-', '_')}`, limit === undefined ? [] : [String(limit)]);
}

/** `presets[1].recipe.aim.quality: at most 100` */
export function placedReasonText(error: ErrorRecord, words: Words): string {
  return words.t('bad_value.at', [String(error.parameters['field'] ?? ''), reasonText(error, words)]);
}
