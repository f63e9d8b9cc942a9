/** The built extension: where it is, and the id that Chromium gives it. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const PROJECT_FOLDER = resolve(import.meta.dirname, '../..');

/** The folder of the Chrome build, in the place where `wxt.config.ts` puts it. */
export function builtExtension(): string {
  return resolve(PROJECT_FOLDER, process.env['COMPRESSIMAGE_OUT_DIR'] ?? '.output', 'chrome-mv3');
}

/**
 * Chromium's id of an extension: the SHA-256 of its public key, or of its folder's path where it has none; the first
 * 16 bytes, a hexadecimal digit a letter from `a` to `p` (components/crx_file/id_util.cc).
 */
export function extensionId(folder: string): string {
  const manifestFile = join(folder, 'manifest.json');
  if (!existsSync(manifestFile)) throw new Error(`no built extension in ${folder}: run \`npm run build\``);
  const manifest: unknown = JSON.parse(readFileSync(manifestFile, 'utf8'));
  const key =
    typeof manifest === 'object' && manifest !== null && 'key' in manifest
      ? Buffer.from(String(manifest.key), 'base64')
      : null;
  const hash = createHash('sha256')
    .update(key ?? realpathSync(folder))
    .digest('hex');
  return [...hash.slice(0, 32)].map((digit) => String.fromCharCode(97 + parseInt(digit, 16))).join('');
}
