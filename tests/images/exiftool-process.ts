/**
 * One exiftool for all that a worker of Vitest asks: to start takes it a third of a second, to answer a fiftieth. Its option
 * `-stay_open` lets it read its arguments from stdin, a line each, and `-execute` with a number makes it do them and say so.
 */
import { start, type RunningProcess } from '../driver/processes.ts';

let running: Promise<RunningProcess> | null = null;
let last: Promise<unknown> = Promise.resolve();
let asked = 0;

/** What exiftool writes to stdout for these arguments, one question after the other. Rejects with what it says when it fails. */
export function askExiftool(args: readonly string[]): Promise<string> {
  const answer = last.then(async () => answered(await (running ??= begin()), args));
  last = answer.catch(() => undefined);
  return answer;
}

async function begin(): Promise<RunningProcess> {
  const started = await start('exiftool', ['-stay_open', 'True', '-@', '-'], { isTalkedTo: true });
  started.child.stdout?.setEncoding('utf8');
  return started;
}

function answered({ child, stderr, ended }: RunningProcess, args: readonly string[]): Promise<string> {
  if (args.some((arg) => /^[#\s]|[\r\n]|\s$/.test(arg))) throw new Error(`not a line for exiftool: ${args.join(' ')}`);
  const end = new RegExp(`\\{status (\\d+)\\}\\r?\\n\\{ready${++asked}\\}\\r?\\n$`);
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: string): void => {
      text += chunk;
      const status = end.exec(text);
      if (!status) return;
      child.stdout?.off('data', read);
      if (status[1] === '0') resolve(text.slice(0, status.index));
      else reject(new Error(`exiftool ${args.join(' ')}: ${text} ${stderr()}`));
    };
    child.stdout?.on('data', read);
    void ended.then(() => reject(new Error(`exiftool has ended: ${stderr()}`)));
    child.stdin?.write([...args, '-echo3', '{status ${status}}', `-execute${asked}`, ''].join('\n'));
  });
}
