/** The host's end of the protocol. */
import { CompressionError } from '../core/errors.ts';
import { onMessage } from '../core/protocol/messages.ts';
import type { Engine } from './engine.ts';

export function answerAsEngine(host: Engine): void {
  onMessage('runJob', ({ data }) => host.run(data));
  onMessage('cancelRun', ({ data }) => host.cancel(data.id));
  onMessage('runningJobs', () => host.running());
  onMessage('closeResult', ({ data }) => host.close(data.id));
  onMessage('previewJob', ({ data }) => host.preview(data));
  onMessage('displayPart', ({ data }) => host.display(data));
  onMessage('cancelPreview', ({ data }) => host.cancelPreview(data.view));
  onMessage('clickLink', ({ data: { url, fileName } }) =>
    Object.assign(document.createElement('a'), { href: url, download: fileName }).click(),
  );
  onMessage('openResult', async ({ data }) => {
    try {
      return { ok: true as const, url: await host.open(data.id) };
    } catch (thrown) {
      return { ok: false as const, error: CompressionError.from(thrown).toRecord() };
    }
  });
}
