/** One core's worth of work: runs a plan with the WASM codecs. It is replaced after any error. */
import { expose } from 'comlink';
import { goOffline } from './offline.ts';
import { openInBrowser } from './frame-decoder.ts';
import { decodeInBrowser } from './browser-decoder.ts';
import { runTask } from './run-task.ts';
import type { CodecWorkerApi } from './task.ts';

// Before any codec is there: they are loaded when they are needed.
goOffline();

const api: CodecWorkerApi = {
  run: (task, onStep, load, onPixels) => runTask(task, onStep, load, onPixels, { decodeInBrowser, openInBrowser }),
};

expose(api);
