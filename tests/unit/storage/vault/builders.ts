/** What the vault's tests are built from: the two kinds of vault, a clock that is set by hand, a session that can crash. */
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { newJobId, vaultId } from '../../../../lib/core/model/job.ts';
import type { JobId, VaultPart } from '../../../../lib/core/model/job.ts';
import type { PutRequest } from '../../../../lib/storage/vault/item.ts';
import { sessionKey } from '../../../../lib/storage/vault/key.ts';
import { openSession } from '../../../../lib/storage/vault/session.ts';
import { createMemoryVault, createVault } from '../../../../lib/storage/vault/vault.ts';
import type { Vault, VaultOptions } from '../../../../lib/storage/vault/vault.ts';
import { locks, memoryArea } from '../memory-area.ts';

export const MINUTE = 60_000;
export const CHUNK = 64;
export const NOON = Date.UTC(2026, 5, 1, 12);

export interface Setting {
  readonly vault: Vault;
  now: number;
  idle: number;
  running: Set<string>;
}

export interface DiskSetting extends Setting {
  readonly database: string;
  /** A second context of the same extension. */
  another(options?: Partial<VaultOptions>): Vault;
  /** The browser's end: the key is gone and every context with it. */
  crash(): void;
  /** The next start: what the background does first. */
  start(): Promise<'new' | 'same'>;
}

type Overrides = Partial<Pick<VaultOptions, 'capacity' | 'chunkBytes' | 'channel'>>;

export function memorySetting(overrides: Overrides = {}): Setting {
  const state = { now: NOON, idle: 60 * MINUTE, running: new Set<string>() };
  const vault = createMemoryVault({
    clock: () => state.now,
    idle: () => state.idle,
    running: () => state.running,
    chunkBytes: CHUNK,
    ...overrides,
  });
  return Object.assign(state, { vault });
}

let databases = 0;

export async function diskSetting(overrides: Overrides = {}): Promise<DiskSetting> {
  const state = { now: NOON, idle: 60 * MINUTE, running: new Set<string>() };
  const database = `vault-${(databases += 1)}`;
  const area = memoryArea();
  const oneAtATime = locks();
  const open = (more: Partial<VaultOptions> = {}): Vault =>
    createVault({
      key: sessionKey(area),
      database,
      clock: () => state.now,
      idle: () => state.idle,
      running: () => state.running,
      chunkBytes: CHUNK,
      ...overrides,
      ...more,
    });
  let vault = open();
  const others: Vault[] = [];
  const setting: DiskSetting = Object.defineProperty(
    Object.assign(state, {
      database,
      vault,
      another(options?: Partial<VaultOptions>) {
        const other = open(options);
        others.push(other);
        return other;
      },
      crash() {
        area.content.clear();
        for (const each of [vault, ...others.splice(0)]) each.close();
        vault = open();
      },
      start: () => openSession(vault, sessionKey(area), oneAtATime),
    }),
    'vault',
    { get: () => vault },
  );
  await setting.start();
  return setting;
}

/** Each kind of vault, for tests that hold for both. */
export const KINDS: readonly { readonly kind: string; readonly open: (overrides?: Overrides) => Promise<Setting> }[] = [
  { kind: 'on disk', open: diskSetting },
  { kind: 'in memory', open: async (overrides) => memorySetting(overrides) },
];

export function request(
  part: VaultPart = 'result',
  more: Partial<PutRequest> = {},
  jobId: JobId = newJobId(),
): PutRequest {
  return { id: vaultId(jobId, part), jobId, part, why: 'held', format: 'jpeg', ...more };
}

/** Bytes that differ from each other and by `seed`. */
export function bytes(length: number, seed = 0): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + seed * 7 + (index >> 8)) & 255);
}

export function streamOf(...parts: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const rest = [...parts];
  return new ReadableStream({
    pull(controller) {
      const part = rest.shift();
      if (part) controller.enqueue(part);
      else controller.close();
    },
  });
}

/** Every record of the database, as it lies there. */
export async function onDisk(database: string): Promise<Record<string, unknown[]>> {
  const connection = await openDB(database);
  const content: Record<string, unknown[]> = {};
  for (const store of connection.objectStoreNames) content[store] = await connection.getAll(store);
  connection.close();
  return content;
}
