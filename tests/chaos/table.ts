/** What rounds of kills come to. */
import { KILLS, KILL_NAMES, NOT_TOLD_IN_PAGE, type Kill } from './kills.ts';
import type { RoundResult } from './round.ts';

const COUNTS = ['images', 'right', 'told', 'silent', 'internal', 'hung', 'wrong'] as const;

/** As Markdown, one row a kind. */
export function tableOf(results: readonly RoundResult[]): string {
  const kinds = KILL_NAMES.flatMap((kill) => {
    const rounds = results.filter((result) => result.kill === kill);
    return rounds.length > 0 ? [rowOf(kill, rounds)] : [];
  });
  return [
    `| killed | rounds | ${COUNTS.join(' | ')} |`,
    `| --- | ${['', ...COUNTS].map(() => '---:').join(' | ')} |`,
    ...kinds,
    rowOf('all', results),
  ].join('\n');
}

function rowOf(name: string, rounds: readonly RoundResult[]): string {
  const sums = COUNTS.map((count) => rounds.reduce((sum, round) => sum + round[count], 0));
  return `| ${name} | ${rounds.length} | ${sums.join(' | ')} |`;
}

/** Sentences about what must not be; none when all went as it should. */
export function verdictOn(results: readonly RoundResult[]): string[] {
  return results.flatMap(({ kill, told, silent, internal, hung, wrong, remarks }, index) => {
    const { mayLose }: Kill = KILLS[kill];
    const untold = remarks.filter((remark) => remark === NOT_TOLD_IN_PAGE).length;
    const faults = Object.entries({ silent, internal, hung, wrong, untold, lost: mayLose ? 0 : told }).filter(
      ([, count]) => count > 0,
    );
    return faults.map(([fault, count]) => `round ${index + 1}, ${kill}: ${count} ${fault}`);
  });
}
