import { createHost, type Host } from '../../lib/engine/engine.ts';
import { answerAsHost } from '../../lib/engine/message-handlers.ts';
import { createPool } from '../../lib/engine/pool.ts';
import CodecWorker from '../../lib/engine/codec.worker.ts?worker';
import { compileWasm } from '../../lib/engine/wasm.ts';
import { sendMessage } from '../../lib/core/protocol/messages.ts';
import { askedTerms } from '../../lib/storage/retention-clock.ts';
import { askedKey } from '../../lib/storage/vault/key.ts';
import { createVault } from '../../lib/storage/vault/vault.ts';

const pool = createPool({
  size: navigator.hardwareConcurrency,
  startWorker: () => new CodecWorker(),
  load: compileWasm,
});
const terms = askedTerms(() => sendMessage('vaultTerms', undefined));
const vault = createVault({
  key: askedKey(() => sendMessage('vaultKey', undefined)),
  clock: terms.clock,
  idle: terms.idle,
  running: () => new Set(host.running()),
  channel: new BroadcastChannel('vault'),
});
const host: Host = createHost({
  vault,
  pool,
  tell: {
    jobStarted: (message) => sendMessage('jobStarted', message),
    jobDone: (message) => sendMessage('jobDone', message),
    jobFailed: (message) => sendMessage('jobFailed', message),
    hostIdle: () => sendMessage('hostIdle', undefined),
  },
});
answerAsHost(host);
