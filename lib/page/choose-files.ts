/** Putting files into an upload field, as if a person had chosen them. */

export function chooseFiles(input: HTMLInputElement, files: Iterable<File>): void {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input.files = transfer.files;
  announceChosen(input);
}

/** HTML, 4.10.5.5: what a page hears when a person has chosen. */
export function announceChosen(input: HTMLInputElement): void {
  for (const type of ['input', 'change'])
    input.dispatchEvent(new Event(type, { bubbles: true, composed: type === 'input' }));
}

export function isFileInput(element: unknown): element is HTMLInputElement {
  const { localName, type } = (element ?? {}) as Partial<HTMLInputElement>;
  return localName === 'input' && type === 'file';
}

/** Of those that the extension can work on, as the browser guessed the type from the name; it does not know them all. */
export function isImageFile({ type, name }: Pick<File, 'type' | 'name'>): boolean {
  return type.startsWith('image/') || /\.(?:heic|heif|jxl|avif)$/i.test(name);
}
