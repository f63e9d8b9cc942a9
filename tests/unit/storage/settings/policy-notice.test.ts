import { describe, expect, it } from 'vitest';
import { noticeShows, policyMet } from '../../../../lib/storage/settings/policy-notice.ts';

const DAY = 24 * 60 * 60 * 1000;

describe('the notice of a newer policy', () => {
  it('does not show to someone new', () => {
    const policy = policyMet(null, '2026-11-20', 1000);
    expect(policy).toEqual({ version: '2026-11-20', since: 1000, read: true });
    expect(noticeShows(policy, 1000)).toBe(false);
    expect(noticeShows(null, 1000)).toBe(false);
  });

  it('shows after an update, until it is read or 30 days have passed', () => {
    const before = policyMet(null, '1', 0);
    const policy = policyMet(before, '2', 1000);
    expect(noticeShows(policy, 1000)).toBe(true);
    expect(noticeShows(policy, 1000 + 30 * DAY - 1)).toBe(true);
    expect(noticeShows(policy, 1000 + 30 * DAY)).toBe(false);
    expect(noticeShows({ ...policy, read: true }, 1000)).toBe(false);
    expect(policyMet(policy, '2', 2000)).toBe(policy);
  });
});
