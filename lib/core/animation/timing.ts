/** Time on screen: what files say, what browsers make of it, and what WebP can state. */

/** RFC 9649, 2.7.1.1: a frame's duration is a 24-bit number of ms, about 4 h 40 min. */
export const MAX_DURATION = 0xffffff;

/** RFC 9649, 2.7.1.1: 16 bits. */
const MAX_LOOPS = 0xffff;

/**
 * How long a frame is really shown. Browsers show every frame that asks for 10 ms or less for 100 ms, in all
 * formats, since old GIFs ask for 0 (Chromium: `DeferredImageDecoder::FrameDurationAtIndex`; Firefox:
 * `FrameTimeout::FromRawMilliseconds`). It is written out as 100 ms, so that other viewers agree, and so that two
 * frames that are merged last as long as they did apart.
 *
 * @param stated ms, from the file
 */
export function shownMilliseconds(stated: number): number {
  return stated <= 10 ? 100 : stated;
}

/**
 * WebP's loop count says how often the whole plays, and 0 is for ever (RFC 9649, 2.7.1.1): the same as
 * `Animation.loops`, where a GIF's NETSCAPE2.0 count of n, which means n times *again*, already is n + 1.
 * What is more than 16 bits can hold becomes the most that they can, as in gif2webp.
 */
export function webpLoops(loops: number): number {
  return Math.min(Math.max(0, Math.trunc(loops)), MAX_LOOPS);
}

/**
 * Whole ms for durations that may be fractions. The end of each frame is rounded, not its length, so that the
 * error never adds up: thirty frames of 1/30 s last 1000 ms.
 */
export class Clock {
  #exact = 0;
  #given = 0;

  /** ms that the next frame gets; at least 1. */
  take(duration: number): number {
    this.#exact += duration;
    const whole = Math.max(1, Math.round(this.#exact) - this.#given);
    this.#given += whole;
    return whole;
  }

  /** ms so far. */
  get total(): number {
    return this.#given;
  }
}
