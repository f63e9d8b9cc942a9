/** Names to fall back on when a browser takes none of the better ones: what it refuses may change with its version. */

/**
 * Plainer and plainer paths for a file, the last one without a folder, in ASCII letters alone.
 *
 * @param path folders separated by '/', then a name with its extension
 */
export function plainerPaths(path: string): string[] {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  const [, stem = name, extension = ''] = /^(.*)\.([a-z\d]+)$/is.exec(name) ?? [];
  const suffix = extension === '' ? '' : `.${extension}`;
  const plain = `${ascii(stem) || 'image'}${suffix}`;
  const folders = parts.map((part) => ascii(part)).filter(Boolean);
  return [...new Set([[...folders, plain].join('/'), plain, `image${suffix}`])].filter((each) => each !== path);
}

/** Letters, digits, `-` and `_`: no marks, nothing that any system or browser reads as more than a character. */
function ascii(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\w-]+/g, ' ')
    .trim()
    .replace(/ +/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, 80);
  // A device of Windows under its own name is refused too.
  return /^(?:con|prn|aux|nul|(?:com|lpt)\d)$/i.test(plain) ? `${plain}-` : plain;
}
