/** The script at upload fields, which the browser itself puts into the sites that the person has chosen, and into no other. */
import { browser } from 'wxt/browser';
import type { ScriptPublicPath } from 'wxt/utils/inject-script';
import { hostPattern } from './host-permission.ts';
import { runFiles, runFunction } from './run-script.ts';

const ID = 'watch-uploads';
const FILE: ScriptPublicPath = '/watch-uploads.js';

/** From now on, where a page of one of these is opened. @param patterns match patterns of sites that the extension may read */
export async function watchUploadsOn(patterns: readonly string[]): Promise<void> {
  const { scripting } = browser;
  const [now] = await scripting.getRegisteredContentScripts({ ids: [ID] });
  if (patterns.length === 0) return now && scripting.unregisterContentScripts({ ids: [ID] });
  const matches = [...patterns].sort();
  if (now?.matches?.join() === matches.join()) return;
  const script = {
    id: ID,
    js: [FILE],
    matches,
    allFrames: true,
    // Frames without an address of their own (`about:blank`, `srcdoc`) are their site's.
    matchOriginAsFallback: true,
    runAt: 'document_start' as const,
  };
  await (now ? scripting.updateContentScripts([script]) : scripting.registerContentScripts([script]));
}

/** In the frames of an open page that are of this site, so that it need not be loaded again. */
export async function watchUploadsIn(tabId: number, pattern: string): Promise<void> {
  const frames = await runFunction({ tabId, allFrames: true }, () => self.origin, []);
  const frameIds = frames.filter(({ result }) => hostPattern(String(result)) === pattern).map(({ frameId }) => frameId);
  if (frameIds.length > 0) await runFiles({ tabId, frameIds }, [FILE]);
}
