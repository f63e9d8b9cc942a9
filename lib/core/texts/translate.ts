/** Looks a text up by its key in the locale file; `count` chooses between singular and plural. */
export type Translate = (key: string, substitutions?: readonly string[], count?: number) => string;
