/**
 * Asks the registry for known flaws of the packages that are installed.
 *
 *     npm run audit
 *
 * Ends with status 0 when it knows of none, 1 when it knows of some (they are listed), and 3 when it could not be asked: not
 * every mirror of a registry answers such questions, and silence is no clean bill.
 */
import { spawnSync } from 'node:child_process';
import { COMMANDS, PROJECT_FOLDER, say } from './command.mjs';

const COULD_NOT_ASK = 3;

// With what goes wrong in it npm ends with 1 too: what it says tells which.
const { stdout, error } = spawnSync(COMMANDS.npm, ['audit', '--json', '--loglevel=silent'], {
  cwd: PROJECT_FOLDER,
  encoding: 'utf8',
  maxBuffer: 1 << 26,
});
process.exitCode = error ? couldNotAsk(error.message) : tell(answerIn(stdout));

/** @param {string} text @returns {any} */
function answerIn(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {any} answer npm's report, version 2, or its error @returns {number} */
function tell(answer) {
  if (typeof answer?.metadata?.vulnerabilities?.total !== 'number')
    return couldNotAsk(answer?.message || answer?.error?.summary || 'npm gave no report');
  const flawed = Object.values(answer.vulnerabilities ?? {});
  for (const { name, severity, range, fixAvailable } of flawed)
    say(`${name} ${range}: ${severity}, ${fixAvailable ? 'a fix is there' : 'no fix yet'}`);
  const { dependencies, vulnerabilities } = answer.metadata;
  say(`${vulnerabilities.total} known flaws in ${dependencies?.total ?? 'all'} packages.`);
  return vulnerabilities.total === 0 ? 0 : 1;
}

/** @param {string} why @returns {number} */
function couldNotAsk(why) {
  say(`The registry could not be asked for known flaws, so nothing is known of them: ${why.split('\n')[0]}`);
  say('Try again where npm reaches a registry that answers "npm audit".');
  return COULD_NOT_ASK;
}
