/** Running programs for the project's commands, and saying what goes on. Plain Node: it is there before any package is. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- in plain JavaScript the types are in the comments */
import { spawn } from 'node:child_process';
import { basename, join, resolve } from 'node:path';

export const PROJECT_FOLDER = resolve(import.meta.dirname, '..');

const bin = (name) => join(PROJECT_FOLDER, 'node_modules', '.bin', name);

/** What the commands run. npm tells its own path to the scripts that it starts. */
export const COMMANDS = {
  npm: 'npm',
  wxt: bin('wxt'),
  prettier: bin('prettier'),
  knip: bin('knip'),
  svelteCheck: bin('svelte-check'),
  eslint: bin('eslint'),
  oxlint: bin('oxlint'),
  vitest: bin('vitest'),
  tsx: bin('tsx'),
};

/** Something that a person must do before this can go on; its message is one line for them. */
export class SetupError extends Error {}

/** Says what goes on, to stderr. @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Runs a program in the project's folder. What it says goes to stderr, or to stdout with `output: 'inherit'`, or is
 * kept back unless it fails with `output: 'quiet'`. Rejects when it fails. When this process is ended, it is ended too.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, output?: 'stderr' | 'inherit' | 'quiet' }} [options]
 * @returns {Promise<void>}
 */
export function run(command, args, { env = process.env, output = 'stderr' } = {}) {
  const stream = output === 'inherit' ? 'inherit' : output === 'quiet' ? 'pipe' : process.stderr;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: PROJECT_FOLDER,
      env,
      stdio: ['ignore', stream, output === 'quiet' ? 'pipe' : 'inherit'],
    });
    const kept = [];
    for (const said of [child.stdout, child.stderr]) said?.on('data', (chunk) => kept.push(chunk));
    const pass = (signal) => child.kill(signal);
    for (const signal of SIGNALS) process.on(signal, pass);
    const settle = (end) => {
      for (const signal of SIGNALS) process.off(signal, pass);
      end();
    };
    child.once('error', (error) => settle(() => reject(error)));
    child.once('close', (code, signal) =>
      settle(() => {
        if (code === 0) return resolve();
        process.stderr.write(Buffer.concat(kept));
        reject(new Error(`${basename(command)} ${args.join(' ')} ended with ${signal ?? `exit ${code}`}`));
      }),
    );
  });
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
