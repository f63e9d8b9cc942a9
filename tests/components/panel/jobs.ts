/** Jobs for tests, each with only what the test is about. */
import { DEFAULT_RECIPE } from '../../../lib/core/model/recipe.ts';
import type { Receipt } from '../../../lib/core/model/receipt.ts';
import type { ErrorCode, ErrorRecord } from '../../../lib/core/errors.ts';
import type { Job, JobFacts, JobId } from '../../../lib/core/model/job.ts';

let made = 0;

function facts(name: string): JobFacts {
  made++;
  return {
    id: `job-${made}` as JobId,
    createdAt: made,
    name,
    recipe: DEFAULT_RECIPE,
    delivery: 'download',
    attempt: 1,
    lost: 0,
    origin: {
      kind: 'page',
      url: `https://h.example/${name}`,
      pageUrl: 'https://h.example/',
      pageTitle: '',
      tabId: 1,
      frameId: 0,
      chosenAs: null,
    },
  };
}

export function receipt(before: number, after: number, more: Partial<Receipt> = {}): Receipt {
  const side = { format: 'jpeg', width: 10, height: 10 } as const;
  return {
    input: { ...side, bytes: before },
    output: { ...side, bytes: after },
    outcome: after < before ? 'smaller' : 'grown',
    milliseconds: 1,
    codec: null,
    notes: [],
    ...more,
  };
}

export const error = (code: ErrorCode, parameters: ErrorRecord['parameters'] = {}): ErrorRecord => ({
  code,
  parameters,
});

export const running = (name: string, state: 'queued' | 'acquiring'): Job =>
  state === 'queued' ? { ...facts(name), state, source: null } : { ...facts(name), state };
export const compressing = (name: string, bytes: number): Job => ({
  ...facts(name),
  state: 'compressing',
  source: { format: 'png', bytes, width: 1, height: 1 },
});
export const saved = (name: string, result: Receipt): Job => ({
  ...facts(name),
  state: 'saved',
  receipt: result,
  fileName: name,
  downloadId: 1,
});
export const ready = (name: string, result: Receipt): Job => ({
  ...facts(name),
  state: 'ready',
  receipt: result,
  fileName: name,
});
export const saving = (name: string, result: Receipt): Job => ({
  ...facts(name),
  state: 'saving',
  receipt: result,
  fileName: name,
  downloadId: 1,
});
export const unsaved = (name: string, result: Receipt, why: ErrorRecord): Job => ({
  ...facts(name),
  state: 'unsaved',
  receipt: result,
  fileName: name,
  error: why,
});
export const failed = (name: string, why: ErrorRecord): Job => ({
  ...facts(name),
  state: 'failed',
  error: why,
  source: null,
});
export const cancelled = (name: string): Job => ({ ...facts(name), state: 'cancelled', source: null });
/** The same job, of a file that a view brought in. */
export const chosen = (job: Job): Job => ({
  ...job,
  delivery: 'hold',
  origin: { kind: 'file', name: job.name, folder: '' },
});
