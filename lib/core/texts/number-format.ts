/** Number formats, made once each: to make one costs a hundred times what using it does, and a list writes hundreds of figures. */
const made = new Map<string, Intl.NumberFormat>();

/** @param language as a BCP 47 tag */
export function numberFormat(language: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  let format = made.get(key);
  if (!format) made.set(key, (format = new Intl.NumberFormat(language, options)));
  return format;
}
