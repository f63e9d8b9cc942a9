/**
 * The licences of all that is shipped in the package, as one text, and whether each is one that may be. Packages are
 * those that package.json names under `dependencies`, with what they depend on, and what of the build's own is bundled.
 */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- in plain JavaScript the types are in the comments */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from './command.mjs';

/** Development packages of which a part gets into the bundle: the runtime of the views, of texts, and of entrypoints. */
const BUNDLED = ['svelte', '@wxt-dev/i18n', '@wxt-dev/webextension-polyfill', 'wxt'];

/**
 * SPDX identifiers. MPL-2.0 and LGPL-3.0 ask that the files under them stay apart and can be replaced: the polyfill is
 * a module of its own, unmodified; libheif is a WASM file and a chunk of its own.
 */
const ALLOWED = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'MPL-2.0',
  'CC0-1.0',
  'Zlib',
  '(MIT AND Zlib)',
  'BlueOak-1.0.0',
]);
const ALLOWED_FOR = { 'libheif-js': 'LGPL-3.0' };

/** @typedef {{ name: string, version: string, licence: string, texts: string[] }} Shipped */

/** @returns {Shipped[]} by name @throws Error for a licence that may not be in the package */
export function shippedPackages() {
  const lock = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package-lock.json'), 'utf8')).packages;
  const found = new Map();
  const visit = (name, deep, optional = false) => {
    const path = `node_modules/${name}`;
    if (found.has(name)) return;
    const entry = lock[path];
    if (!entry || !existsSync(join(PROJECT_FOLDER, path))) {
      if (optional) return;
      throw new Error(`${name} is shipped, and not installed`);
    }
    found.set(name, { name, version: entry.version, licence: licenceOf(path), texts: textsOf(path) });
    if (deep) for (const each of Object.keys(entry.dependencies ?? {})) visit(each, true, each.startsWith('@types/'));
  };
  for (const name of Object.keys(lock[''].dependencies)) visit(name, true);
  for (const name of BUNDLED) visit(name, false);
  const shipped = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const refused = shipped.filter(({ name, licence }) => !ALLOWED.has(licence) && ALLOWED_FOR[name] !== licence);
  if (refused.length > 0) {
    throw new Error(
      `May not be in the package: ${refused.map(({ name, licence }) => `${name} (${licence})`).join(', ')}`,
    );
  }
  return shipped;
}

/** What goes into the package as THIRD-PARTY-NOTICES.txt. */
export function noticesText() {
  const head = `CompressImage contains the following packages, unmodified. libheif (in libheif-js) is under the LGPL-3.0: it is the
file libheif-*.wasm with its glue, loaded only for HEIC, and can be replaced by another build of the same version.
`;
  const parts = shippedPackages().map(
    ({ name, version, licence, texts }) =>
      `${'='.repeat(80)}\n${name} ${version}\n${licence}\n\n${texts.join('\n\n').trim()}\n`,
  );
  return [head, ...parts].join('\n');
}

function licenceOf(path) {
  const { license, licenses } = JSON.parse(readFileSync(join(PROJECT_FOLDER, path, 'package.json'), 'utf8'));
  return license ?? licenses?.[0]?.type ?? 'unknown';
}

/** The package's own licence file, and those beside the code of others that it was built from. */
function textsOf(path) {
  const folder = join(PROJECT_FOLDER, path);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(?:licen[cs]e|notice|copying)(?:\.|$)/i.test(entry.name))
    .filter((entry) => !entry.parentPath.slice(folder.length).includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => readFileSync(file, 'utf8').trim());
}
