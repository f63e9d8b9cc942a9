/** What a panel says when it opens: what an earlier view did not get to, and what an end of the browser or of the extension took. */
import { browser } from 'wxt/browser';
import { numberFormat } from '../../lib/core/texts/number-format.ts';
import { translate } from '../../lib/platform/translate.ts';
import { lostIntake } from '../../lib/storage/intake-note.ts';
import type { Stores } from '../../lib/storage/stores.ts';
import { takeLost } from '../../lib/storage/unfinished.ts';

const RESTART_TOLD = 'restart-told';

/** Sentences; each is said once. */
export async function endedBefore({ session, notes, vault }: Stores): Promise<string[]> {
  const number = numberFormat(translate('language_tag'));
  const sentence = (key: string, count: number): string[] =>
    count > 0 ? [translate(`panel.${key}`, [number.format(count)], count)] : [];
  const [intake, lost, isTold] = await Promise.all([
    lostIntake(notes, session, navigator.locks),
    takeLost(notes),
    session.get(RESTART_TOLD),
  ]);
  const archives = await Promise.all(
    Object.entries(lost.archives).map(async ([path, images]) => ({ images, whole: await isWhole(path) })),
  );
  const imagesIn = (whole: boolean): number =>
    archives.reduce((sum, archive) => sum + (archive.whole === whole ? archive.images : 0), 0);
  const swept =
    isTold[RESTART_TOLD] === true
      ? 0
      : (await vault.ledger()).filter(({ rule, part }) => rule === 'restart' && part === 'source').length;
  if (swept > 0) await session.set({ [RESTART_TOLD]: true });
  return [
    ...sentence('lost_intake', intake),
    ...sentence('lost_fetch', lost.fetching),
    // What a whole archive on the disk has is not gone.
    ...sentence('restarted', swept - imagesIn(true)),
    ...sentence('archive_cut', imagesIn(false)),
  ];
}

/** Whether the archive of this path was written to its end and is still there. */
async function isWhole(path: string): Promise<boolean> {
  const [download] = await browser.downloads.search({ url: browser.runtime.getURL('/').slice(0, -1) + path });
  return download?.state === 'complete' && download.exists;
}
