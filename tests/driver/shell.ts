/**
 * A shell that stays, to run small programs from: Node forks its whole self for each program that it starts, which in a
 * worker of the tests takes longer than xdotool itself.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { end, killTree, type RunningProcess, start } from './processes.ts';

export interface Shell {
  /** Runs a program to its end and returns its stdout. Rejects with what it said when it fails, or after 20 s. One runs at a time. */
  run(command: string, args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

const TIMEOUT = 20_000;

export function openShell(env: NodeJS.ProcessEnv): Shell {
  let shell: RunningProcess | null = null;
  let last: Promise<unknown> = Promise.resolve();

  async function runNow(command: string, args: readonly string[]): Promise<string> {
    const used = (shell ??= await start('/bin/sh', [], { env, isTalkedTo: true }));
    const said = answerOf(used);
    const line = [command, ...args].map(quoted).join(' ');
    used.child.stdin?.write(`{ e=$(${line} 2>&1 >&3 3>&- </dev/null); } 3>&1; printf '\\0%s\\0%s\\0' $? "$e"\n`);
    const answer = await Promise.race([said, used.ended, delay(TIMEOUT, null, { ref: false })]);
    if (!answer) {
      // What hangs in it would hold up all that comes later.
      shell = null;
      await killTree(used);
      throw new Error(`${command} ${args.join(' ')}: no answer`);
    }
    if (answer.code !== '0') throw new Error(`${command} ${args.join(' ')}: ${answer.complaint}`);
    return answer.output;
  }

  return {
    run(command, args) {
      const mine = last.then(() => runNow(command, args));
      last = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      if (shell) await end(shell);
      shell = null;
    },
  };
}

interface Answer {
  readonly output: string;
  readonly code: string;
  readonly complaint: string;
}

/** What a program wrote, its exit code, and what it wrote to stderr, each with a zero byte behind it. */
function answerOf({ child }: RunningProcess): Promise<Answer> {
  return new Promise((resolve) => {
    let text = '';
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('utf8');
      const [output = '', code = '', complaint = '', end] = text.split('\0');
      if (end === undefined) return;
      child.stdout?.off('data', onData);
      resolve({ output, code, complaint });
    };
    child.stdout?.on('data', onData);
  });
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
