/** How large a file may be, as a page says it beside its upload field. */

/** Attributes that libraries have made customary (FilePond, Dropzone, Parsley, Uppy); bytes where there is no unit. */
const ATTRIBUTES = ['data-max-size', 'data-max-file-size', 'data-maxsize', 'data-max-filesize', 'data-filesize-max'];

const UNITS: Readonly<Record<string, number>> = { b: 1, k: 1e3, m: 1e6, g: 1e9 };
/** With its unit: `2 MB`, `1,5 Mo`, `500kB`, `2 MiB`. A MiB counts as 1e6: what fits in that fits in either. */
const AMOUNT = /(\d{1,5}(?:[.,]\d{1,2})?)\s?(k|m|g)(?:i?b|o)(?:yte)?s?\b/gi;

/** Characters of a field's surroundings that are looked at. */
const NEAR = 600;

/** Bytes, or null where nothing is said, or more than one thing. @param input a field, or a place that takes drops */
export function statedLimit(input: HTMLElement): number | null {
  for (const name of ATTRIBUTES) {
    const [, amount = '', unit = 'b'] = /^\s*(\d+(?:[.,]\d+)?)\s*([kmg]?)/i.exec(input.getAttribute(name) ?? '') ?? [];
    if (amount !== '') return bytesOf(amount, unit || 'b');
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

/** The only amount that a text names. */
export function limitIn(text: string): number | null {
  const amounts = new Set([...text.matchAll(AMOUNT)].map(([, amount = '', unit = '']) => bytesOf(amount, unit)));
  const [only] = amounts;
  return amounts.size === 1 && only !== undefined && only >= 1000 ? only : null;
}

function bytesOf(amount: string, unit: string): number {
  return Math.floor(Number(amount.replace(',', '.')) * (UNITS[unit.toLowerCase()] ?? 1));
}
