import { createEngine, type Engine } from '../../lib/engine/engine.ts';
import { answerAsEngine } from '../../lib/engine/message-handlers.ts';
import { createPool } from '../../lib/engine/pool.ts';
import CodecWorker from '../../lib/engine/codec.worker.ts?worker';
import { compileWasm } from '../../lib/engine/wasm.ts';
import { sendMessage } from '../../lib/core/protocol/messages.ts';
import { remoteRetentionClock } from '../../lib/storage/retention-clock.ts';
import { remoteKey } from '../../lib/storage/vault/key.ts';
import { createVault } from '../../lib/storage/vault/vault.ts';

const pool = createPool({
  size: navigator.hardwareConcurrency,
  startWorker: () => new CodecWorker(),
  load: compileWasm,
});
const retentionClock = remoteRetentionClock(() => sendMessage('retentionSettings', undefined));
const vault = createVault({
  key: remoteKey(() => sendMessage('vaultKey', undefined)),
  clock: retentionClock.clock,
  idle: retentionClock.idle,
  running: () => new Set(host.running()),
  channel: new BroadcastChannel('vault'),
});
const host: Engine = createEngine({
  vault,
  pool,
  send: {
    jobStarted: (message) => sendMessage('jobStarted', message),
    jobDone: (message) => sendMessage('jobDone', message),
    jobFailed: (message) => sendMessage('jobFailed', message),
    engineIdle: () => sendMessage('engineIdle', undefined),
  },
});
answerAsEngine(host);
