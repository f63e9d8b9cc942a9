import { browser } from 'wxt/browser';
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { imagesInView } from '../lib/page/collect-images.ts';
import { visibleAreas } from '../lib/page/visible-area.ts';

/** The value that the script ends with is the answer to `scripting.executeScript`, in each frame. */
export default defineUnlistedScript(() =>
  imagesInView({
    document,
    shadowOf: (element) =>
      element instanceof HTMLElement ? (browser.dom?.openOrClosedShadowRoot(element) ?? element.shadowRoot) : null,
    areasOf: visibleAreas,
  }),
);
