/*
 * Planes of an AVIF to RGB as libavif does it without libyuv, to the last bit: reformat.c, with bilinear upsampling. Each operation of
 * 32-bit floats is in its order.
 */
#ifndef AS_LIBAVIF_H
#define AS_LIBAVIF_H

#include "picture.h"

/* How code values say light and colour: H.273, 8.3. */
static struct {
  float red, green, blue;
  float black, luma_range, chroma_range;
} matrix;

static struct {
  /* A row of chroma, with one more at each side. */
  float *near, *far;
  float *chroma[2];
} avif_row;

static int prepare_avif_row(void) {
  const size_t bytes = (picture.width + 16) * sizeof(float) + SLACK;
  avif_row.near = reserve(bytes);
  avif_row.far = reserve(bytes);
  for (int channel = 0; channel < 2; channel++) avif_row.chroma[channel] = reserve(bytes);
  return avif_row.near && avif_row.far && avif_row.chroma[0] && avif_row.chroma[1];
}

static inline v128_t as_floats(v128_t eight, int upper) {
  return wasm_f32x4_convert_i32x4(upper ? wasm_u32x4_extend_high_u16x8(eight) : wasm_u32x4_extend_low_u16x8(eight));
}

static inline v128_t unit(v128_t code, float zero, float range) {
  return wasm_f32x4_div(wasm_f32x4_sub(code, wasm_f32x4_splat(zero)), wasm_f32x4_splat(range));
}

/* Four past the end too. */
static void read_chroma(const uint8_t *from, float *to) {
  for (uint32_t x = 0; x < picture.chroma_width; x += 8) {
    const v128_t eight = wasm_u16x8_load8x8(from + x);
    wasm_v128_store(to + x, unit(as_floats(eight, 0), 128.0f, matrix.chroma_range));
    wasm_v128_store(to + x + 4, unit(as_floats(eight, 1), 128.0f, matrix.chroma_range));
  }
}

static void repeat_edges(float *row) {
  row[-1] = row[0];
  row[picture.chroma_width] = row[picture.chroma_width - 1];
}

static inline v128_t blend(v128_t near, v128_t near_beside, v128_t far, v128_t far_beside) {
  v128_t sum = wasm_f32x4_mul(near, wasm_f32x4_splat(9.0f / 16.0f));
  sum = wasm_f32x4_add(sum, wasm_f32x4_mul(near_beside, wasm_f32x4_splat(3.0f / 16.0f)));
  sum = wasm_f32x4_add(sum, wasm_f32x4_mul(far, wasm_f32x4_splat(3.0f / 16.0f)));
  return wasm_f32x4_add(sum, wasm_f32x4_mul(far_beside, wasm_f32x4_splat(1.0f / 16.0f)));
}

static void widen_as_libavif(ChromaRows rows, float *to) {
  float *near = avif_row.near + 4, *far = rows.far == rows.near ? near : avif_row.far + 4;
  read_chroma(rows.near, near);
  repeat_edges(near);
  if (far != near) {
    read_chroma(rows.far, far);
    repeat_edges(far);
  }
  for (uint32_t x = 0; x < picture.chroma_width; x += 4) {
    const v128_t here = wasm_v128_load(near + x), there = wasm_v128_load(far + x);
    const v128_t left = blend(here, wasm_v128_load(near + x - 1), there, wasm_v128_load(far + x - 1));
    const v128_t right = blend(here, wasm_v128_load(near + x + 1), there, wasm_v128_load(far + x + 1));
    wasm_v128_store(to + 2 * x, wasm_i32x4_shuffle(left, right, 0, 4, 1, 5));
    wasm_v128_store(to + 2 * x + 4, wasm_i32x4_shuffle(left, right, 2, 6, 3, 7));
  }
}

/* Four values of 0 to 1 and beyond as bytes, each in 32 bits. */
static inline v128_t as_bytes(v128_t value) {
  const v128_t within = wasm_f32x4_min(wasm_f32x4_max(value, wasm_f32x4_splat(0.0f)), wasm_f32x4_splat(1.0f));
  const v128_t rounded = wasm_f32x4_add(wasm_f32x4_splat(0.5f), wasm_f32x4_mul(within, wasm_f32x4_splat(255.0f)));
  return wasm_i32x4_trunc_sat_f32x4(rounded);
}

static inline v128_t joined(v128_t low, v128_t high) {
  const v128_t words = wasm_i16x8_narrow_i32x4(low, high);
  return wasm_u8x16_narrow_i16x8(words, words);
}

static void avif_row_to_rgb(uint32_t y, uint8_t *to) {
  for (int channel = 0; channel < 2; channel++) {
    const ChromaRows rows = chroma_rows(channel, y);
    if (picture.narrow) widen_as_libavif(rows, avif_row.chroma[channel]);
    else read_chroma(rows.near, avif_row.chroma[channel]);
  }
  const uint8_t *luma = picture.luma + (size_t)y * picture.width;
  const float red = matrix.red, blue = matrix.blue;
  const v128_t to_red = wasm_f32x4_splat(2 * (1 - red)), to_blue = wasm_f32x4_splat(2 * (1 - blue));
  const v128_t red_to_green = wasm_f32x4_splat(red * (1 - red)), blue_to_green = wasm_f32x4_splat(blue * (1 - blue));
  const v128_t two = wasm_f32x4_splat(2.0f), green = wasm_f32x4_splat(matrix.green);
  for (uint32_t x = 0; x < picture.width; x += 8) {
    const v128_t eight = wasm_u16x8_load8x8(luma + x);
    v128_t r[2], g[2], b[2];
    for (int half = 0; half < 2; half++) {
      const v128_t light = unit(as_floats(eight, half), matrix.black, matrix.luma_range);
      const v128_t cb = wasm_v128_load(avif_row.chroma[0] + x + 4 * half);
      const v128_t cr = wasm_v128_load(avif_row.chroma[1] + x + 4 * half);
      const v128_t less = wasm_f32x4_add(wasm_f32x4_mul(red_to_green, cr), wasm_f32x4_mul(blue_to_green, cb));
      r[half] = as_bytes(wasm_f32x4_add(light, wasm_f32x4_mul(to_red, cr)));
      g[half] = as_bytes(wasm_f32x4_sub(light, wasm_f32x4_div(wasm_f32x4_mul(two, less), green)));
      b[half] = as_bytes(wasm_f32x4_add(light, wasm_f32x4_mul(to_blue, cb)));
    }
    store_pixels(to + 4 * x, joined(r[0], r[1]), joined(g[0], g[1]), joined(b[0], b[1]));
  }
}

#endif
