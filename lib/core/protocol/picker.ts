/** What the background and the overlay that picks an image in a page say to each other. */

/** The one name that `entrypoints/pick-image.ts` sets, in the extension's own world of the page. */
export const PICK_IMAGE = 'compressImagePick';

export interface PickTexts {
  readonly help: string;
  /** Of an image that has a larger file. */
  readonly larger: string;
  readonly none: string;
}

export interface PickedReference {
  /** Of `PageListApi`. */
  readonly reference: number;
  /** The largest file that the page names for it, in place of the one that is shown. */
  readonly largest: boolean;
  readonly frameUrl: string;
}

/** What stands under that name. */
export interface PickerApi {
  /** Shows the overlay in this frame; `message` is what is sent to the extension, with the pick in its data. Null leaves. */
  begin(texts: PickTexts, message: { readonly data: object }): void;
  end(): void;
}
