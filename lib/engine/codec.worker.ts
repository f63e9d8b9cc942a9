/** One job at a time: runs a plan with the WASM codecs, on the threads that the pool gives. It is replaced after any error. */
import { expose } from 'comlink';
import { goOffline } from './offline.ts';
import { openInBrowser } from './frame-decoder.ts';
import { decodeInBrowser } from './browser-decoder.ts';
import { runTask } from './run-task.ts';
import { createThreads } from './threads.ts';
import type { CodecWorkerApi } from './task.ts';

const setThreads = createThreads();
// Before any codec is there: they are loaded when they are needed.
goOffline();

const api: CodecWorkerApi = {
  run(task, onStep, load, onPixels, threads) {
    setThreads(threads);
    return runTask(task, onStep, load, onPixels, { decodeInBrowser, openInBrowser });
  },
};

expose(api);
