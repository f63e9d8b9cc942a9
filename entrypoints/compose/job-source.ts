/** The session's records as a view follows them. */
import type { JobSource } from '../../components/live-jobs.svelte.ts';
import type { Stores } from '../../lib/storage/stores.ts';

export function jobSource(session: Stores['session']): JobSource {
  return {
    read: () => session.get(null),
    watch(changed) {
      const listener = (changes: Record<string, { newValue?: unknown }>): void => {
        changed(Object.fromEntries(Object.entries(changes).map(([key, { newValue }]) => [key, newValue])));
      };
      session.onChanged.addListener(listener);
      return () => session.onChanged.removeListener(listener);
    },
  };
}
