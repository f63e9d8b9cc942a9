import { browser } from 'wxt/browser';
import { createEngine, type Engine } from '../../lib/engine/engine.ts';
import { answerAsEngine } from '../../lib/engine/message-handlers.ts';
import { openIsolatedFrame } from '../../lib/engine/isolated-frame.ts';
import { createIsolatedWorkers } from '../../lib/engine/isolated-workers.ts';
import { createPool } from '../../lib/engine/pool.ts';
import CodecWorker from '../../lib/engine/codec.worker.ts?worker';
import { compileWasm } from '../../lib/engine/wasm.ts';
import InspectWorker from '../../lib/engine/inspect.worker.ts?worker';
import { createInspector } from '../../lib/engine/inspector.ts';
import { createOutbox } from '../../lib/engine/outbox.ts';
import { ENGINE_LOCK } from '../../lib/platform/engine-document.ts';
import { pageBytesChannel, receivePageBytes } from '../../lib/platform/page-bytes.ts';
import { send } from '../../lib/platform/messaging.ts';
import { ASKED_EVERY, rememberedFor, remoteRetentionClock, WHILE_ASKED } from '../../lib/storage/retention-clock.ts';
import { remoteKey } from '../../lib/storage/vault/key.ts';
import { createVault } from '../../lib/storage/vault/vault.ts';

/** The vault asks for its key and its deadlines at each step; between two steps of a batch neither changes. */
const asked = <T>(ask: () => Promise<T>): (() => Promise<T>) => rememberedFor(ASKED_EVERY, WHILE_ASKED, ask);

/** In GB: Chromium rounds it, and says 8 at most on older versions. */
const machineMemory = (navigator as Navigator & { deviceMemory?: number }).deviceMemory ?? 8;
/** The rest is the browser's and the system's. */
const memoryLimit = 0.75 * machineMemory * 2 ** 30;

const pool = createPool({
  memoryLimit,
  memoryBudget: Math.min(1.5e9, memoryLimit / 2),
  size: navigator.hardwareConcurrency,
  startWorker: () => new CodecWorker(),
  isolated: createIsolatedWorkers(openIsolatedFrame),
  load: compileWasm,
});
// As long as this page lives: who waits for the lock learns of its end.
void navigator.locks.request(ENGINE_LOCK, () => new Promise<never>(() => undefined));
const retentionClock = remoteRetentionClock(asked(() => send('retentionSettings', undefined)));
const vault = createVault({
  key: remoteKey(asked(() => send('vaultKey', undefined))),
  clock: retentionClock.clock,
  idle: retentionClock.idle,
  running: () => new Set(engine.running().map(({ id }) => id)),
  channel: new BroadcastChannel('vault'),
});
const engine: Engine = createEngine({
  vault,
  pool,
  inspector: createInspector({ startWorker: () => new InspectWorker() }),
  outbox: createOutbox((events) => send('engineEvents', { events })),
  pageBytes: receivePageBytes({
    channel: pageBytesChannel(),
    onConnect: browser.runtime.onConnect,
    id: browser.runtime.id,
  }),
  background: {
    readInPage: (message) => send('readInPage', message),
    measureInPage: (message) => send('measureInPage', message),
    stopReadingInPage: (message) => send('stopReadingInPage', message),
    addRequestRule: (message) => send('addRequestRule', message),
    removeRequestRule: (message) => send('removeRequestRule', message),
  },
  tellIdle: () => send('engineIdle', undefined),
  lockFree: (name, signal) => navigator.locks.request(name, { mode: 'shared', signal }, () => undefined),
});
answerAsEngine(engine);
