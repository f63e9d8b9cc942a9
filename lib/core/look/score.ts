/**
 * SSIMULACRA 2.0's score from the sums of its error maps: which planes count, and how much. The weights and the curve are
 * those of the reference (Jon Sneyers, github.com/cloudinary/ssimulacra2, version 2.0 of 2022, which `calc-s2-rust` speaks;
 * 2.1 of 2023 scales X and B anew and weighs anew, and means the same by 90, 70 and 50).
 */

export const SCALES = 6;
export const CHANNELS = 3;
/** Sums a plane: of structure, ringing and blur, each as it is and to the fourth power. */
export const SUMS = 6;

/** By channel (X, Y, B - Y), scale, norm (mean, fourth power) and map (structure, ringing, blur). */
const WEIGHTS: readonly number[] = [
  // X
  [0, 0, 0, 1.0035479352512353, 0.00011322061110474735, 0.00040442991823685936],
  [0.0018953834105783773, 0, 0, 8.982542997575905, 0.9899785796045556, 0],
  [0.9748315131207942, 0.9581575169937973, 0, 0.5133611777952946, 1.0423189317331243, 0.000308010928520841],
  [12.149584966240063, 0.9565577248115467, 0, 1.0406668123136824, 81.51139046057362, 0.30593391895330946],
  [1.0752214433626779, 1.1039042369464611, 0, 1.021911638819618, 1.1141823296855722, 0.9730845751441705],
  [0, 0, 0, 0.9833918426095505, 0.7920385137059867, 0.9710740411514053],
  // Y
  [0, 0, 0, 0.5387077903152638, 0, 3.4036945601155804],
  [0, 0, 0, 2.337569295661117, 0, 5.707946510901609],
  [37.83086423878157, 0, 0, 3.8258200594305185, 0, 0],
  [24.073659674271497, 0, 0, 13.181871265286068, 0, 0],
  [0, 0, 0, 10.00750121262895, 0, 0],
  [0, 0, 0, 52.51428385603891, 0, 0],
  // B - Y
  [0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0],
  [0, 0.9946464267894417, 0, 0, 0.0006040447715934816, 0],
  [0, 0.9945171491374072, 0, 2.8260043809454376, 1.0052642766534516, 8.201441997546244e-5],
  [12.154041855876695, 32.292928706201266, 0.992837130387521, 0, 30.71925517844603, 0.00012309907022278743],
  [0, 0.9826260237051734, 0, 0, 0.9980928367837651, 0.012142430067163312],
].flat();

/**
 * A map whose weights are all below this is not looked at. What is dropped at all six scales weighs 0.002 and less, where the
 * least that counts is 0.3: it moves a score by at most 0.05 at 97, and less below.
 */
const LEAST_WEIGHT = 0.003;

/** How many sizes are looked at: each half of the one before, until one has had a side under eight pixels. */
export function scalesOf(width: number, height: number): number {
  let count = 1;
  for (let [w, h] = [width, height]; count < SCALES && w >= 8 && h >= 8; count++) {
    w = Math.ceil(w / 2);
    h = Math.ceil(h / 2);
  }
  return count;
}

/**
 * Which maps of a plane are needed: 1 for structure, 2 for edges (ringing and blur).
 * With fewer than six scales the reference counts its weights on without a gap, so that other planes have them.
 */
export function needsOf(scales: number, scale: number, channel: number): number {
  const counts = (map: number): boolean =>
    weight(scales, scale, channel, 0, map) >= LEAST_WEIGHT || weight(scales, scale, channel, 1, map) >= LEAST_WEIGHT;
  return (counts(0) ? 1 : 0) | (counts(1) || counts(2) ? 2 : 0);
}

/**
 * @param sums by scale, channel and `SUMS`; @param pixels of each scale.
 * @returns 100 for no difference, 90 for one that is not seen, 70 high, 50 medium quality; below 0 for very bad.
 */
export function scoreOf(sums: Float64Array, pixels: readonly number[]): number {
  const scales = pixels.length;
  let error = 0;
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (const [scale, count] of pixels.entries()) {
      const at = (scale * CHANNELS + channel) * SUMS;
      for (let map = 0; map < 3; map++) {
        const mean = (sums[at + map * 2] ?? 0) / count;
        const fourth = Math.sqrt(Math.sqrt((sums[at + map * 2 + 1] ?? 0) / count));
        error += weight(scales, scale, channel, 0, map) * mean + weight(scales, scale, channel, 1, map) * fourth;
      }
    }
  }
  const distance = error * 17.829717797575952 - 1.634169143917183;
  return distance > 0 ? 100 - 10 * distance ** 0.5453261009510213 : 100;
}

function weight(scales: number, scale: number, channel: number, norm: number, map: number): number {
  return WEIGHTS[(channel * scales + scale) * SUMS + norm * 3 + map] ?? 0;
}
