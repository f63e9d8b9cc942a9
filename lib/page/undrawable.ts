import type { DrawFailure } from '../core/protocol/page-list.ts';

/** What the page shows and a file of it would not. */
export class Undrawable extends Error {
  override readonly name = 'Undrawable';

  /** @param host of what can't be read; '' where it has none, or none is known */
  constructor(
    readonly failure: DrawFailure,
    readonly host = '',
  ) {
    super(failure);
  }
}

/** By its name: it may come from a script that has the class once more. */
export function isUndrawable(thrown: unknown): thrown is Undrawable {
  return thrown instanceof Error && thrown.name === 'Undrawable';
}
