/**
 * Which modules go together into a file. Left to itself the bundler makes a file of whatever the same pages need, 37 for a
 * popup, and each is a request of its own that the browser's process answers: 250 of the 400 ms in which a popup was there.
 */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- in plain JavaScript the types are in the comments */

/** The pages that show a panel; their first frame is what is waited for. */
const PANELS = ['popup', 'sidepanel', 'workspace'];

/** @typedef {ReadonlySet<string>} Roots */
/** What the bundler knows of modules. @typedef {{ getModuleInfo(id: string): { importers: readonly string[] } | null }} Graph */

/**
 * Nothing comes into a file of the engine's page, which has no interface but `runtime`, that it does not import itself: a module may use
 * at once what is not there. The service worker has no document either; it is a classic script, one file that shares nothing.
 *
 * @type {readonly (readonly [name: string, holds: (roots: Roots) => boolean])[]}
 */
const FILES = [
  ['pages', (roots) => reachedBy(roots, PANELS) && roots.has('offscreen')],
  // What a single one needs is in its own file: that is what starts it.
  ['panel', (roots) => reachedBy(roots, PANELS) && roots.size > 1],
];

/** @param {Roots} roots @param {readonly string[]} names */
const reachedBy = (roots, names) => names.some((name) => roots.has(name));

/**
 * What every panel loads, in two files: what the engine's page needs too, and the rest, which other views load with it. What is
 * imported when it is opened stays in files of its own.
 *
 * @returns {import('vite').Plugin}
 */
export function panelInFewFiles() {
  return {
    name: 'panel-in-few-files',
    apply: 'build',
    outputOptions(output) {
      // Scripts for pages are one file each anyway.
      if (output.format !== 'es') return null;
      /** @type {Map<string, Set<string>>} */
      const known = new Map();
      // The first of them takes what its modules import with it, which is why the one that all need comes first.
      const groups = FILES.map(([name, holds], at) => ({
        priority: FILES.length - at,
        name: (/** @type {string} */ id, /** @type {Graph} */ graph) =>
          holds(rootsOf(id, (of) => graph.getModuleInfo(of), known)) ? name : null,
      }));
      return { ...output, codeSplitting: { groups } };
    },
  };
}

/**
 * Names of the entrypoints that load a module with their first file.
 * @param {string} id
 * @param {(id: string) => { importers: readonly string[] } | null} infoOf
 * @param {Map<string, Set<string>>} known
 * @returns {Set<string>}
 */
function rootsOf(id, infoOf, known) {
  const before = known.get(id);
  if (before) return before;
  /** @type {Set<string>} */
  const roots = new Set();
  // Modules may import each other in a circle: each is asked once.
  const seen = new Set([id]);
  for (const each of seen) {
    const entrypoint = /entrypoints\/([\w-]+)(?:\/index\.html|\.ts)$/.exec(each.replaceAll('\\', '/'))?.[1];
    if (entrypoint) roots.add(entrypoint);
    for (const importer of infoOf(each)?.importers ?? []) seen.add(importer);
  }
  known.set(id, roots);
  return roots;
}
