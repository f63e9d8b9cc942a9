/** One core's worth of work: runs a plan with the WASM codecs. It is replaced after any error. */
import type { Endpoint } from 'comlink';
import { goOffline } from './offline.ts';
import { openInBrowser } from './frame-decoder.ts';
import { decodeInBrowser } from './browser-decoder.ts';
import { runTask } from './run-task.ts';
import { serveTasks } from './serve-tasks.ts';

// Before any codec is there: they are loaded when they are needed.
goOffline();

serveTasks(
  (task, onStep, load, onPixels) => runTask(task, onStep, load, onPixels, { decodeInBrowser, openInBrowser }),
  // TypeScript takes it for a window's.
  globalThis as unknown as Endpoint,
);
