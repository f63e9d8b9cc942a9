/** Holds up the reading of chosen files in a view, so that what happens meanwhile does not hang on how fast the machine is. */
import type { Page } from 'playwright-core';

/** @param most so many reads go on at once, the others once they are let go on */
export async function holdReading(page: Page, most = 0): Promise<{ goOn(): Promise<void> }> {
  await page.evaluate((before) => {
    let begun = 0;
    const read = Blob.prototype.arrayBuffer;
    Blob.prototype.arrayBuffer = async function (this: Blob) {
      begun++;
      if (begun > before) while (!('goOn' in window)) await new Promise((later) => setTimeout(later, 20));
      return read.call(this);
    };
  }, most);
  return { goOn: () => page.evaluate(() => void Object.assign(window, { goOn: true })) };
}
