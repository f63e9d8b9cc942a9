import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { policyMarkdown } from '../../../../lib/core/texts/policy-markdown.ts';
import { POLICY } from '../../../../lib/core/texts/policy-text.ts';
import { LONGEST_IDLE_MINUTES, SHORTEST_IDLE_MINUTES } from '../../../../lib/storage/settings/schema.ts';
import { DEFAULT_CAPACITY } from '../../../../lib/storage/vault/capacity.ts';

const text = policyMarkdown(POLICY);

it('docs/PRIVACY.md is the policy of the extension: npx tsx scripts/privacy-policy.ts writes it', () => {
  expect(readFileSync(new URL('../../../../docs/PRIVACY.md', import.meta.url), 'utf8')).toBe(text);
});

it('has a version, a date and a contact', () => {
  expect(POLICY.version).toMatch(/^\d+\.\d+$/);
  expect(new Date(POLICY.date).toISOString().slice(0, 10)).toBe(POLICY.date);
  expect(text).toContain(POLICY.contact);
});

it('says the figures that hold', () => {
  expect(text).toContain(`after ${LONGEST_IDLE_MINUTES} minutes`);
  expect(text).toContain(`from ${SHORTEST_IDLE_MINUTES} minutes`);
  expect(text).toContain(`above ${DEFAULT_CAPACITY / 1e9} GB`);
});

it.each(['GDPR', 'CCPA', 'COPPA', 'third part', 'train', 'payment', 'account', 'Private windows', 'encrypted'])(
  'speaks of %s',
  (word) => {
    expect(text.toLowerCase()).toContain(word.toLowerCase());
  },
);
