/** A page's upload fields: what was chosen in them is read, and another file put in its place, as if a person had chosen it. */
import {
  NEW_FILE,
  type ChosenFile,
  type Field,
  type Replaced,
  type UploadFieldApi,
} from '../core/protocol/upload-field.ts';
import { base64 } from './base64.ts';
import { dropOn, dropPlace } from './drop-file.ts';
import { everyElement, isShown, type ShadowOf } from './find-images.ts';
import { statedLimit } from './stated-limit.ts';

interface Known {
  readonly input: HTMLInputElement;
  /** The person's own. */
  readonly original: File;
  /** What is in the field. */
  now: File;
  parts: BlobPart[];
}

export function createUploadFields(document: Document, shadowOf: ShadowOf): UploadFieldApi {
  const known: Known[] = [];
  let fresh: BlobPart[] = [];

  function referenceOf(input: HTMLInputElement, file: File): number {
    const at = known.findIndex((one) => one.input === input && one.now === file);
    return at >= 0 ? at : known.push({ input, original: file, now: file, parts: [] }) - 1;
  }

  /** Puts one file in the place of another; the others of a `multiple` field stay. */
  function put({ input, now }: Known, file: File): Replaced {
    const files = [...(input.files ?? [])];
    const at = files.findIndex((one) => one === now || isSame(one, now));
    if (at < 0 || !input.isConnected) return 'gone';
    if (!isAccepted(file, input.accept)) return 'refused';
    const transfer = new DataTransfer();
    files.forEach((one, index) => transfer.items.add(index === at ? file : one));
    choose(input, transfer);
    return 'replaced';
  }

  /** The field that is meant: in focus, shown, or hidden behind a label or a place to drop on. */
  function best(file: Pick<File, 'name' | 'type'>): { readonly input: HTMLInputElement; readonly field: Field } | null {
    const inputs = fileInputs(document, shadowOf).filter(({ accept }) => isAccepted(file, accept));
    const input = inputs.find(hasFocus) ?? inputs.find(isShown) ?? inputs[0];
    return input ? { input, field: hasFocus(input) ? 'focused' : isShown(input) ? 'shown' : 'hidden' } : null;
  }

  return {
    chosen: () =>
      fileInputs(document, shadowOf).flatMap((input) =>
        [...(input.files ?? [])]
          .filter(({ type, name }) => type.startsWith('image/') || /\.(?:heic|heif|jxl|avif)$/i.test(name))
          .map((file): ChosenFile => {
            const reference = referenceOf(input, file);
            const { name, size, type } = file;
            return { reference, name, size, type, focused: hasFocus(input), limit: statedLimit(input) };
          }),
      ),
    async slice(reference, from, length) {
      const file = known[reference]?.now;
      return file ? base64(file.slice(from, from + length)).catch(() => null) : null;
    },
    bring(reference, from, text) {
      const entry = known[reference];
      const parts = from > 0 ? (reference === NEW_FILE ? fresh : (entry?.parts ?? [])) : [];
      parts.push(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
      if (reference === NEW_FILE) fresh = parts;
      else if (entry) entry.parts = parts;
    },
    replace(reference, name, type) {
      const entry = known[reference];
      if (!entry) return 'gone';
      const file = new File(entry.parts, name, { type, lastModified: entry.original.lastModified });
      entry.parts = [];
      const done = put(entry, file);
      if (done === 'replaced') entry.now = file;
      return done;
    },
    field: (name, type) => best({ name, type })?.field ?? (dropPlace(document, shadowOf) ? 'drop' : 'none'),
    insert(name, type) {
      const file = new File(fresh, name, { type });
      fresh = [];
      const transfer = new DataTransfer();
      const target = best(file);
      if (target?.input.multiple) for (const one of target.input.files ?? []) transfer.items.add(one);
      transfer.items.add(file);
      if (target) choose(target.input, transfer);
      else if (!dropOn(dropPlace(document, shadowOf), transfer)) return 'gone';
      return 'replaced';
    },
    undo(reference) {
      const entry = known[reference];
      if (!entry) return 'gone';
      const done = put(entry, entry.original);
      if (done === 'replaced') entry.now = entry.original;
      return done;
    },
  };
}

/** As if a person had chosen them. */
function choose(input: HTMLInputElement, { files }: DataTransfer): void {
  input.files = files;
  for (const type of ['input', 'change'])
    input.dispatchEvent(new Event(type, { bubbles: true, composed: type === 'input' }));
}

function fileInputs(document: Document, shadowOf: ShadowOf): HTMLInputElement[] {
  return everyElement(document, shadowOf).filter(
    (element): element is HTMLInputElement =>
      element.localName === 'input' &&
      (element as HTMLInputElement).type === 'file' &&
      !(element as HTMLInputElement).disabled,
  );
}

/** Chromium makes a new object of each file whenever `files` was set. */
function isSame(one: File, other: File): boolean {
  return (
    one.name === other.name &&
    one.size === other.size &&
    one.type === other.type &&
    one.lastModified === other.lastModified
  );
}

function hasFocus(input: HTMLInputElement): boolean {
  const root = input.getRootNode() as Document | ShadowRoot;
  return root.activeElement === input;
}

/** HTML, 4.10.5.1.17: extensions, media types, and `image/*`. Without a list all are. */
export function isAccepted({ name, type }: Pick<File, 'name' | 'type'>, accept: string): boolean {
  const wanted = accept
    .toLowerCase()
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  return (
    wanted.length === 0 ||
    wanted.some((one) =>
      one.startsWith('.')
        ? name.toLowerCase().endsWith(one)
        : one === '*/*' || (one.endsWith('/*') ? type.startsWith(one.slice(0, -1)) : type === one),
    )
  );
}
