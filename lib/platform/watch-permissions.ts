/** Hearing of permissions that are given and taken, here or in the browser's own pages. */
import { browser } from 'wxt/browser';

/** @returns what ends it */
export function watchPermissions(changed: () => void): () => void {
  const { onAdded, onRemoved } = browser.permissions;
  onAdded.addListener(changed);
  onRemoved.addListener(changed);
  return () => {
    onAdded.removeListener(changed);
    onRemoved.removeListener(changed);
  };
}
