/** A page's upload fields: what was chosen in them is read, and another file put in its place, as if a person had chosen it. */
import {
  NEW_FILE,
  type ChosenFile,
  type Field,
  type Replaced,
  type UploadFieldApi,
} from '../core/protocol/upload-field.ts';
import { base64 } from './base64.ts';
import { chooseFiles, isFileInput, isImageFile } from './choose-files.ts';
import { dropOn, dropPlace } from './drop-file.ts';
import { everyElement, isShown, type ShadowOf } from './find-images.ts';
import { firstReference } from './references.ts';
import { statedLimit } from './stated-limit.ts';
import type { Hold, TakeHolds } from './watch-uploads.ts';

interface Known {
  /** Null for one that was dropped. */
  readonly input: HTMLInputElement | null;
  /** Until the page has heard of it. */
  hold: Held | null;
  /** The person's own. */
  readonly original: File;
  /** What is in the field. */
  now: File;
  parts: BlobPart[];
}

/** Files that the page is to hear of together, some of them still to be made smaller. */
interface Held {
  readonly hold: Hold;
  readonly waiting: Set<File>;
  readonly files: File[];
}

/** @param takeHolds where the person wants uploads of the site made smaller */
export function createUploadFields(
  document: Document,
  shadowOf: ShadowOf,
  takeHolds: TakeHolds = () => [],
): UploadFieldApi {
  const known: Known[] = [];
  // A result of the document that was in the frame before must not come into a file of this one.
  const first = firstReference();
  const entryOf = (reference: number): Known | undefined => known[reference - first];
  const add = (entry: Known): number => first + known.push(entry) - 1;
  let fresh: BlobPart[] = [];

  function referenceOf(input: HTMLInputElement, file: File): number {
    const at = known.findIndex((one) => one.input === input && one.now === file);
    return at >= 0 ? first + at : add({ input, hold: null, original: file, now: file, parts: [] });
  }

  /** Puts one file in the place of another; the others of a `multiple` field stay. */
  function put({ input, now }: Known, file: File): Replaced {
    const files = [...(input?.files ?? [])];
    const at = files.findIndex((one) => one === now || isSame(one, now));
    if (at < 0 || !input?.isConnected) return 'gone';
    if (!mayTake(input, file, now)) return 'refused';
    chooseFiles(
      input,
      files.map((one, index) => (index === at ? file : one)),
    );
    return 'replaced';
  }

  function held({ hold, waiting, files }: Held, file: File): ChosenFile {
    const input = isFileInput(hold.element) ? hold.element : null;
    const reference = add({ input, hold: { hold, waiting, files }, original: file, now: file, parts: [] });
    const { name, size, type } = file;
    return { reference, name, size, type, focused: false, limit: statedLimit(hold.element), held: hold.by };
  }

  /** One of what the page is to hear of is as it will be; with the last of them the page hears. */
  function settle(entry: Known, file: File): Replaced {
    if (!entry.hold) return 'gone';
    const { hold, waiting, files } = entry.hold;
    entry.hold = null;
    files[hold.files.indexOf(entry.original)] = file;
    waiting.delete(entry.original);
    entry.now = file;
    if (waiting.size > 0) return 'waiting';
    return hold.give(files) ? 'replaced' : 'gone';
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
        [...(input.files ?? [])].filter(isImageFile).map((file): ChosenFile => {
          const reference = referenceOf(input, file);
          const { name, size, type } = file;
          return { reference, name, size, type, focused: hasFocus(input), limit: statedLimit(input), held: null };
        }),
      ),
    held: () =>
      takeHolds().flatMap((hold) => {
        const images = hold.files.filter(isImageFile);
        const together = { hold, waiting: new Set(images), files: [...hold.files] };
        return images.map((file) => held(together, file));
      }),
    async slice(reference, from, length) {
      const file = entryOf(reference)?.now;
      const slice = file?.slice(from, from + length).arrayBuffer();
      return slice ? slice.then((buffer) => base64(new Uint8Array(buffer))).catch(() => null) : null;
    },
    bring(reference, from, text) {
      const entry = entryOf(reference);
      const parts = from > 0 ? (reference === NEW_FILE ? fresh : (entry?.parts ?? [])) : [];
      parts.push(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
      if (reference === NEW_FILE) fresh = parts;
      else if (entry) entry.parts = parts;
    },
    replace(reference, name, type) {
      const entry = entryOf(reference);
      if (!entry) return 'gone';
      const file = new File(entry.parts, name, { type, lastModified: entry.original.lastModified });
      entry.parts = [];
      if (entry.hold) {
        const refused = entry.input !== null && !mayTake(entry.input, file, entry.original);
        const done = settle(entry, refused ? entry.original : file);
        return refused ? 'refused' : done;
      }
      const done = put(entry, file);
      if (done === 'replaced') entry.now = file;
      return done;
    },
    keep(reference) {
      const entry = entryOf(reference);
      if (entry?.hold) settle(entry, entry.original);
    },
    field: (name, type) => best({ name, type })?.field ?? (dropPlace(document, shadowOf) ? 'drop' : 'none'),
    insert(name, type) {
      const file = new File(fresh, name, { type });
      fresh = [];
      const transfer = new DataTransfer();
      const target = best(file);
      if (target?.input.multiple) for (const one of target.input.files ?? []) transfer.items.add(one);
      transfer.items.add(file);
      if (target) chooseFiles(target.input, transfer.files);
      else if (!dropOn(dropPlace(document, shadowOf), transfer)) return 'gone';
      return 'replaced';
    },
    undo(reference) {
      const entry = entryOf(reference);
      if (!entry) return 'gone';
      const done = put(entry, entry.original);
      if (done === 'replaced') entry.now = entry.original;
      return done;
    },
  };
}

function fileInputs(document: Document, shadowOf: ShadowOf): HTMLInputElement[] {
  return everyElement(document, shadowOf).filter(
    (element): element is HTMLInputElement =>
      // Files of a folder know their places in it, which one that is made anew can't.
      isFileInput(element) && !element.disabled && !element.webkitdirectory,
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

/** Whether a field takes a file in the place of one that is in it: what is of the same type it took already, whatever it says. */
function mayTake({ accept }: HTMLInputElement, file: File, now: File): boolean {
  return (mediaType(file.type) === mediaType(now.type) && file.type !== '') || isAccepted(file, accept);
}

/**
 * HTML, 4.10.5.1.17: extensions, media types, and `image/*`. Without a list all are. As browsers do, what is none of these (`jpg`, `*`)
 * is left aside.
 */
export function isAccepted({ name, type }: Pick<File, 'name' | 'type'>, accept: string): boolean {
  const wanted = accept
    .toLowerCase()
    .split(',')
    .map((one) => one.trim())
    .filter((one) => /^\.[^.]|^[^/]+\/[^/]+$/.test(one));
  return (
    wanted.length === 0 ||
    wanted.some((one) =>
      one.startsWith('.')
        ? name.toLowerCase().endsWith(one)
        : one === '*/*' ||
          (one.endsWith('/*') ? type.startsWith(one.slice(0, -1)) : mediaType(type) === mediaType(one)),
    )
  );
}

/** Pages write these too, and some systems know a file by them. */
function mediaType(type: string): string {
  return type
    .toLowerCase()
    .replace(/^image\/(?:jpg|pjpeg|jfif)$/, 'image/jpeg')
    .replace(/^image\/x-(?=png$)/, 'image/');
}
