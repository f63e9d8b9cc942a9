/** Runs Vitest on some of the projects and adds up what it reports. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- in plain JavaScript the types are in the comments */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS, run } from './command.mjs';

/** Of all runs so far. A file that could not be loaded counts as one test that failed. */
export const totals = { passed: 0, failed: 0, /** @type {string[]} */ skippedNames: [] };

/** Rejects when a test failed. @param {string[]} projects @param {string[]} files parts of file names; none means all */
export async function runTests(projects, files) {
  const folder = await mkdtemp(join(tmpdir(), 'compressimage-tests-'));
  const report = join(folder, 'report.json');
  try {
    await run(
      COMMANDS.vitest,
      [
        'run',
        ...projects.flatMap((project) => ['--project', project]),
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        '--passWithNoTests',
        ...files,
      ],
      { output: 'inherit' },
    );
  } finally {
    add(JSON.parse(await readFile(report, 'utf8').catch(() => '{}')));
    await rm(folder, { recursive: true, force: true });
  }
}

/** Vitest's JSON report has the shape of Jest's. */
function add({ numPassedTests = 0, numFailedTests = 0, testResults = [] }) {
  totals.passed += numPassedTests;
  totals.failed +=
    numFailedTests +
    testResults.filter(
      (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
    ).length;
  for (const file of testResults) {
    for (const test of file.assertionResults) {
      if (['skipped', 'pending', 'todo', 'disabled'].includes(test.status))
        totals.skippedNames.push(`${test.fullName}${reasonOf(test)}`);
    }
  }
}

/** A skipped test carries its reason as `meta.skipped`, where its file gives one. */
function reasonOf({ meta }) {
  return typeof meta?.skipped === 'string' ? ` (${meta.skipped})` : '';
}
