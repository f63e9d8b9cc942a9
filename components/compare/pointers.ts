/** Fingers and the mouse on the stage: one pans, two pinch. */
import type { Point } from './geometry.ts';
import { pinchOf } from './gestures.ts';

export interface PointerMoves {
  readonly pan: (by: Point) => void;
  readonly pinch: (factor: number, at: Point) => void;
}

export interface StagePointers {
  down(id: number, at: Point): void;
  move(id: number, at: Point): void;
  up(id: number): void;
}

/** Points are in the view's own px. */
export function stagePointers({ pan, pinch }: PointerMoves): StagePointers {
  const at = new Map<number, Point>();
  return {
    down(id, point) {
      if (at.size < 2) at.set(id, point);
    },
    move(id, point) {
      const was = at.get(id);
      if (!was) return;
      const [other] = [...at].filter(([each]) => each !== id).map(([, each]) => each);
      at.set(id, point);
      if (!other) return pan({ x: point.x - was.x, y: point.y - was.y });
      const { factor, at: middle, by } = pinchOf([was, other], [point, other]);
      pan(by);
      pinch(factor, middle);
    },
    up: (id) => void at.delete(id),
  };
}
