import { describe, expect, it } from 'vitest';
import { jobFileName, renamedJob } from '../../../../lib/core/naming/job-name.ts';
import { resultPaths, type Finished } from '../../../../lib/core/naming/result-names.ts';
import { moved } from '../../../../lib/core/model/job-transitions.ts';
import { cancelled, chosen, ready, receipt, saved } from '../../../components/panel/jobs.ts';

const webp = receipt(10, 5, { output: { format: 'webp', bytes: 5, width: 8, height: 6 } });
const photo = { ...chosen(ready('IMG_1.png', webp)), fileName: 'IMG_1.webp' } as Finished;
const nameAfter = (stem: string): string => (renamedJob(photo, stem) as Finished).fileName;

describe('a name that a person gives', () => {
  it.each([
    ['beach', 'beach.webp'],
    ['a/b:c?', 'a-b-c.webp'],
    ['con', '_con.webp'],
    ['day 1.jpg', 'day 1.jpg.webp'],
    ['  two  blanks ', 'two blanks.webp'],
    ['写真', '写真.webp'],
  ])('“%s” is the file’s: %s', (stem, name) => expect(nameAfter(stem)).toBe(name));

  it.each(['', ' ', '...', '???', '--'])('is none when nothing of it can be read: “%s”', (stem) =>
    expect(renamedJob(photo, stem)).toBeNull(),
  );

  it('is not given to what is saved', () => expect(renamedJob(saved('a.jpg', webp), 'b')).toBeNull());

  it('is taken as it is, whatever the template, and numbered where two meet', () => {
    const [one, other] = [renamedJob(photo, 'beach'), renamedJob(photo, 'Beach')] as [Finished, Finished];
    expect(resultPaths([one, other, photo], '{name}-small', new Date())).toEqual([
      'beach.webp',
      'Beach (2).webp',
      'IMG_1-small.webp',
    ]);
  });

  it('stays with the image that is compressed again, into whatever format', () => {
    const job = renamedJob(photo, 'beach.v2')!;
    const again = moved(job as Finished & { state: 'ready' }, 'queued', { source: null });
    expect(again.renamed).toBe(true);
    expect(jobFileName(again, webp, 'attachment; filename="other.jpg"', 'image')).toBe('beach.v2.webp');
    expect(jobFileName(again, receipt(10, 5), null, 'image')).toBe('beach.v2.jpg');
  });

  it('is that of an image without a result too, and of the result that it goes back to', () => {
    expect(renamedJob(cancelled('IMG_1.png'), 'beach')).toMatchObject({ name: 'beach.png', state: 'cancelled' });
    const earlier = { recipe: photo.recipe, ownRecipe: false, receipt: webp, fileName: 'IMG_1.webp' };
    expect(renamedJob({ ...cancelled('IMG_1.png'), earlier }, 'beach')?.earlier?.fileName).toBe('beach.webp');
    expect(renamedJob(cancelled('scan'), 'beach')?.name).toBe('beach');
  });
});
