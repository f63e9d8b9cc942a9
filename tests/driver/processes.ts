/**
 * Processes that end with the one that started them: when it ends normally, when a test throws, at Ctrl-C, and
 * (by the kernel's parent-death signal) also when it is killed. They are ended by their own id, never by a name.
 */
import { execFile, spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface RunningProcess {
  readonly pid: number;
  readonly child: ChildProcess;
  /** The last 8 kB of what it wrote to stderr. */
  readonly stderr: () => string;
  /** Resolves when the process itself has ended; its children may live a moment longer. */
  readonly ended: Promise<void>;
}

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** From descriptor 3 on, so that a caller can read what a program reports there. */
  readonly extraPipes?: number;
  /** Its stdin and stdout are the caller's, by `child`. Default: it has none. */
  readonly isTalkedTo?: boolean;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly timeout?: number;
}

const running = new Set<RunningProcess>();
let exitHooked = false;

/** Starts a program in a process group of its own. Rejects when it can't be started. */
export async function start(
  command: string,
  args: readonly string[],
  options: StartOptions = {},
): Promise<RunningProcess> {
  hookExit();
  const talk = options.isTalkedTo ? 'pipe' : 'ignore';
  const stdio: StdioOptions = [
    talk,
    talk,
    'pipe',
    ...Array.from({ length: options.extraPipes ?? 0 }, () => 'pipe' as const),
  ];
  const [program, programArgs] = withParentDeathSignal(command, args);
  const child = spawn(program, programArgs, { stdio, detached: true, env: options.env ?? process.env });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-8192);
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
  });
  const started: RunningProcess = { pid: child.pid!, child, stderr: () => stderr, ended };
  running.add(started);
  void ended.then(() => running.delete(started));
  return started;
}

/** Runs a program to its end, `timeout` ms at most, and returns its stdout. Rejects with its stderr when it fails. */
export function run(
  command: string,
  args: readonly string[],
  { env = process.env, timeout = 20_000 }: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { env, timeout, maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command} ${args.join(' ')}: ${stderr.trim() || error.message}`));
      else resolve(stdout);
    });
  });
}

/** Asks a process to end, and after `patience` ms kills it and all its descendants. Resolves when none is left. */
export async function end(started: RunningProcess, patience = 5_000): Promise<void> {
  const family = familyOf(started.pid);
  signal(started.pid, 'SIGTERM');
  await endOf(started, patience);
  await killFamily([...family, ...familyOf(started.pid)]);
}

/** Waits until a process has ended, at most so many ms. */
export async function endOf(started: RunningProcess, patience: number): Promise<void> {
  // A timer that nobody waits for any more must not keep this process.
  await Promise.race([started.ended, delay(patience, undefined, { ref: false })]);
}

/** `kill -9` for a process and all its descendants at once, as when the machine's power goes. Resolves when none is left. */
export async function killTree(started: RunningProcess): Promise<void> {
  await killFamily(familyOf(started.pid));
}

/** Ids of a process and its living descendants and group members (zombies are not alive). */
export function familyOf(pid: number): number[] {
  const all = livingProcesses();
  const family = new Set<number>();
  if (all.some((one) => one.pid === pid)) family.add(pid);
  for (let grown = true; grown;) {
    grown = false;
    for (const one of all) {
      if (!family.has(one.pid) && (family.has(one.parent) || one.group === pid)) {
        family.add(one.pid);
        grown = true;
      }
    }
  }
  return [...family];
}

export function isAlive(pid: number): boolean {
  return stat(pid) !== null;
}

async function killFamily(pids: readonly number[]): Promise<void> {
  for (const pid of pids) signal(pid, 'SIGKILL');
  for (let waited = 0; pids.some(isAlive); waited += 20) {
    if (waited > 30_000) throw new Error(`processes ${pids.filter(isAlive).join(', ')} do not end`);
    await delay(20);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

function livingProcesses(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => stat(Number(name)))
    .filter((entry) => entry !== null);
}

/** proc(5): `pid (name) state parent group ...`; the name may hold spaces and brackets. */
function stat(pid: number): ProcessEntry | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent, group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? null : { pid, parent: Number(parent), group: Number(group) };
  } catch {
    return null;
  }
}

/** setpriv (util-linux) keeps the process id: it sets the signal and becomes the program. */
function withParentDeathSignal(command: string, args: readonly string[]): [string, readonly string[]] {
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));
  return setpriv ? [setpriv, ['--pdeathsig', 'TERM', '--', command, ...args]] : [command, args];
}

/** `kill -9` for all that was started here and has not ended. */
export function killAll(): void {
  for (const one of running) for (const pid of familyOf(one.pid)) signal(pid, 'SIGKILL');
}

function hookExit(): void {
  if (exitHooked) return;
  exitHooked = true;
  process.once('exit', killAll);
  for (const [name, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.once(name, () => process.exit(128 + number));
  }
}
