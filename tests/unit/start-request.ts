import { newJobId } from '../../lib/core/model/job.ts';
import { DEFAULT_RECIPE } from '../../lib/core/model/recipe.ts';
import type { StartRequest } from '../../lib/core/protocol/messages.ts';

/** What a view asks for a file that was chosen; of another job each time. */
export const startRequest = (): StartRequest => ({
  id: newJobId(),
  origin: { kind: 'file', name: 'a.png', folder: '' },
  recipe: DEFAULT_RECIPE,
  delivery: 'hold',
  name: 'a.png',
  createdAt: 1,
  view: null,
  error: null,
});
