/** Opening the workspace on one image. */
import { browser } from 'wxt/browser';
import type { JobId } from '../core/model/job.ts';

/** @param view its comparison, as soon as there is something to compare; or first the question how large it may be */
export async function openWorkspace(id: JobId, view: 'compare' | 'fit'): Promise<void> {
  await browser.tabs.create({ url: `${browser.runtime.getURL('/')}workspace.html#${view}=${id}` });
}
