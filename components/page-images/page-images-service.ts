/** What the view of a page's images asks of the browser and of the background. */
import type { Job, JobId } from '../../lib/core/model/job.ts';
import type { ListedReference, PageList } from '../../lib/core/protocol/page-list.ts';

export interface PageImagesService {
  /** @throws CompressionError `page-blocked` */
  list(): Promise<PageList>;
  /** A small picture as a data: URL, of what the page already has; '' for none. */
  thumbnail(image: ListedReference): Promise<string>;
  /** Gives the jobs in the order of the images, null for one that the list of jobs had no room for. @throws CompressionError */
  compress(images: readonly ListedReference[]): Promise<readonly (JobId | null)[]>;
  /** In a click: asks once for the permission to read all these jobs' hosts, then tries them again. */
  allow(jobs: readonly Job[]): Promise<void>;
  /** To the list with the results. */
  openList(): void;
  copy(text: string): Promise<void>;
}
