/**
 * A popup closes at the next click beside it, and what it was reading goes with it. So what takes a while is handed to a
 * workspace, in a tab: files are handles, and pass between the extension's pages as they are.
 */
import type { Chosen } from './chosen.ts';

export interface Handed {
  readonly file: File;
  readonly name: string;
  readonly folder: string;
  readonly alone: boolean;
  readonly from: Chosen['from'];
}

type Word =
  | { readonly kind: 'who-takes'; readonly token: string }
  | { readonly kind: 'i-do'; readonly token: string; readonly taker: string }
  | { readonly kind: 'take'; readonly token: string; readonly taker: string; readonly files: readonly Handed[] }
  | { readonly kind: 'taken'; readonly token: string };

const CHANNEL = 'hand-over';
/** A workspace that is open answers within this; ms. */
const ANSWERS_IN = 150;

/** More than this, and a popup does not take it in itself. */
const FEW_FILES = 12;
const FEW_BYTES = 60_000_000;

export function isMuch(files: readonly Handed[]): boolean {
  return files.length > FEW_FILES || files.reduce((sum, { file }) => sum + file.size, 0) > FEW_BYTES;
}

/** Opens what was chosen; what can't be opened is left out. */
export async function openAll(chosen: Iterable<Chosen> | AsyncIterable<Chosen>): Promise<Handed[]> {
  const files: Handed[] = [];
  for await (const { name, folder, alone, from, open } of chosen) {
    const file = await open().catch(() => null);
    if (file) files.push({ file: file instanceof File ? file : new File([file], name), name, folder, alone, from });
  }
  return files;
}

export function asChosen(files: readonly Handed[]): Chosen[] {
  return files.map(({ file, ...facts }) => ({ ...facts, open: () => Promise.resolve(file) }));
}

/** @param openWorkspace opens one that is not in front yet. Resolves when a workspace has the files. */
export function handOver(files: readonly Handed[], openWorkspace: () => void): Promise<void> {
  const channel = new BroadcastChannel(CHANNEL);
  const token = crypto.randomUUID();
  const say = (word: Word): void => channel.postMessage(word);
  return new Promise((resolve) => {
    let taker: string | null = null;
    const timer = setTimeout(openWorkspace, ANSWERS_IN);
    channel.addEventListener('message', ({ data }: MessageEvent<Word>) => {
      if (data.kind === 'i-do' && taker === null && (data.token === token || data.token === '')) {
        taker = data.taker;
        clearTimeout(timer);
        say({ kind: 'take', token, taker, files });
      } else if (data.kind === 'taken' && data.token === token) {
        channel.close();
        resolve();
      }
    });
    say({ kind: 'who-takes', token });
  });
}

/** In a workspace: takes what is handed over, until the page goes. @param take brings the page to the front, too */
export function takeOver(take: (files: Chosen[]) => void): void {
  const channel = new BroadcastChannel(CHANNEL);
  const taker = crypto.randomUUID();
  const say = (word: Word): void => channel.postMessage(word);
  channel.addEventListener('message', ({ data }: MessageEvent<Word>) => {
    if (data.kind === 'who-takes') say({ kind: 'i-do', token: data.token, taker });
    if (data.kind === 'take' && data.taker === taker) {
      take(asChosen(data.files));
      say({ kind: 'taken', token: data.token });
    }
  });
  // A popup that opened this workspace waits for it.
  say({ kind: 'i-do', token: '', taker });
}
