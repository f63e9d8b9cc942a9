/** The session's items as `public/early-jobs.js` began to read them before any module of the page ran. */
import type { JobSource } from '../live-jobs.svelte.ts';

interface EarlyJobs {
  readonly items: Promise<Record<string, unknown>>;
  /** `storage.session`'s own events since before the reading. */
  readonly changes: readonly Record<string, { readonly newValue?: unknown }>[];
  stop(): void;
}

/** The source with its first reading replaced by the early one; the source itself in pages without one. */
export function withEarlyJobs(source: JobSource): JobSource {
  const early = (globalThis as { earlyJobs?: EarlyJobs }).earlyJobs;
  if (!early) return source;
  return {
    async read() {
      const items = await early.items;
      early.stop();
      const changed = early.changes
        .flatMap((each) => Object.entries(each))
        .map(([key, { newValue }]) => [key, newValue]);
      return { ...items, ...(Object.fromEntries(changed) as Record<string, unknown>) };
    },
    watch: source.watch,
  };
}
