/** What is held and what was purged, for people to see; and the notes on an item that may change. */
import { coalesced } from '../coalesced.ts';
import { shown } from './context.ts';
import type { VaultContext } from './context.ts';
import { isDue } from './deadline.ts';
import type { HeldItem, ItemFacts, LedgerEntry, Selection } from './item.ts';
import type { ItemRecord } from './storage-backend.ts';

/** See `Vault.held`. */
export async function held(vault: VaultContext): Promise<readonly HeldItem[]> {
  if (!(await vault.key.current())) return [];
  const idle = await vault.idle();
  const items = await vault.backend.transact('readonly', (backend) => backend.items());
  const now = vault.clock();
  return items
    .filter((item) => !isDue(item, now, idle))
    .map((item) => shown(item, idle))
    .sort((a, b) => a.created - b.created);
}

/** See `Vault.has`. */
export async function has(vault: VaultContext, id: string): Promise<boolean> {
  if (!(await vault.key.current())) return false;
  const idle = await vault.idle();
  const item = await vault.backend.transact('readonly', (backend) => backend.item(id));
  return item !== undefined && !isDue(item, vault.clock(), idle);
}

/** See `Vault.ledger`. */
export async function ledger(vault: VaultContext): Promise<readonly LedgerEntry[]> {
  // Before the sweep it would be an earlier session's.
  if (!(await vault.key.current())) return [];
  return vault.backend.transact('readonly', (backend) => backend.ledger());
}

interface Mark {
  readonly selection: Selection;
  readonly facts: ItemFacts;
}

/** See `Vault.mark`. What is marked within one turn, or while another transaction of marks is under way, is written in one. */
export function createMarking(vault: VaultContext): (selection: Selection, facts: ItemFacts) => Promise<void> {
  let waiting: Mark[] = [];

  const written = coalesced(async () => {
    const marks = waiting;
    waiting = [];
    const ids = await vault.backend.transact('readwrite', async (backend) => {
      const changed = new Map<string, ItemRecord>();
      for (const { selection, facts } of marks) {
        for (const found of await backend.items(selection)) {
          const item = changed.get(found.id) ?? found;
          // Mostly whoever put it knew.
          const isNews = (facts.why ?? item.why) !== item.why || (facts.format ?? item.format) !== item.format;
          if (isNews) changed.set(item.id, { ...item, ...facts });
        }
      }
      await Promise.all([...changed.values()].map((item) => backend.saveItem(item)));
      return [...changed.keys()];
    });
    if (ids.length > 0) vault.announce('marked', ids);
  });

  return (selection, facts) => {
    waiting.push({ selection, facts });
    return written();
  };
}
