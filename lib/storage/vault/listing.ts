/** What is held and what was purged, for people to see; and the notes on an item that may change. */
import { shown } from './context.ts';
import type { VaultContext } from './context.ts';
import { isDue } from './deadline.ts';
import type { HeldItem, ItemFacts, LedgerEntry, Selection } from './item.ts';

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

/** See `Vault.mark`. */
export async function mark(vault: VaultContext, selection: Selection, facts: ItemFacts): Promise<void> {
  const ids = await vault.backend.transact('readwrite', async (backend) => {
    const chosen = await backend.items(selection);
    await Promise.all(chosen.map((item) => backend.saveItem({ ...item, ...facts })));
    return chosen.map(({ id }) => id);
  });
  if (ids.length) vault.announce('marked', ids);
}
