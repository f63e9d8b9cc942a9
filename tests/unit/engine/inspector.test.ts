import { expose } from 'comlink';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import { createInspector, type InspectAnswer, type InspectWorkerApi } from '../../../lib/engine/inspector.ts';
import { ChannelWorker } from './channel-worker.ts';

const refused = (code: 'corrupt' | 'truncated'): InspectAnswer => ({
  ok: false,
  error: { code, parameters: {} },
  source: null,
});

function world(inspect: InspectWorkerApi['inspect'], hungMilliseconds = 10_000) {
  const workers: ChannelWorker[] = [];
  const inspector = createInspector({
    hungMilliseconds,
    startWorker: () => {
      const worker = new ChannelWorker((endpoint) => expose({ inspect } satisfies InspectWorkerApi, endpoint));
      workers.push(worker);
      return worker as unknown as Worker;
    },
  });
  return { workers, look: (byte: number) => inspector.inspect(new Uint8Array([byte]), DEFAULT_RECIPE) };
}

describe('the inspector', () => {
  it('looks at one after the other, in one worker', async () => {
    let [inside, most] = [0, 0];
    const { workers, look } = world(async (source) => {
      most = Math.max(most, ++inside);
      await new Promise((later) => setTimeout(later, 2));
      inside--;
      return refused(source[0] === 2 ? 'truncated' : 'corrupt');
    });
    const answers = await Promise.all([1, 2, 3].map(look));
    expect(answers).toEqual([refused('corrupt'), refused('truncated'), refused('corrupt')]);
    expect(most).toBe(1);
    expect(workers).toHaveLength(1);
    workers[0]?.terminate();
  });

  it('ends a worker that never answers, and goes on with another', async () => {
    const { workers, look } = world(
      (source) => (source[0] === 1 ? new Promise(() => undefined) : Promise.resolve(refused('corrupt'))),
      60,
    );
    const [hung, next] = await Promise.all([look(1), look(2)]);
    expect(hung).toMatchObject({ ok: false, error: { code: 'codec-hung' } });
    expect(workers[0]?.ended).toBe(true);
    expect(next).toEqual(refused('corrupt'));
    workers[1]?.terminate();
  });

  it('replaces a worker that died', async () => {
    const { workers, look } = world(() => new Promise(() => undefined));
    const answer = look(1);
    await expect.poll(() => workers.length).toBe(1);
    workers[0]?.dispatchEvent(new Event('error'));
    expect(await answer).toMatchObject({ ok: false, error: { code: 'engine-stopped' } });
    expect(workers[0]?.ended).toBe(true);
  });
});
