/** The engine's end of the protocol. */
import { CompressionError } from '../core/errors.ts';
import type { ToEngine } from '../core/protocol/messages.ts';
import { answer, type Handlers } from '../platform/messaging.ts';
import type { Engine } from './engine.ts';

export function answerAsEngine(engine: Engine): void {
  answer(engineHandlers(engine));
}

function engineHandlers(engine: Engine): Handlers<keyof ToEngine> {
  return {
    runJobs: ({ jobs }) => engine.run(jobs),
    cancelRuns: ({ ids }) => engine.cancel(ids),
    runningJobs: () => engine.running(),
    closeResults: ({ ids }) => engine.close(ids),
    previewJob: (request) => engine.preview(request),
    displayPart: (request) => engine.display(request),
    clickLink({ url, fileName }) {
      engine.claim(url);
      Object.assign(document.createElement('a'), { href: url, download: fileName }).click();
    },
    cancelPreview: ({ view }) => engine.cancelPreview(view),
    async openResult({ id }) {
      try {
        return { ok: true as const, url: await engine.open(id) };
      } catch (thrown) {
        return { ok: false as const, error: CompressionError.from(thrown).toRecord() };
      }
    },
  };
}
