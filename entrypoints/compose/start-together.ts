/** New jobs told to the background in groups: those that come while others are being told of go in one message. */
import type { JobId } from '../../lib/core/model/job.ts';
import type { StartRequest } from '../../lib/core/protocol/messages.ts';
import { coalesced } from '../../lib/storage/coalesced.ts';

/**
 * Each resolves when the background has written down what was told with it.
 *
 * @param send gives the ids of those that the list has no room for
 * @param wanted asked right before: of what was dropped meanwhile no name is told
 */
export function startTogether(
  send: (jobs: readonly StartRequest[]) => Promise<readonly JobId[]>,
  wanted: (id: JobId) => boolean,
): (job: StartRequest) => Promise<readonly JobId[]> {
  let waiting: { readonly job: StartRequest; refused: boolean }[] = [];
  const told = coalesced(async () => {
    const asked = waiting.filter(({ job }) => wanted(job.id));
    waiting = [];
    if (asked.length === 0) return;
    const refused = new Set(await send(asked.map(({ job }) => job)));
    for (const each of asked) each.refused = refused.has(each.job.id);
  });
  return async (job) => {
    const asked = { job, refused: false };
    waiting.push(asked);
    await told();
    return asked.refused ? [job.id] : [];
  };
}
