/* Planes of a JPEG to RGB as libjpeg does it, to the last bit: jdsample.c ("fancy" upsampling) and jdcolor.c. */
#ifndef AS_LIBJPEG_H
#define AS_LIBJPEG_H

#include "picture.h"

static struct {
  /* Sums of a column, with one more at each side. */
  uint16_t *sums;
  uint8_t *chroma[2];
} jpeg_row;

#define SIDE 8

static int prepare_jpeg_row(void) {
  jpeg_row.sums = reserve((picture.chroma_width + 2 * SIDE) * sizeof(uint16_t) + SLACK);
  for (int channel = 0; channel < 2; channel++) jpeg_row.chroma[channel] = reserve(picture.width + SLACK);
  return jpeg_row.sums && jpeg_row.chroma[0] && jpeg_row.chroma[1];
}

/* Three parts of the nearer sample and one of the farther, both ways; one way where chroma has the whole height. */
static void widen_as_libjpeg(ChromaRows rows, uint8_t *to) {
  uint16_t *sums = jpeg_row.sums + SIDE;
  const uint32_t count = picture.chroma_width;
  const v128_t three = wasm_i16x8_splat(3);
  for (uint32_t x = 0; x < count; x += 8) {
    const v128_t near = wasm_u16x8_load8x8(rows.near + x);
    const v128_t sum =
        picture.low ? wasm_i16x8_add(wasm_i16x8_mul(near, three), wasm_u16x8_load8x8(rows.far + x)) : near;
    wasm_v128_store(sums + x, sum);
  }
  sums[-1] = sums[0];
  sums[count] = sums[count - 1];
  /* It rounds by turns up and down. */
  const v128_t even = wasm_i16x8_splat(picture.low ? 8 : 1), odd = wasm_i16x8_splat(picture.low ? 7 : 2);
  const uint32_t shift = picture.low ? 4 : 2;
  for (uint32_t x = 0; x < count; x += 8) {
    const v128_t three_parts = wasm_i16x8_mul(wasm_v128_load(sums + x), three);
    const v128_t left = wasm_i16x8_add(wasm_i16x8_add(three_parts, wasm_v128_load(sums + x - 1)), even);
    const v128_t right = wasm_i16x8_add(wasm_i16x8_add(three_parts, wasm_v128_load(sums + x + 1)), odd);
    const v128_t pair =
        wasm_v128_or(wasm_u16x8_shr(left, shift), wasm_i16x8_shl(wasm_u16x8_shr(right, shift), 8));
    wasm_v128_store(to + 2 * x, pair);
  }
}

/* (a * blue + b * red + a half) >> 16 of eight, where the factors are of 16 bits. */
static inline v128_t weighed(v128_t low, v128_t high, v128_t factors) {
  const v128_t half = wasm_i32x4_splat(1 << 15);
  const v128_t first = wasm_i32x4_shr(wasm_i32x4_add(wasm_i32x4_dot_i16x8(low, factors), half), 16);
  const v128_t second = wasm_i32x4_shr(wasm_i32x4_add(wasm_i32x4_dot_i16x8(high, factors), half), 16);
  return wasm_i16x8_narrow_i32x4(first, second);
}

#define FACTORS(blue, red) wasm_i16x8_make(blue, red, blue, red, blue, red, blue, red)

static void jpeg_row_to_rgb(uint32_t y, uint8_t *to) {
  const uint8_t *chroma[2];
  for (int channel = 0; channel < 2; channel++) {
    const ChromaRows rows = chroma_rows(channel, y);
    chroma[channel] = rows.near;
    if (!picture.narrow) continue;
    widen_as_libjpeg(rows, jpeg_row.chroma[channel]);
    chroma[channel] = jpeg_row.chroma[channel];
  }
  const uint8_t *luma = picture.luma + (size_t)y * picture.width;
  const v128_t middle = wasm_i16x8_splat(128);
  /* In 65536ths 1.402 is 91881, 1.772 is 116130, 0.34414 is 22554 and 0.71414 is 46802: here less whole ones. */
  const v128_t to_red = FACTORS(0, 91881 - 65536), to_blue = FACTORS(116130 - 2 * 65536, 0);
  const v128_t to_green = FACTORS(-22554, 65536 - 46802);
  for (uint32_t x = 0; x < picture.width; x += 8) {
    const v128_t light = wasm_u16x8_load8x8(luma + x);
    const v128_t blue = wasm_i16x8_sub(wasm_u16x8_load8x8(chroma[0] + x), middle);
    const v128_t red = wasm_i16x8_sub(wasm_u16x8_load8x8(chroma[1] + x), middle);
    const v128_t low = wasm_i16x8_shuffle(blue, red, 0, 8, 1, 9, 2, 10, 3, 11);
    const v128_t high = wasm_i16x8_shuffle(blue, red, 4, 12, 5, 13, 6, 14, 7, 15);
    const v128_t r = wasm_i16x8_add(wasm_i16x8_add(light, red), weighed(low, high, to_red));
    const v128_t g = wasm_i16x8_add(wasm_i16x8_sub(light, red), weighed(low, high, to_green));
    const v128_t b =
        wasm_i16x8_add(wasm_i16x8_add(light, wasm_i16x8_shl(blue, 1)), weighed(low, high, to_blue));
    store_pixels(to + 4 * x, wasm_u8x16_narrow_i16x8(r, r), wasm_u8x16_narrow_i16x8(g, g),
                 wasm_u8x16_narrow_i16x8(b, b));
  }
}

#endif
