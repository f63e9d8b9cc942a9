/**
 * Draws a landscape that a codec meets as it meets a photograph: soft gradients in the sky, clouds, ridges that fade
 * into haze, a lake that mirrors them, grass with detail at every scale, and the grain of a sensor. Always the same one.
 */

export interface Drawing {
  /** RGB8, row-major. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

type Rgb = readonly [number, number, number];

/** Draws it at a size in px. */
export function drawLandscape(width: number, height: number): Drawing {
  const pixels = new Uint8Array(width * height * 3);
  const random = randomFrom(7);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = colourAt(x / height, y / height);
      // Shot noise: its deviation grows with the square root of the light.
      const grain = random() + random() + random() - 1.5;
      for (const channel of colour)
        pixels[at++] = Math.max(
          0,
          Math.min(255, Math.round(channel + grain * (2 + Math.sqrt(Math.max(channel, 0)) * 0.35))),
        );
    }
  }
  return { pixels, width, height };
}

const HORIZON = 0.6;
const SHORE = 0.8;
const SUN = { x: 1.08, y: 0.4 };
const HAZE: Rgb = [226, 190, 164];

/** From the farthest to the nearest: how high it stands (in heights of the picture), its waves, its colour. */
const RIDGES: readonly {
  readonly base: number;
  readonly height: number;
  readonly scale: number;
  readonly seed: number;
  readonly colour: Rgb;
}[] = [
  { base: 0.5, height: 0.26, scale: 1.7, seed: 11, colour: [168, 156, 170] },
  { base: 0.55, height: 0.2, scale: 2.6, seed: 23, colour: [112, 116, 130] },
  { base: 0.585, height: 0.1, scale: 4.6, seed: 37, colour: [52, 66, 62] },
];

function colourAt(x: number, y: number): Rgb {
  const shore = SHORE + 0.03 * (fractal(x * 2.2, 0.5, 51, 4) - 0.5);
  if (y > shore) return meadow(x, y, y - shore);
  if (y > HORIZON) return lake(x, y);
  return air(x, y);
}

/** Sky and ridges. */
function air(x: number, y: number): Rgb {
  let colour = sky(x, y);
  for (const [index, ridge] of RIDGES.entries()) {
    const top = ridge.base - ridge.height * (ridged(x * ridge.scale, ridge.seed) - 0.28);
    if (y < top) continue;
    const slope = fractal(x * 16, y * 22, ridge.seed + 1, 5);
    const trees = index === 2 ? 0.55 + 0.9 * fractal(x * 120, y * 60, 71, 2) : 1;
    const lit = mix(ridge.colour, HAZE, Math.min(0.75, 0.16 * (2 - index) + (y - top) * (2 - index * 0.9)));
    colour = scale(lit, (0.72 + 0.56 * slope) * trees);
  }
  return colour;
}

function sky(x: number, y: number): Rgb {
  const height = Math.min(1, y / HORIZON);
  const clear = mix([74, 122, 186], [244, 206, 168], height ** 1.6);
  const distance = Math.hypot(x - SUN.x, y - SUN.y);
  const glow = Math.exp(-distance * 4.5);
  const sun = distance < 0.018 ? 1 : 0;
  const cloud = smooth(0.5, 0.78, fractal(x * 1.8 + 3, y * 5.2, 5, 6)) * (0.35 + 0.65 * height);
  const lit = mix(mix(clear, [255, 246, 236], cloud * 0.85), [255, 226, 160], Math.min(1, glow * 0.9));
  return mix(scale(lit, 1 - 0.14 * cloud * fractal(x * 6, y * 14, 8, 3)), [255, 252, 238], sun);
}

/** The air upside down, broken by ripples that grow towards us. */
function lake(x: number, y: number): Rgb {
  const depth = (y - HORIZON) / (SHORE - HORIZON);
  const ripple = (fractal(x * (60 - 30 * depth), y * 260, 13, 3) - 0.5) * (0.006 + 0.03 * depth);
  const mirrored = air(x + ripple * 0.6, Math.max(0, HORIZON - (y - HORIZON) * 1.7 + ripple));
  const glitter = smooth(0.72, 0.86, fractal(x * 90, y * 420, 17, 2)) * Math.exp(-Math.abs(x - SUN.x) * 5) * 120;
  const [red, green, blue] = mix(scale(mirrored, 0.86), [44, 70, 84], 0.22 + 0.3 * depth);
  return [red + glitter, green + glitter * 0.85, blue + glitter * 0.6];
}

function meadow(x: number, y: number, depth: number): Rgb {
  // Blades lean with a slow wind, and are finer the farther away they are.
  const fine = 260 / (1 + depth * 9);
  const blades = fractal(x * fine + fractal(x * 3, y * 3, 61, 2) * 6, y * fine * 0.32, 43, 4);
  const patches = fractal(x * 3.4, y * 7, 47, 4);
  const dry = smooth(0.48, 0.68, fractal(x * 5 + 9, y * 9, 53, 3));
  const green = mix(mix([44, 58, 24], [126, 142, 52], blades), [186, 162, 86], dry * 0.6);
  return scale(green, 0.45 + 0.5 * patches + 0.45 * blades);
}

/** Sharp crests: noise folded at its middle. */
function ridged(x: number, seed: number): number {
  let sum = 0;
  for (let octave = 0, weight = 0.5, frequency = 1; octave < 7; octave++, weight *= 0.5, frequency *= 2.1) {
    sum += weight * (1 - Math.abs(2 * noise(x * frequency, seed * 3.1, seed + octave) - 1));
  }
  return sum;
}

/** Value noise summed over octaves, each twice as fine and half as strong; 0 to 1. */
function fractal(x: number, y: number, seed: number, octaves: number): number {
  let sum = 0;
  let total = 0;
  for (let octave = 0, weight = 1; octave < octaves; octave++, weight *= 0.5) {
    sum += weight * noise(x * 2 ** octave, y * 2 ** octave, seed + octave);
    total += weight;
  }
  return sum / total;
}

/** Smoothly joined random values at whole coordinates; 0 to 1. */
function noise(x: number, y: number, seed: number): number {
  const left = Math.floor(x),
    top = Math.floor(y);
  const u = ease(x - left),
    v = ease(y - top);
  const upper = lattice(left, top, seed) * (1 - u) + lattice(left + 1, top, seed) * u;
  const lower = lattice(left, top + 1, seed) * (1 - u) + lattice(left + 1, top + 1, seed) * u;
  return upper * (1 - v) + lower * v;
}

function lattice(x: number, y: number, seed: number): number {
  let hash = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** mulberry32: a small generator with a state of 32 bits; 0 to 1. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mix(one: Rgb, other: Rgb, share: number): Rgb {
  return [
    one[0] + (other[0] - one[0]) * share,
    one[1] + (other[1] - one[1]) * share,
    one[2] + (other[2] - one[2]) * share,
  ];
}

function scale([red, green, blue]: Rgb, by: number): Rgb {
  return [red * by, green * by, blue * by];
}

function smooth(from: number, to: number, value: number): number {
  return ease(Math.max(0, Math.min(1, (value - from) / (to - from))));
}

function ease(value: number): number {
  return value * value * (3 - 2 * value);
}
