/** What the background and the script at a page's upload fields say to each other; JSON. */
import type { HeldBy } from '../model/job.ts';

export type { HeldBy };

/** A file that a person has chosen in an `<input type=file>`. */
export interface ChosenFile {
  /** What the script knows it by, until the page goes. */
  readonly reference: number;
  readonly name: string;
  readonly size: number;
  /** As the browser guessed it from the name. */
  readonly type: string;
  /** The input has the keyboard focus, as one that was right-clicked has. */
  readonly focused: boolean;
  /** Bytes that the page says a file may have at most; null where it says nothing. */
  readonly limit: number | null;
  /** The page has not heard of it yet. */
  readonly held: HeldBy | null;
}

/** For `bring`: a file that no field has yet. */
export const NEW_FILE = -1;

/**
 * gone: the page has another file there by now, or none. refused: the field takes no file of this type. waiting: the page
 * gets it together with others that were chosen with it.
 */
export type Replaced = 'replaced' | 'gone' | 'refused' | 'waiting';

/** What a frame has for a file: its upload fields by how likely they are meant, a place that takes dropped files, or neither. */
export const FIELDS = ['focused', 'shown', 'hidden', 'drop', 'none'] as const;
export type Field = (typeof FIELDS)[number];

/** The one name that `entrypoints/upload-field.ts` sets, in the extension's own world of the page. */
export const UPLOAD_FIELD = 'compressImageUpload';

/** What stands under that name. */
export interface UploadFieldApi {
  /** Of all inputs of the frame, images alone. */
  chosen(): readonly ChosenFile[];
  /** Images that are kept back since the last question for them. */
  held(): readonly ChosenFile[];
  /** base64; null when the file can't be read any more. */
  slice(reference: number, from: number, length: number): Promise<string | null>;
  /** Gathers what a file is to have; `from` is where the slice begins. */
  bring(reference: number, from: number, base64: string): void;
  /** What was gathered takes the file's place in its input, or among those that the page gets. */
  replace(reference: number, name: string, type: string): Replaced;
  /** Of a file that is kept back, the page gets the original. */
  keep(reference: number): void;
  /** Of a file like this. */
  field(name: string, type: string): Field;
  /** What was gathered as `NEW_FILE` goes into what `field` has found, beside what is in a `multiple` field. */
  insert(name: string, type: string): Replaced;
  /** The former file comes back. */
  undo(reference: number): Replaced;
}

/** The one name that `entrypoints/watch-uploads.ts` sets, in the extension's own world of the frame. */
export const UPLOADS_HELD = 'compressImageHeld';
