import CodecWorker from '../../lib/engine/codec.worker.ts?worker';
import { serveIsolatedWorkers, THREADED } from '../../lib/engine/isolated-frame.ts';
import { compileWasm } from '../../lib/engine/wasm.ts';

serveIsolatedWorkers(() => new CodecWorker({ name: THREADED }), compileWasm);
