/** The rule of who may import whom, tried on files that are not there: each kind of violation is planted and must be caught. */
import { ESLint } from 'eslint';
import { expect, it } from 'vitest';

const eslint = new ESLint({ cwd: new URL('../../../', import.meta.url).pathname });

async function isCaught(file: string, code: string): Promise<boolean> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: file });
  return (result?.messages ?? []).some(({ ruleId }) => ruleId === 'boundaries/dependencies');
}

const imports = (path: string): string => `import * as planted from '${path}';\nexport { planted };`;

it.each([
  ['core to storage', 'lib/core/model/planted.ts', imports('../../storage/stores.ts')],
  ['core to platform', 'lib/core/texts/planted.ts', imports('../../platform/translate.ts')],
  ['core to a context', 'lib/core/pipeline/planted.ts', imports('../../engine/pool.ts')],
  ['a lower folder of core to an upper one', 'lib/core/colour/planted.ts', imports('../pipeline/plan.ts')],
  ['the same from a nested folder', 'lib/core/image/formats/planted.ts', imports('../../codecs/registry.ts')],
  ['the ground of core to anything', 'lib/core/errors.ts', imports('./bytes/reader.ts')],
  ['storage to platform', 'lib/storage/vault/planted.ts', imports('../../platform/translate.ts')],
  ['platform to storage', 'lib/platform/planted.ts', imports('../storage/stores.ts')],
  ['storage to a context', 'lib/storage/planted.ts', imports('../background/alarms.ts')],
  ['background to engine', 'lib/background/planted.ts', imports('../engine/pool.ts')],
  ['engine to background', 'lib/engine/planted.ts', imports('../background/alarms.ts')],
  ['engine to components', 'lib/engine/planted.ts', imports('../../components/remaining.ts')],
  ['components to engine', 'components/panel/planted.ts', imports('../../lib/engine/pool.ts')],
  ['components to background', 'components/planted.ts', imports('../lib/background/alarms.ts')],
  ['components to entrypoints', 'components/planted.ts', imports('../entrypoints/compose/open-panel.ts')],
  ['page to background', 'lib/page/planted.ts', imports('../background/choose-image.ts')],
  ['page to more of core than the protocol', 'lib/page/planted.ts', imports('../core/errors.ts')],
  [
    'a type',
    'lib/background/planted.ts',
    `import type { Pool } from '../engine/pool.ts';\nexport type Planted = Pool;`,
  ],
  ['an export', 'lib/engine/planted.ts', `export * from '../background/alarms.ts';`],
  ['a dynamic import', 'lib/engine/planted.ts', `export const planted = import('../background/alarms.ts');`],
])('catches %s', async (_kind, file, code) => {
  expect(await isCaught(file, code)).toBe(true);
});

it.each([
  ['entrypoints to a context', 'entrypoints/compose/planted.ts', imports('../../lib/engine/pool.ts')],
  ['a context to a floor', 'lib/engine/planted.ts', imports('../storage/vault/vault.ts')],
  ['a floor to core', 'lib/storage/vault/planted.ts', imports('../../core/errors.ts')],
  ['an upper folder of core to a lower one', 'lib/core/pipeline/planted.ts', imports('../colour/convert.ts')],
  ['page to the protocol', 'lib/page/planted.ts', imports('../core/protocol/toast.ts')],
])('lets %s pass', async (_kind, file, code) => {
  expect(await isCaught(file, code)).toBe(false);
});

it.each(['wxt/browser', 'svelte', 'webextension-polyfill'])('keeps %s out of the core', async (name) => {
  const [result] = await eslint.lintText(`${imports(name)}\n`, { filePath: 'lib/core/model/planted.ts' });
  expect((result?.messages ?? []).map(({ ruleId }) => ruleId)).toContain('no-restricted-imports');
});
