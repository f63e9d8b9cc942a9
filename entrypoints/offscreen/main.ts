import { createHost } from '../../lib/engine/host.ts';
import { answerAsHost } from '../../lib/engine/host-messages.ts';
import { createPool } from '../../lib/engine/pool.ts';
import CodecWorker from '../../lib/engine/codec.worker.ts?worker';
import { compileWasm } from '../../lib/engine/wasm.ts';
import { sendMessage } from '../../lib/messages.ts';
import { askedKey } from '../../lib/vault/key.ts';
import { createVault } from '../../lib/vault/vault.ts';

const pool = createPool({ size: navigator.hardwareConcurrency, startWorker: () => new CodecWorker(), load: compileWasm });
const vault = createVault({
  key: askedKey(() => sendMessage('vaultKey', undefined)),
  clock: Date.now,
  channel: new BroadcastChannel('vault'),
});
answerAsHost(createHost({
  vault,
  pool,
  tell: {
    jobStarted: (message) => sendMessage('jobStarted', message),
    jobDone: (message) => sendMessage('jobDone', message),
    jobFailed: (message) => sendMessage('jobFailed', message),
    hostIdle: () => sendMessage('hostIdle', undefined),
  },
}));
