/** What a preset may be called. Imported files name presets too, so a name must not be able to dress up a view. */
import * as v from 'valibot';

export const MAX_NAME_LENGTH = 60;

/** Control and format characters (bidi overrides, zero-width, tags), line and paragraph separators, lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

export const presetNameSchema = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1),
  v.maxLength(MAX_NAME_LENGTH),
  v.check((name) => !UNSEEN.test(name), 'unseen-characters'),
);
