import type { Plugin } from 'vite';
import { defineConfig } from 'wxt';
import { panelInFewFiles } from './scripts/chunks.mjs';
import { compileNative } from './scripts/native.mjs';
import { noticesText } from './scripts/notices.mjs';
import { lengthenFile } from './scripts/pseudo.mjs';

/** Threads of a codec export nothing, and the package that they come from says that nothing else is of use in them. */
const keepThreads: Plugin = {
  name: 'keep-threads',
  transform: {
    filter: { id: /(thread\.worker|offline-at-once)\.ts|_enc_mt\.worker\.mjs/ },
    handler: (code) => ({ code, map: null, moduleSideEffects: 'no-treeshake' }),
  },
};

export default defineConfig({
  modules: ['@wxt-dev/module-svelte', '@wxt-dev/i18n/module', '@wxt-dev/auto-icons', '@wxt-dev/webextension-polyfill'],
  // A second checkout, or a test that needs a build of its own, names its own folder.
  outDir: process.env['COMPRESSIMAGE_OUT_DIR'] ?? '.output',
  manifestVersion: 3,
  autoIcons: { baseIconPath: 'assets/icon.svg', developmentIndicator: false },
  imports: false,
  // `npm run build` on a fresh checkout needs nothing before it.
  hooks: {
    'build:before': async () => void (await compileNative()),
    'build:publicAssets': (_wxt, files) => {
      files.push({ relativeDest: 'THIRD-PARTY-NOTICES.txt', contents: noticesText() });
    },
    'build:done': (wxt) => {
      if (process.env['COMPRESSIMAGE_PSEUDO'] === '1') lengthenFile(`${wxt.config.outDir}/_locales/en/messages.json`);
    },
  },
  manifest: {
    name: '__MSG_extension_name__',
    description: '__MSG_extension_description__',
    default_locale: 'en',
    minimum_chrome_version: '120',
    // A private window gets an extension process of its own, whose storage is in memory alone and ends with it.
    incognito: 'split',
    permissions: [
      'contextMenus',
      'offscreen',
      'storage',
      'downloads',
      'activeTab',
      'scripting',
      'alarms',
      'declarativeNetRequestWithHostAccess',
    ],
    optional_permissions: ['notifications'],
    // `file:///*` for images of pages that are files, where the person lets the extension work on files.
    optional_host_permissions: ['*://*/*', 'file:///*'],
    content_security_policy: {
      extension_pages: "script-src 'self' 'wasm-unsafe-eval'; object-src 'none'",
      // Where drawings of strangers are drawn: no origin, no rights, no request but for its own script.
      sandbox:
        "sandbox allow-scripts; default-src 'none'; script-src 'self'; img-src data:; style-src 'unsafe-inline'; font-src data:",
    },
    sandbox: { pages: ['svg-drawing.html'] },
    // Without it Chrome hands out no policy at all.
    storage: { managed_schema: 'managed-schema.json' },
    action: { default_title: '__MSG_extension_name__' },
    // Keys that no large extension suggests, so that they do not stay unassigned beside one of them: read in the manifests
    // of Bitwarden (Ctrl+Shift+Y, U, L, 9), SingleFile (Ctrl+Shift+Y, U), Dark Reader (Alt+Shift+D, A), uBlock Origin, Vimium
    // and React's tools; documented by 1Password and Proton Pass (Ctrl+Shift+X) and GoFullPage (Alt+Shift+P). Nor are they
    // Chromium's own (Alt+Shift+A, B, I, T). On a Mac, Option and Shift write letters.
    commands: {
      _execute_action: { suggested_key: { default: 'Alt+Shift+K', linux: 'Alt+Shift+K', mac: 'MacCtrl+Shift+K' } },
      'compress-image-in-view': {
        suggested_key: { default: 'Alt+Shift+J', linux: 'Alt+Shift+J', mac: 'MacCtrl+Shift+J' },
        description: '__MSG_command_compress_image_in_view__',
      },
      'compress-page': {
        suggested_key: { default: 'Alt+Shift+M', linux: 'Alt+Shift+M', mac: 'MacCtrl+Shift+M' },
        description: '__MSG_command_compress_page__',
      },
      // Four are as many as Chrome takes suggestions for.
      'pick-image': {
        suggested_key: { default: 'Alt+Shift+H', linux: 'Alt+Shift+H', mac: 'MacCtrl+Shift+H' },
        description: '__MSG_command_pick_image__',
      },
    },
  },
  vite: () => ({
    plugins: [panelInFewFiles()],
    worker: { format: 'es', plugins: () => [keepThreads] },
    // Both browsers know `modulepreload` by themselves.
    build: { target: 'chrome120', modulePreload: { polyfill: false } },
    // Read by lib/storage/test-build.ts alone.
    define: { __COMPRESSIMAGE_TEST_BUILD__: JSON.stringify(process.env['COMPRESSIMAGE_TEST_BUILD'] === '1') },
  }),
});
