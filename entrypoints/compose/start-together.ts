/** New jobs told to the background in groups: those that come while others are being told of go in one message. */
import type { JobId } from '../../lib/core/model/job.ts';
import type { StartRequest } from '../../lib/core/protocol/messages.ts';
import { coalesced } from '../../lib/storage/coalesced.ts';

interface Asked {
  readonly job: StartRequest;
  refused: boolean;
  failure: { readonly thrown: unknown } | null;
}

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
  let waiting: Asked[] = [];
  const told = coalesced(async () => {
    await restOfTheTask();
    const group = waiting;
    waiting = [];
    await tell(group);
  });

  async function tell(group: readonly Asked[]): Promise<void> {
    const asked = group.filter(({ job }) => wanted(job.id));
    if (asked.length === 0) return;
    try {
      const refused = new Set(await send(asked.map(({ job }) => job)));
      for (const each of asked) each.refused = refused.has(each.job.id);
    } catch (thrown) {
      // One that can't be begun takes no other with it.
      if (asked.length > 1) await Promise.all(asked.map((each) => tell([each])));
      else for (const each of asked) each.failure = { thrown };
    }
  }

  return async (job) => {
    const asked: Asked = { job, refused: false, failure: null };
    waiting.push(asked);
    await told();
    if (asked.failure) throw asked.failure.thrown;
    return asked.refused ? [job.id] : [];
  };
}

/** What is read at the same time asks within one task, though not within one turn. A timer of a hidden tab would come a second late. */
function restOfTheTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
