/*
 * The Gaussian of SSIMULACRA 2, standard deviation 1.5: three undamped resonators ("Recursive Implementation of the Gaussian
 * Filter Using Truncated Cosine Functions", Charalampidis 2016; libjxl, lib/jxl/gauss_blur.cc). With a radius of 5 its impulse
 * response is that of nine taps; beyond the edge there is nothing, and no weight is made up for.
 *
 * The recursion is kept, where nine taps would do, since its rounding in single precision is part of the scores that SSIMULACRA 2
 * gives: it adds up down the columns, makes structure where X has none, and costs 1 to 2.5 points of 80 at 1024 pixels.
 * The reference fuses multiplications with additions; so does this, by double precision.
 */
#ifndef LOOK_BLUR_H
#define LOOK_BLUR_H

#include <wasm_simd128.h>

#define RADIUS 5
/* Rows and columns that a blurred value waits for. */
#define AHEAD (RADIUS - 1)
/* From the value that enters a sum back to the one that leaves it. */
#define SPAN (2 * RADIUS)
#define RESONATORS 3
/* Blurred together, one in each lane of a row's pass. */
#define STREAMS 3

/* For the frequencies k = 1, 3, 5 times pi / 10: -beta cos(6 omega) and -2 cos(omega), equations 33, 53 and 57 for this deviation. */
static const float MUL_IN[RESONATORS] = {0.05529523572608663f, -0.05883668702694999f, 0.012955819110517089f};
static const float MUL_BEFORE[RESONATORS] = {-1.902113032590307f, -1.1755705045849463f, 0.0f};
/* The last one's factor is nothing: what it would be fused with is spared. */
#define FUSED 2

static inline v128_t low(v128_t floats) { return wasm_f64x2_promote_low_f32x4(floats); }
static inline v128_t high(v128_t floats) {
  return wasm_f64x2_promote_low_f32x4(wasm_i32x4_shuffle(floats, floats, 2, 3, 2, 3));
}
static inline v128_t single(v128_t doubles) { return wasm_f32x4_demote_f64x2_zero(doubles); }

static inline v128_t both(v128_t low, v128_t high) { return wasm_i32x4_shuffle(low, high, 0, 1, 4, 5); }

/* a b + c, rounded once, to single precision; of doubles. */
static inline v128_t fused(v128_t a, v128_t b, v128_t c) { return single(wasm_f64x2_add(wasm_f64x2_mul(a, b), c)); }

/* The same, left in doubles: Veltkamp's splitting (Dekker 1971, "A floating-point technique") costs less than two conversions. */
static inline v128_t fused_doubles(v128_t a, v128_t b, v128_t c) {
  v128_t sum = wasm_f64x2_add(wasm_f64x2_mul(a, b), c);
  v128_t scaled = wasm_f64x2_mul(sum, wasm_f64x2_const_splat(536870913.0));
  return wasm_f64x2_sub(scaled, wasm_f64x2_sub(scaled, sum));
}

/*
 * Along a row of four interleaved streams. `woven` points to the first column; there are SPAN columns of zeros before it, AHEAD
 * after `width`. What comes out goes to a row for each of the first `streams` streams.
 */
static inline void blur_along(const float *woven, int width, int streams, float *const out[STREAMS]) {
  v128_t before[RESONATORS], before_2[RESONATORS];
  for (int k = 0; k < RESONATORS; k++) before[k] = before_2[k] = wasm_f32x4_const_splat(0);
  for (int n = -AHEAD; n < width; n++) {
    v128_t sum = wasm_f32x4_add(wasm_v128_load(woven + 4 * (n - RADIUS - 1)), wasm_v128_load(woven + 4 * (n + AHEAD)));
    v128_t now[RESONATORS];
    for (int k = 0; k < RESONATORS; k++) {
      now[k] = wasm_f32x4_sub(wasm_f32x4_mul(sum, wasm_f32x4_splat(MUL_IN[k])), before_2[k]);
      if (k < FUSED) {
        v128_t by = wasm_f64x2_splat(-(double)MUL_BEFORE[k]);
        v128_t two = fused(low(before[k]), by, low(now[k]));
        now[k] = streams > 2 ? both(two, fused(high(before[k]), by, high(now[k]))) : two;
      }
      before_2[k] = before[k];
      before[k] = now[k];
    }
    if (n < 0) continue;
    v128_t blurred = wasm_f32x4_add(wasm_f32x4_add(now[0], now[1]), now[2]);
    wasm_v128_store32_lane(out[0] + n, blurred, 0);
    wasm_v128_store32_lane(out[1] + n, blurred, 1);
    if (streams > 2) wasm_v128_store32_lane(out[2] + n, blurred, 2);
  }
}

/* The resonators of a stream's columns: of each what it gave for the row before and the one before that. */
struct columns {
  float *before[RESONATORS], *before_2[RESONATORS];
};

/* One row on, down the columns: `enters` AHEAD of this row, `leaves` behind it. `out` may be null. */
static void blur_down(struct columns *state, const float *enters, const float *leaves, int stride, float *out) {
  for (int x = 0; x < stride; x += 4) {
    v128_t sum = wasm_f32x4_add(wasm_v128_load(leaves + x), wasm_v128_load(enters + x));
    v128_t sum_low = low(sum), sum_high = high(sum), total = wasm_f32x4_const_splat(0);
    for (int k = 0; k < RESONATORS; k++) {
      v128_t before_2 = wasm_v128_load(state->before_2[k] + x), rest_low = low(before_2), rest_high = high(before_2);
      if (k < FUSED) {
        v128_t before = wasm_v128_load(state->before[k] + x), by = wasm_f64x2_splat((double)MUL_BEFORE[k]);
        rest_low = fused_doubles(low(before), by, rest_low);
        rest_high = fused_doubles(high(before), by, rest_high);
      }
      v128_t in = wasm_f64x2_splat((double)MUL_IN[k]);
      v128_t now = both(fused(sum_low, in, wasm_f64x2_neg(rest_low)), fused(sum_high, in, wasm_f64x2_neg(rest_high)));
      wasm_v128_store(state->before_2[k] + x, now);
      total = k ? wasm_f32x4_add(total, now) : now;
    }
    if (out) wasm_v128_store(out + x, total);
  }
  for (int k = 0; k < RESONATORS; k++) {
    float *swap = state->before[k];
    state->before[k] = state->before_2[k];
    state->before_2[k] = swap;
  }
}

#endif
