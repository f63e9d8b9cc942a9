/** What is wrong with a value that came from outside, as a field and a reason that can be put into words. */
import * as v from 'valibot';
import { CompressionError } from '../../core/errors.ts';

/** The reasons; a view has a text for each. `limit` goes with those that have one. */
export const BAD_VALUE_REASONS = [
  'missing',
  'unknown-field',
  'wrong-type',
  'not-one-of',
  'not-whole',
  'too-small',
  'too-large',
  'empty',
  'too-long',
  'too-many',
  'duplicate',
  'wrong-form',
  'unseen-characters',
  'not-json',
  'not-presets',
  'newer-version',
  'file-too-large',
] as const;
export type BadValueReason = (typeof BAD_VALUE_REASONS)[number];

/** CompressionError 'bad-recipe'; its parameters are `field`, `reason` and, where there is one, `limit`. */
export function badValue(
  field: string,
  reason: BadValueReason,
  limit?: string | number,
  cause?: unknown,
): CompressionError {
  const parameters = { field, reason, ...(limit === undefined ? {} : { limit }) };
  return new CompressionError('bad-recipe', parameters, { cause });
}

/**
 * The value, when it fits the schema.
 *
 * @param field what the value is called, or ''; the path within it is added: `presets[1].recipe.aim.quality`
 * @throws CompressionError 'bad-recipe' for the first thing that is wrong; its cause has them all
 */
export function checked<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  field: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const { reason, limit } = reasonOf(issue);
  throw badValue((field + pathOf(issue)).replace(/^\./, ''), reason, limit, new v.ValiError(result.issues));
}

function pathOf(issue: v.BaseIssue<unknown>): string {
  return (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
}

function reasonOf(issue: v.BaseIssue<unknown>): { readonly reason: BadValueReason; readonly limit?: string | number } {
  const limit =
    'requirement' in issue && (typeof issue.requirement === 'number' || typeof issue.requirement === 'string')
      ? issue.requirement
      : undefined;
  const limited = (reason: BadValueReason): { reason: BadValueReason; limit?: string | number } =>
    limit === undefined ? { reason } : { reason, limit };
  switch (issue.type) {
    case 'min_value':
      return limited('too-small');
    case 'max_value':
      return limited('too-large');
    case 'min_length':
      return { reason: 'empty' };
    case 'max_length':
      return limited(Array.isArray(issue.input) ? 'too-many' : 'too-long');
    case 'integer':
      return { reason: 'not-whole' };
    case 'regex':
      return { reason: 'wrong-form' };
    case 'check_items':
      return { reason: 'duplicate' };
    case 'check':
      return { reason: 'unseen-characters' };
  }
  if (issue.expected === 'never') return { reason: 'unknown-field' };
  if (issue.received === 'undefined') return { reason: 'missing' };
  if (issue.type === 'picklist' || issue.type === 'literal' || issue.type === 'variant')
    return { reason: 'not-one-of', limit: (issue.expected ?? '').replace(/[()"]/g, '') };
  return { reason: 'wrong-type' };
}
