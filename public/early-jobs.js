/*
 * Begins to read the session's jobs while the page's modules still load: with three hundred of them that takes 30 ms,
 * and a popup is to be there in 150. A classic script, since modules run only when all of them are there.
 * components/panel/early-jobs.ts takes over what was read, and what changed meanwhile.
 */
// A private window has a session of its own, which is not in this area.
if (!chrome.extension.inIncognitoContext) {
  const area = chrome.storage.session;
  const changes = [];
  const listener = (items) => changes.push(items);
  area.onChanged.addListener(listener);
  globalThis.earlyJobs = { items: area.get(null), changes, stop: () => area.onChanged.removeListener(listener) };
}
