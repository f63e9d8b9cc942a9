/** Test files share two workers: a browser that a file failed to close must not run on beside the next ones. */
import { afterAll } from 'vitest';
import { killAll } from '../driver/processes.ts';

afterAll(killAll);
