/** What is wrong with a setting, in words. A path of the data, such as `presets[1].recipe.aim.quality`, is none. */
import type { ErrorRecord } from '../errors.ts';
import type { Translate } from './translate.ts';

/** `at most 100` */
export function reasonText({ parameters }: Pick<ErrorRecord, 'parameters'>, t: Translate): string {
  const { reason = 'wrong-type', limit } = parameters;
  // Of names in the data nobody has heard; numbers help.
  if (reason === 'not-one-of' && !/^[\d |.]+$/.test(String(limit))) return t('bad_value.not_known');
  return t(`bad_value.${String(reason).replaceAll('-', '_')}`, limit === undefined ? [] : [String(limit)]);
}

/** `Preset 2, quality: at most 100` */
export function placedReasonText(error: Pick<ErrorRecord, 'parameters'>, t: Translate): string {
  return t('bad_value.at', [fieldText(String(error.parameters['field'] ?? ''), t), reasonText(error, t)]);
}

/** Names of the data's fields that a person has met under another name. */
const FIELDS: Readonly<Record<string, string>> = {
  file: 'field.file',
  version: 'field.file',
  kind: 'field.file',
  name: 'field.name',
  presets: 'field.presets',
  format: 'recipe.format',
  aim: 'recipe.aim',
  look: 'recipe.aim_look',
  bytes: 'recipe.aim_size',
  quality: 'recipe.quality',
  audience: 'recipe.audience',
  resize: 'recipe.resize',
  by: 'recipe.resize',
  width: 'recipe.resize_width',
  height: 'recipe.resize_height',
  pixels: 'recipe.resize_pixels',
  percent: 'recipe.resize_percent',
  resizeMethod: 'recipe.method',
  metadata: 'recipe.metadata',
  background: 'recipe.background',
  svgScale: 'recipe.svg_scale',
  animation: 'recipe.animation',
  gif: 'recipe.gif',
  options: 'field.options',
};

/** `presets[1].recipe.aim.quality` as `Preset 2, Quality`; a field that nobody has met is "a setting". */
export function fieldText(path: string, t: Translate): string {
  const preset = /^presets\[(\d+)\]/.exec(path)?.[1];
  const parts = path
    .replace(/\[\d+\]/g, '')
    .split('.')
    .filter(Boolean)
    .reverse();
  const known = parts.find((part) => part in FIELDS);
  const field = known === undefined || (known === 'presets' && preset !== undefined) ? '' : t(FIELDS[known] ?? '');
  if (preset === undefined) return field || t('field.setting');
  const name = t('field.preset', [String(Number(preset) + 1)]);
  return field ? `${name}${t('list_separator')}${field}` : name;
}
