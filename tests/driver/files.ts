/** Giving files to a page: through its file chooser, or dropped onto it. */
import { resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';

/** Does what opens the file chooser, and chooses these files in it. A folder is chosen by its path alone. */
export async function chooseFiles(page: Page, opens: () => Promise<unknown>, files: readonly string[]): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), opens()]);
  await chooser.setFiles(files.map((file) => resolve(file)));
}

/** Gives files straight to an `<input type="file">`, shown or not. */
export async function giveFiles(input: Locator, files: readonly string[]): Promise<void> {
  await input.setInputFiles(files.map((file) => resolve(file)));
}

/** Drags real files and folders from outside onto an element; they are let go there unless `letGo` is false. */
export async function dropFiles(target: Locator, files: readonly string[], { letGo = true } = {}): Promise<void> {
  const box = await target.boundingBox();
  if (!box) throw new Error('the element to drop on is not visible');
  const page = target.page();
  const session = await page.context().newCDPSession(page);
  const drag = (type: 'dragEnter' | 'dragOver' | 'drop'): Promise<unknown> =>
    session.send('Input.dispatchDragEvent', {
      type,
      x: box.x + box.width / 2,
      y: box.y + box.height / 2,
      data: { items: [], files: files.map((file) => resolve(file)), dragOperationsMask: 1 },
    });
  try {
    await drag('dragEnter');
    await drag('dragOver');
    if (letGo) await drag('drop');
  } finally {
    await session.detach().catch(() => undefined);
  }
}
