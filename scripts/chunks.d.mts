import type { Plugin } from 'vite';

/** What every panel loads, in few files. */
export function panelInFewFiles(): Plugin;
