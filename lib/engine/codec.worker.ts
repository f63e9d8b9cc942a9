/**
 * Runs plans with the WASM codecs, one after the other: on one core, or, in the isolated frame, on as many threads as it is given. It is
 * replaced after any error.
 */
import type { Endpoint } from 'comlink';
import { goOffline } from './offline.ts';
import { openInBrowser } from './frame-decoder.ts';
import { decodeInBrowser } from './browser-decoder.ts';
import { openPlanes } from './plane-decoder.ts';
import { onceStarted, THREADED } from './isolated-frame.ts';
import { runPartOfTask, runTask } from './run-task.ts';
import { serveTasks } from './serve-tasks.ts';
import { createThreads } from './threads.ts';

const setThreads = createThreads();
// Before any codec is there: they are loaded when they are needed.
goOffline();

const decoders = { decodeInBrowser, openInBrowser, openPlanes };
if (self.name === THREADED)
  onceStarted((threads, tasks, codecs) => {
    setThreads(threads);
    serveTasks((task, onStep, _load, onPixels) => runTask(task, onStep, codecs, onPixels, decoders), tasks);
  });
else
  serveTasks(
    (task, onStep, load, onPixels, ask) => runTask(task, onStep, load, onPixels, decoders, ask),
    // TypeScript takes it for a window's.
    globalThis as unknown as Endpoint,
    (task, onStep, load, worthBelow) => runPartOfTask(task, onStep, load, worthBelow, decoders),
  );
