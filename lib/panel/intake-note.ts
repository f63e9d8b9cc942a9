/**
 * What a view that was closed in the middle of taking images in did not get to. While it takes in, a view holds a lock
 * and notes how many are left; a note whose lock nobody holds is of a view that is gone.
 */
export interface NoteArea {
  get(keys: null): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(keys: string | string[]): Promise<void>;
}

const PREFIX = 'intake:';

export interface IntakeNote {
  /** How many are not yet in the vault. */
  say(left: number): void;
}

export function createIntakeNote(area: NoteArea, locks: LockManager): IntakeNote {
  const key = PREFIX + crypto.randomUUID();
  let said = 0;
  let release: (() => void) | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  return {
    say(left) {
      if (left === said) return;
      said = left;
      if (left > 0 && !release) void locks.request(key, () => new Promise<void>((done) => { release = done; }));
      if (left === 0) {
        release?.();
        release = null;
      }
      turn = turn.then(() => (left === 0 ? area.remove(key) : area.set({ [key]: left }))).catch(() => undefined);
    },
  };
}

/** How many images views that are gone did not take in; asked once, it is forgotten. */
export async function lostIntake(area: NoteArea, locks: LockManager): Promise<number> {
  const { held = [] } = await locks.query();
  const alive = new Set(held.map(({ name }) => name));
  const lost = Object.entries(await area.get(null)).filter(([key, left]) => key.startsWith(PREFIX) && typeof left === 'number' && !alive.has(key));
  if (lost.length > 0) await area.remove(lost.map(([key]) => key));
  return lost.reduce((sum, [, left]) => sum + Number(left), 0);
}
