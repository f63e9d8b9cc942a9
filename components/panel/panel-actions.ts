/** What a panel asks of the browser and of the background. Components get this, and never call either. */
import type { OptionsPageName } from '../options/pages.ts';
import type { Recipe } from '../../lib/core/model/recipe.ts';
import type { Finished } from '../../lib/core/naming/result-names.ts';
import type { Snippet } from '../../lib/core/texts/snippet.ts';
import type { Job, JobId } from '../../lib/core/model/job.ts';

/** popup: at the toolbar button. workspace: a tab. side: beside a page. */
export type PanelPlace = 'popup' | 'workspace' | 'side';

/** What a workspace begins with: an image that is compared once it has its result, or asked how large it may be; or a limit for all, in bytes. */
export type Opening =
  { readonly view: 'compare' | 'fit'; readonly id: JobId } | { readonly view: 'total'; readonly bytes: number };

export interface PanelActions {
  save(job: Finished, template: string): void;
  /** Each as a file of its own, in a folder of the day below Downloads. */
  saveAll(jobs: readonly Finished[], template: string): void;
  /** @throws CompressionError `item-gone` when a result is no longer held */
  saveArchive(jobs: readonly Finished[], template: string): Promise<void>;
  cancel(id: JobId): void;
  /**
   * @param ownRecipe the recipe is for it alone
   * @returns whether it is begun: not where it is being worked on or saved by now
   * @throws CompressionError `source-gone`, `file-gone` when there is nothing to try again with
   */
  retry(id: JobId, recipe?: Recipe, ownRecipe?: boolean): Promise<boolean>;
  dismiss(id: JobId): void;
  /** @param stem the name without its extension */
  rename(id: JobId, stem: string): void;
  /** In a click: asks for the permission to read the image's host, then tries again. */
  allow(job: Job): Promise<void>;
  /** The address of an image becomes a job. */
  takeUrl(url: string): Promise<void>;
  /** @throws CompressionError */
  copyPicture(job: Finished): Promise<void>;
  /** @throws CompressionError */
  copySnippet(job: Finished, kind: Snippet): Promise<void>;
  openWorkspace(opening?: Opening): void;
  /** Null where the browser has none, or this is it. */
  readonly openSidePanel: (() => void) | null;
  /** All images of the page in front; null where no page is. */
  readonly openPageImages: (() => void) | null;
  /** Into an upload field of the page that the view stands beside; null where it stands beside none. */
  readonly useInPage: ((job: Finished) => Promise<void>) | null;
  openShortcuts(): void;
  openOptions(page: OptionsPageName): void;
  openHelp(): void;
  /** Everything that is held, and every job. */
  purgeAll(): void;
  /** A text as a file in Downloads, chosen by the person. */
  saveText(fileName: string, text: string): void;
}
