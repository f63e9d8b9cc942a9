/** In which order Vitest begins the test files. */
import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that last far longer than their size lets expect. Begun last, such a one runs alone, and a core has nothing to do. */
const LONG = ['chaos', 'receipt', 'privacy-private-window', 'transience-deadline', 'upload-field'];

/**
 * Large files begin before small ones, as Vitest itself has it where it knows no times, and the long ones before all. Files that
 * share a worker come one after the other: Vitest ends the shared one where a file with a worker of its own is next.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((first, second) => rankOf(first) - rankOf(second));
  }
}

function rankOf({ moduleId, project }: TestSpecification): number {
  return (project.config.isolate ? 2 : 0) + (LONG.includes(basename(moduleId, '.test.ts')) ? 0 : 1);
}
