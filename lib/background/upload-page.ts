/** What is asked of the page that has an upload field: which files, their bytes, and to take others in their place. */
import * as v from 'valibot';
import { fromBase64, toBase64 } from '../core/bytes/base64.ts';
import { CompressionError } from '../core/errors.ts';
import {
  FIELDS,
  NEW_FILE,
  UPLOAD_FIELD,
  type ChosenFile,
  type Field,
  type Replaced,
  type UploadFieldApi,
} from '../core/protocol/upload-field.ts';
import { inject, type InjectionTarget } from './inject.ts';
import { SLICE_BYTES } from './page-reading.ts';

export type UploadFrame = Required<InjectionTarget>;

/** A result that takes a file's place. */
export interface NewFile {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly type: string;
}

const CHOSEN: v.GenericSchema<unknown, ChosenFile[]> = v.array(
  v.strictObject({
    reference: v.pipe(v.number(), v.integer(), v.minValue(0)),
    name: v.pipe(v.string(), v.maxLength(1_024)),
    size: v.pipe(v.number(), v.integer(), v.minValue(0)),
    type: v.pipe(v.string(), v.maxLength(200)),
    focused: v.boolean(),
    held: v.nullable(v.picklist(['field', 'drop'])),
    limit: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))),
  }),
);

/** Those of the field that was clicked, else of all fields in the frame. */
export async function chosenFiles(frame: UploadFrame): Promise<readonly ChosenFile[]> {
  const files = v.parse(CHOSEN, (await ask(frame, callChosen)) ?? []);
  const focused = files.filter((file) => file.focused);
  return focused.length > 0 ? focused : files;
}

/** What the frame keeps back from its page; nothing where its answer makes no sense. */
export async function heldFiles(frame: UploadFrame): Promise<readonly ChosenFile[]> {
  const files = v.safeParse(CHOSEN, (await ask(frame, callHeld)) ?? []);
  return files.success ? files.output : [];
}

/** @throws CompressionError `file-gone` */
export async function bytesOfFile(frame: UploadFrame, { reference, name, size }: ChosenFile): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const answer = await ask(frame, callSlice, reference, at, SLICE_BYTES);
    const slice = typeof answer === 'string' ? fromBase64(answer) : null;
    if (!slice || slice.length !== Math.min(SLICE_BYTES, size - at)) throw new CompressionError('file-gone', { name });
    bytes.set(slice, at);
    at += slice.length;
  }
  return bytes;
}

export async function replaceFile(
  frame: UploadFrame,
  reference: number,
  { bytes, name, type }: NewFile,
): Promise<Replaced> {
  await bring(frame, reference, bytes);
  return (await ask(frame, callReplace, reference, name, type)) ?? 'gone';
}

/** The page gets the original, where it waits for a file. */
export async function keepFile(frame: UploadFrame, reference: number): Promise<void> {
  await ask(frame, callKeep, reference).catch(() => undefined);
}

export async function undoReplaced(frame: UploadFrame, reference: number): Promise<Replaced> {
  return (await ask(frame, callUndo, reference).catch(() => undefined)) ?? 'gone';
}

/**
 * Of all frames, the one whose field fits a new file best; null when none does.
 *
 * @throws what the browser says where no script may enter the tab
 */
export async function frameForFile(tabId: number, { name, type }: Omit<NewFile, 'bytes'>): Promise<UploadFrame | null> {
  const frames = await inject({ tabId }, ['/upload-field.js'], callField, [UPLOAD_FIELD, name, type]);
  const [best] = frames
    .map(({ frameId, result }) => ({ frameId, rank: FIELDS.indexOf(result as Field) }))
    .filter(({ rank }) => rank >= 0 && rank < FIELDS.indexOf('none'))
    .sort((one, other) => one.rank - other.rank);
  return best ? { tabId, frameId: best.frameId } : null;
}

/** @returns whether the field took it */
export async function insertFile(frame: UploadFrame, { bytes, name, type }: NewFile): Promise<boolean> {
  await bring(frame, NEW_FILE, bytes);
  return (await ask(frame, callInsert, name, type)) === 'replaced';
}

async function bring(frame: UploadFrame, reference: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at === 0 || at < bytes.length; at += SLICE_BYTES)
    await ask(frame, callBring, reference, at, toBase64(bytes.subarray(at, at + SLICE_BYTES)));
}

async function ask<A extends readonly unknown[], T>(
  { tabId, frameId }: UploadFrame,
  call: (name: string, ...args: A) => T,
  ...args: A
): Promise<Awaited<T> | undefined> {
  const func = call as (...given: readonly unknown[]) => T;
  const [answer] = await inject({ tabId, frameId }, ['/upload-field.js'], func, [UPLOAD_FIELD, ...args]);
  return answer?.result;
}

// These run in the page, in the extension's world; they use nothing from outside themselves.

function callChosen(name: string): readonly ChosenFile[] | undefined {
  return (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.chosen();
}

function callHeld(name: string): readonly ChosenFile[] | undefined {
  return (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.held();
}

function callKeep(name: string, reference: number): void {
  (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.keep(reference);
}

function callSlice(name: string, reference: number, from: number, length: number): Promise<string | null> | undefined {
  return (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.slice(reference, from, length);
}

function callBring(name: string, reference: number, from: number, base64: string): void {
  (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.bring(reference, from, base64);
}

function callReplace(name: string, reference: number, fileName: string, type: string): Replaced | undefined {
  return (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.replace(reference, fileName, type);
}

function callField(name: string, fileName: string, type: string): Field | undefined {
  return (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.field(fileName, type);
}

function callInsert(name: string, fileName: string, type: string): Replaced | undefined {
  return (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.insert(fileName, type);
}

function callUndo(name: string, reference: number): Replaced | undefined {
  return (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.undo(reference);
}
