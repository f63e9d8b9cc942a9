import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as driver from '../../driver/index.ts';

describe('docs/TESTING.md', () => {
  const read = (path: string): Promise<string> => readFile(join(driver.PROJECT_FOLDER, path), 'utf8');

  it('shows the example as it is', async () => {
    expect(await read('docs/TESTING.md')).toContain(`\`\`\`ts\n${await read('tests/driver/example.ts')}\`\`\``);
  });

  it('lists every name of the driver', async () => {
    const docs = await read('docs/TESTING.md');
    expect(Object.keys(driver).filter((name) => !docs.includes(`\`${name}`))).toEqual([]);
  });
});
