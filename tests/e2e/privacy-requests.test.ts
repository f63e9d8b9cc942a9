/** Nothing leaves the machine but the request for the image: in the sources, in the build, and as recorded. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WAYS_OUT } from '../../lib/engine/offline.ts';
import { builtExtension, openExtensionPage, PROJECT_FOLDER, until, waitForDownloads } from '../driver/index.ts';
import { image, openStage, photographAs, type Stage } from './stage.ts';

/** Every interface that can make a request by itself. */
const REQUESTS =
  /\b(?:fetch(?:Later)?\s*\(|XMLHttpRequest\b|WebSocket(?:Stream)?\b|WebTransport\b|EventSource\b|RTCPeerConnection\b|sendBeacon\b|importScripts\b|caches\.|navigator\.serviceWorker)/g;

function filesIn(folder: string, types: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => types.includes(extname(path)))
    .sort();
}

/** Comments speak of requests too. */
const code = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

describe('the sources', () => {
  it('make requests only where images are acquired, and where the engine loads its own WASM', () => {
    const found = ['lib', 'components', 'entrypoints'].flatMap((folder) =>
      filesIn(join(PROJECT_FOLDER, folder), ['.ts', '.svelte', '.html'])
        .map(
          (path) =>
            [
              `${folder}/${path}`,
              code(readFileSync(join(PROJECT_FOLDER, folder, path), 'utf8')).match(REQUESTS)?.length ?? 0,
            ] as const,
        )
        .filter(([path, count]) => count > 0 && path !== 'lib/engine/offline.ts'),
    );
    expect(Object.fromEntries(found)).toEqual({
      // The image, asked for by the extension, by its script in the page, and through the page's service worker.
      'lib/engine/fetch-image.ts': 1,
      'lib/page/read-image.ts': 1,
      'lib/background/worker-reading.ts': 1,
      // A picture that the page has loaded, for its row in the list of the page's images.
      'lib/page/thumbnail.ts': 1,
      // What a drawing shows: its sprite files, style sheets, fonts and pictures, as the page has them.
      'lib/page/sprite-files.ts': 1,
      'lib/page/drawn-fonts.ts': 2,
      'lib/page/drawn-parts.ts': 1,
      // Whether there is one.
      'entrypoints/read-image.ts': 1,
      // compileStreaming(fetch(an address of the extension)).
      'lib/engine/wasm.ts': 1,
      // The page of threads, a file of the extension.
      'lib/background/isolation.ts': 1,
    });
  });
});

describe('the build', () => {
  const folder = builtExtension();
  const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const scripts = filesIn(folder, ['.js']);

  it("has no request outside the codecs' worker but those of the sources", () => {
    const outside = scripts.filter((file) => !file.startsWith('assets/'));
    const found = outside.flatMap((file) => (text(file).match(REQUESTS) ?? []).map((way) => way.replace(/\s/g, '')));
    // Those of the sources alone.
    expect(found.toSorted()).toEqual([...Array.from({ length: 10 }, () => 'fetch('), 'navigator.serviceWorker']);
  });

  it('has codecs and inspectors in workers alone, which take every way out from themselves', () => {
    const workers = scripts.filter((file) => /^assets\/(codec|inspect)\.worker-/.test(file));
    expect(workers).toHaveLength(2);
    for (const worker of workers.map(text))
      expect(WAYS_OUT.filter((way) => !new RegExp(`["'\`]${way}["'\`]`).test(worker))).toEqual([]);
    // What lies beside them is reached from them alone.
    const others = scripts.filter((file) => !file.startsWith('assets/')).map(text);
    for (const file of scripts.filter((each) => each.startsWith('assets/') && !workers.includes(each))) {
      expect(others.filter((other) => other.includes(basename(file)))).toEqual([]);
    }
  });
});

/** What a running codec worker can still make requests with. */
function waysOutOfWorkers({ browser }: Stage): Promise<string[]> {
  return browser.withProtocol(async (session) => {
    const { targetInfos } = await session.send('Target.getTargets');
    const worker = targetInfos.find(({ type, url }) => type === 'worker' && url.includes('codec.worker'));
    if (!worker) throw new Error('no codec worker runs');
    const { sessionId } = await session.send('Target.attachToTarget', { targetId: worker.targetId, flatten: false });
    const answer = new Promise<string[]>((resolve) =>
      session.on('Target.receivedMessageFromTarget', (event) => {
        const message = JSON.parse(event.message) as { id?: number; result?: { result: { value: string[] } } };
        if (message.id === 1) resolve(message.result?.result.value ?? ['no answer']);
      }),
    );
    const expression = `${JSON.stringify(WAYS_OUT)}.filter((name) => name in globalThis)`;
    await session.send('Target.sendMessageToTarget', {
      sessionId,
      message: JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression, returnByValue: true } }),
    });
    return answer;
  });
}

describe('a browser whose every request is recorded', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ recordRequests: true });
  });
  afterAll(() => stage.close());

  it('sees one for the image, and none for all else that the extension does', async () => {
    const { browser, site } = stage;
    const url = site.answer('harbour.jpg', image(await photographAs('jpeg', { quality: 90 }), 'image/jpeg'));
    const shown = await stage.show(url);
    await until('the page to have its image', () =>
      shown.evaluate((element) => (element as HTMLImageElement).complete),
    );
    browser.requests.clear();
    const extension = (): string[] =>
      browser.requests.ofPages().map(({ method, url: address }) => `${method} ${address}`);

    expect((await stage.compress(shown, 'Save as WebP')).state).toBe('saved');
    expect(await waysOutOfWorkers(stage)).toEqual([]);
    expect(extension()).toEqual([`GET ${url}`]);

    const options = await openExtensionPage(browser, 'options.html#privacy');
    await options.getByRole('switch', { name: /Count what/ }).check();
    await shown.page().bringToFront();
    expect((await stage.compress(shown, 'Save as AVIF')).state).toBe('saved');
    await options.bringToFront();
    await options.getByText('1 image').first().waitFor();
    await options.getByRole('button', { name: 'Export all of it' }).click();
    await waitForDownloads(browser, 3);
    await options.getByRole('button', { name: 'Delete everything now' }).click();
    await options.getByRole('button', { name: 'Yes, delete' }).click();
    await options.getByText('Deleted.', { exact: true }).waitFor();
    for (const page of ['Settings', 'Policy']) await options.getByRole('link', { name: page }).click();
    await openExtensionPage(browser, 'popup.html');
    expect(extension()).toEqual([`GET ${url}`, `GET ${url}`]);
    for (const { method } of browser.requests.ofPages()) expect(method).toBe('GET');
  });
});
