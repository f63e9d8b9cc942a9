/* From sRGB to the XYB of SSIMULACRA 2, a row at a time. */
#ifndef LOOK_COLOUR_H
#define LOOK_COLOUR_H

#include "math.h"

/* Linear light of each of the 256 values of sRGB, 0 to 1; the caller fills it (IEC 61966-2-1). */
extern float linear_light[256];

/* Opsin absorbance of JPEG XL (libjxl, lib/jxl/cms/opsin_params.h): cone responses from linear sRGB, and their bias. */
#define BIAS 0.0037930732552754493f
/* Its cube root. */
#define BIAS_ROOT 0.15595420054924863f

/* `count` pixels of RGBA8 to three rows of linear light. With a background of 0 or 255 alpha is laid over it, below 0 it is ignored. */
static inline void linear_row(const unsigned char *rgba, int count, int background, float *r, float *g, float *b) {
  if (background < 0) {
    for (int x = 0; x < count; x++, rgba += 4) {
      r[x] = linear_light[rgba[0]];
      g[x] = linear_light[rgba[1]];
      b[x] = linear_light[rgba[2]];
    }
    return;
  }
  for (int x = 0; x < count; x++, rgba += 4) {
    int alpha = rgba[3], rest = background * (255 - alpha) + 127;
    r[x] = linear_light[(rgba[0] * alpha + rest) / 255];
    g[x] = linear_light[(rgba[1] * alpha + rest) / 255];
    b[x] = linear_light[(rgba[2] * alpha + rest) / 255];
  }
}

static inline v128_t mix(v128_t r, v128_t g, v128_t b, float from_r, float from_g, float from_b) {
  v128_t sum = wasm_f32x4_add(wasm_f32x4_mul(r, wasm_f32x4_splat(from_r)), wasm_f32x4_splat(BIAS));
  sum = wasm_f32x4_add(sum, wasm_f32x4_mul(g, wasm_f32x4_splat(from_g)));
  sum = wasm_f32x4_add(sum, wasm_f32x4_mul(b, wasm_f32x4_splat(from_b)));
  return wasm_f32x4_sub(cube_root(sum), wasm_f32x4_const_splat(BIAS_ROOT));
}

/*
 * Linear light to X + 0.5, Y + 0.05 and B - Y + 1.1, as SSIMULACRA 2.0 shifts them to be positive; a null row is left out.
 * `stride` is a multiple of four; values from `count` on become 0, so that a blur sees nothing beyond the edge.
 */
static inline void xyb_row(const float *r, const float *g, const float *b, int count, int stride, float *x, float *y, float *by) {
  for (int i = 0; i < stride; i += 4) {
    v128_t red = wasm_v128_load(r + i), green = wasm_v128_load(g + i), blue = wasm_v128_load(b + i);
    v128_t l = mix(red, green, blue, 0.3f, 0.622f, 0.078f);
    v128_t m = mix(red, green, blue, 0.23f, 0.692f, 0.078f);
    v128_t luma = wasm_f32x4_mul(wasm_f32x4_add(l, m), wasm_f32x4_const_splat(0.5f));
    if (x) {
      v128_t half = wasm_f32x4_mul(wasm_f32x4_sub(l, m), wasm_f32x4_const_splat(0.5f));
      wasm_v128_store(x + i, wasm_f32x4_add(half, wasm_f32x4_const_splat(0.5f)));
    }
    if (y) wasm_v128_store(y + i, wasm_f32x4_add(luma, wasm_f32x4_const_splat(0.05f)));
    if (by) {
      v128_t s = mix(red, green, blue, 0.24342268924547819f, 0.20476744424496821f, 0.5518098665095536f);
      wasm_v128_store(by + i, wasm_f32x4_add(wasm_f32x4_sub(s, luma), wasm_f32x4_const_splat(1.1f)));
    }
  }
  for (int i = count; i < stride; i++) {
    if (x) x[i] = 0;
    if (y) y[i] = 0;
    if (by) by[i] = 0;
  }
}

/* Means of two by two; the last column stands for the one that an odd width lacks. */
static inline void halve_row(const float *above, const float *below, int count, float *out) {
  int x = 0;
  for (; x + 4 <= count / 2; x += 4) {
    v128_t left = wasm_f32x4_add(wasm_v128_load(above + 2 * x), wasm_v128_load(below + 2 * x));
    v128_t right = wasm_f32x4_add(wasm_v128_load(above + 2 * x + 4), wasm_v128_load(below + 2 * x + 4));
    v128_t even = wasm_i32x4_shuffle(left, right, 0, 2, 4, 6), odd = wasm_i32x4_shuffle(left, right, 1, 3, 5, 7);
    wasm_v128_store(out + x, wasm_f32x4_mul(wasm_f32x4_add(even, odd), wasm_f32x4_const_splat(0.25f)));
  }
  for (; x < (count + 1) / 2; x++) {
    int right = 2 * x + 1 < count ? 2 * x + 1 : 2 * x;
    out[x] = (above[2 * x] + above[right] + below[2 * x] + below[right]) * 0.25f;
  }
}

#endif
