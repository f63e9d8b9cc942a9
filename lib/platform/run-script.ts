/**
 * Scripts in a page, at once: what is asked of a page whose HTML has not ended (a script that hangs, a stream) would wait for
 * that end, by default. What is there by then is a document with its first element (Chromium's `document_start`).
 */
import { browser, type Browser } from 'wxt/browser';
import type { ScriptPublicPath } from 'wxt/utils/inject-script';

type Target = Browser.scripting.InjectionTarget;
export type Ran<T> = Browser.scripting.InjectionResult<Awaited<T>>;

/** Rejects where no script may run. */
export function runFiles(target: Target, files: readonly ScriptPublicPath[]): Promise<Ran<unknown>[]> {
  return browser.scripting.executeScript({ target, files: [...files], injectImmediately: true });
}

/** @param world `MAIN` is the page's own. Rejects where no script may run. */
export function runFunction<A extends readonly unknown[], T>(
  target: Target,
  func: (...args: A) => T,
  args: Readonly<A>,
  world: 'ISOLATED' | 'MAIN' = 'ISOLATED',
): Promise<Ran<T>[]> {
  return browser.scripting.executeScript<unknown[], T>({
    target,
    world,
    func: func as unknown as (...given: unknown[]) => T,
    args: [...args],
    injectImmediately: true,
  });
}
