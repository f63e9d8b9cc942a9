/** Writes `docs/PRIVACY.md` from the policy's one source. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { policyMarkdown } from '../lib/core/texts/policy-markdown.ts';
import { POLICY } from '../lib/core/texts/policy-text.ts';

await writeFile(resolve(import.meta.dirname, '../docs/PRIVACY.md'), policyMarkdown(POLICY));
