/** How large a file may be, as a page says it beside its upload field. */

/** Attributes that libraries have made customary (FilePond, Dropzone, Parsley, Uppy). */
const ATTRIBUTES = ['data-max-size', 'data-max-file-size', 'data-maxsize', 'data-max-filesize', 'data-filesize-max'];
/** Some of the libraries count in kB or MB where there is no unit: only what would be very much of these is surely bytes. */
const SURELY_BYTES = 100_000;

const UNITS: Readonly<Record<string, number>> = { b: 1, k: 1e3, m: 1e6, g: 1e9 };
/**
 * With its unit: `2 MB`, `1,5 Mo`, `500kB`, `2 MiB`, and in groups of three `5,120 KB`, `1.024 KB`, `1 024 Ko`. A MiB counts as
 * 1e6: what fits in that fits in either.
 */
const AMOUNT =
  /(?<![\d.,'])(\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})+|\d{1,7}(?:[.,]\d{1,2})?)\s?(k|m|g)(?:i?b|o)(?:yte)?s?\b/gi;
const GROUPED = /^\d{1,3}(?:\D\d{3})+$/;
/** Right before an amount these say that it is the least. */
const AT_LEAST =
  /\b(?:min(?:imum|imal|imale|imo|ima|\.)?|(?:at )?least|more than|larger than|bigger than|mindestens|ab|au moins|al menos|almeno|pelo menos|minst|minstens)(?:\s(?:file|size|of|is|are|Dateigröße|de|di|:))*[\s:]*$/i;

/** Characters of a field's surroundings that are looked at. */
const NEAR = 600;

/** Bytes, or null where nothing is said, or more than one thing. @param input a field, or a place that takes drops */
export function statedLimit(input: HTMLElement): number | null {
  for (const name of ATTRIBUTES) {
    const [, amount = '', unit = ''] = /^\s*(\d+(?:[.,]\d+)?)\s*([kmg]?)/i.exec(input.getAttribute(name) ?? '') ?? [];
    const bytes = bytesOf(amount, unit);
    if (amount !== '' && (unit !== '' || bytes >= SURELY_BYTES)) return bytes;
  }
  const described = (input.getAttribute('aria-describedby') ?? '')
    .split(/\s+/)
    .flatMap((id) => (id && input.ownerDocument.getElementById(id)?.textContent) || []);
  const labels = [...((input as Partial<HTMLInputElement>).labels ?? [])].map(({ textContent }) => textContent);
  const said = limitIn([...described, ...labels, input.title].join('\n'));
  if (said !== null) return said;
  // What stands around it, as far as it is about this field alone.
  let box: Node | null = input;
  for (let depth = 0; box instanceof Element || box instanceof ShadowRoot; depth++) {
    const text = box.textContent ?? '';
    if (depth > 5 || text.length > NEAR || box === input.ownerDocument.body) return null;
    if (box.querySelectorAll('input[type=file]').length > 1) return null;
    const limit = limitIn(text);
    if (limit !== null) return limit;
    box = box instanceof ShadowRoot ? box.host.parentNode : box.parentNode;
  }
  return null;
}

/** The only amount that a text names as the most. */
export function limitIn(text: string): number | null {
  const amounts = new Set(
    [...text.matchAll(AMOUNT)].flatMap(({ 1: amount = '', 2: unit = '', index }) =>
      AT_LEAST.test(text.slice(Math.max(0, index - 40), index)) ? [] : [bytesOf(amount, unit)],
    ),
  );
  const [only] = amounts;
  return amounts.size === 1 && only !== undefined && only >= 1000 ? only : null;
}

function bytesOf(amount: string, unit: string): number {
  const number = GROUPED.test(amount) ? amount.replace(/\D/g, '') : amount.replace(',', '.');
  return Math.floor(Number(number) * (UNITS[unit.toLowerCase() || 'b'] ?? 1));
}
