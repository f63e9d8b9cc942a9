import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../../scripts/audit.mjs', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What the script makes of an npm that says this, and ends with that status. */
async function audit(said: string, status: number): Promise<{ code: number | null; told: string }> {
  const npm = join(folder, 'npm');
  await writeFile(
    npm,
    `#!${process.execPath}\nprocess.stdout.write(${JSON.stringify(said)}); process.exitCode = ${status};`,
  );
  await chmod(npm, 0o755);
  const child = spawn(process.execPath, [SCRIPT], { env: { PATH: `${folder}:${dirname(process.execPath)}` } });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, told };
}

const report = (vulnerabilities: object, total: number): string =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities,
    metadata: { vulnerabilities: { total }, dependencies: { total: 600 } },
  });

describe('npm run audit', () => {
  it('ends well only when the registry knows of no flaw', async () => {
    expect(await audit(report({}, 0), 0)).toEqual({ code: 0, told: '0 known flaws in 600 packages.\n' });
    const flaw = { name: 'left-pad', severity: 'high', range: '<1.3.0', fixAvailable: true };
    const { code, told } = await audit(report({ 'left-pad': flaw }, 1), 1);
    expect(code).toBe(1);
    expect(told).toContain('left-pad <1.3.0: high, a fix is there');
  });

  it.each([
    [JSON.stringify({ message: '405 Method Not Allowed - POST https://registry.example/', error: { summary: '' } }), 1],
    [JSON.stringify({ error: { code: 'ENOTFOUND', summary: 'getaddrinfo ENOTFOUND registry.example' } }), 1],
    ['', 0],
    ['<html>', 0],
  ])('says that it could not ask, and does not end well: %s', async (said, status) => {
    const { code, told } = await audit(said, status);
    expect(code).toBe(3);
    expect(told).toContain('could not be asked');
  });
});
