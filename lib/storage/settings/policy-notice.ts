/** When the notice of a newer privacy policy shows. Pure. */
import type { Settings } from './schema.ts';

/** ms. */
const SHOWN_FOR = 30 * 24 * 60 * 60 * 1000;

type Policy = Settings['policy'];

/**
 * What is to be stored once this build's policy is `version`. Someone new has no earlier policy that could have changed,
 * and sees no notice. The same object when nothing changes.
 *
 * @param now ms since the epoch
 */
export function policyMet(policy: Policy, version: string, now: number): NonNullable<Policy> {
  if (policy?.version === version) return policy;
  return { version, since: now, read: policy === null };
}

/** Until it was read, for 30 days at most. A clock that stands before `since` shows it too. */
export function noticeShows(policy: Policy, now: number): boolean {
  return policy !== null && !policy.read && now - policy.since < SHOWN_FOR;
}
