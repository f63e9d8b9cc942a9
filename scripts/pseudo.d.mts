/** Lengthens every text of a built `_locales/…/messages.json`. */
export function lengthenFile(file: string): void;
/** A third longer, by words; each plural form by itself, and what has no letters of its own not at all. */
export function lengthened(message: string): string;
