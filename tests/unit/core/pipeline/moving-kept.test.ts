/** A moving picture that no animated WebP can hold stays what it is, with what the policy lets it keep. */
import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { inspect } from '../../../../lib/core/image/inspect.ts';
import { DEFAULT_RECIPE } from '../../../../lib/core/model/recipe.ts';
import { makePlan } from '../../../../lib/core/pipeline/make-plan.ts';
import { runPlan } from '../../../../lib/core/pipeline/run.ts';
import { notesOf } from '../../../conformance/compress.ts';
import { bytesOf, pngChunk, u16be, u32be } from '../../../images/hand-built.ts';
import { loadWasm } from '../../../node-wasm.ts';

/** Wider than a WebP can be, of one bit a pixel, with a copyright and a place. */
function wideApng(level = 6): Uint8Array<ArrayBuffer> {
  const width = 17_000;
  const frame = new Uint8Array(deflateSync(new Uint8Array(1 + width / 8).fill(0x55, 1), { level }));
  const control = (sequence: number): Uint8Array =>
    pngChunk('fcTL', bytesOf(u32be(sequence), u32be(width), u32be(1), u32be(0), u32be(0), u16be(1), u16be(10), [0, 0]));
  return new Uint8Array(
    bytesOf(
      '\x89PNG\r\n\x1a\n',
      pngChunk('IHDR', bytesOf(u32be(width), u32be(1), [1, 0, 0, 0, 0])),
      pngChunk('acTL', bytesOf(u32be(2), u32be(0))),
      pngChunk('tEXt', bytesOf('Copyright\0', 'its owner')),
      pngChunk('tEXt', bytesOf('Comment\0', 'not for others')),
      control(0),
      pngChunk('IDAT', frame),
      control(1),
      pngChunk('fdAT', bytesOf(u32be(2), frame)),
      pngChunk('IEND', new Uint8Array()),
    ),
  );
}

it.each(['protect', 'strip', 'keep'] as const)('a wide APNG under "%s"', async (metadata) => {
  const source = wideApng();
  const plan = makePlan({ ...DEFAULT_RECIPE, metadata }, inspect(source));
  expect(plan).toMatchObject({ route: 'animate', output: 'webp' });
  const { bytes, receipt } = await runPlan(plan, source, { load: loadWasm });
  expect(inspect(bytes)).toMatchObject({ format: 'png', width: 17_000, animation: { frames: 2 } });
  expect(notesOf(receipt)).toContain('animation-kept');
  const text = Buffer.from(bytes).toString('latin1');
  expect([text.includes('its owner'), text.includes('not for others')]).toEqual([
    metadata !== 'strip',
    metadata === 'keep',
  ]);
});

it('is packed all the same', async () => {
  const source = wideApng(0);
  const plan = makePlan(DEFAULT_RECIPE, inspect(source));
  const { bytes, receipt } = await runPlan(plan, source, { load: loadWasm });
  expect(receipt).toMatchObject({ outcome: 'smaller', output: { format: 'png' } });
  expect(bytes.length).toBeLessThan(source.length / 4);
});
