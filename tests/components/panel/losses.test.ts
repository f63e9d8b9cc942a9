import { describe, expect, it } from 'vitest';
import { rowView } from '../../../components/job-row.ts';
import type { Job, SourceFacts } from '../../../lib/core/model/job.ts';
import { viewTexts } from './with-texts.ts';
import { compressing, ready, receipt, running } from './jobs.ts';

const source: SourceFacts = {
  format: 'jpeg',
  bytes: 3_200_000,
  width: 4000,
  height: 3000,
  traits: [{ code: 'gps' }, { code: 'gain-map' }, { code: 'motion-photo' }],
  losses: [
    { kind: 'lost', code: 'gain-map-lost' },
    { kind: 'lost', code: 'motion-photo-lost' },
  ],
};

describe('a row whose image will lose something', () => {
  it.each([
    ['waits', { ...running('phone.jpg', 'queued'), source } as Job],
    ['is worked on', { ...compressing('phone.jpg', 1), source } as Job],
  ])('says so while it %s', (_, job) => {
    const { sentences, facts } = rowView(job, viewTexts);
    expect(sentences).toEqual(['The HDR gain map will be lost', 'The video of the motion photo will be lost']);
    expect(facts.map(({ short }) => short)).toEqual(expect.arrayContaining(['JPEG', '3.2 MB']));
  });

  it('says after the work what was lost', () => {
    const { sentences } = rowView(
      ready('phone.jpg', receipt(3_200_000, 900_000, { notes: source.losses ?? [] })),
      viewTexts,
    );
    expect(sentences).toEqual(['The HDR gain map was lost', 'The video of the motion photo was lost']);
  });
});
