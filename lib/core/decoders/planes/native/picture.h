/* A picture in planes: luma, and two of chroma that may have half its width and half its height. */
#ifndef PICTURE_H
#define PICTURE_H

#include <wasm_simd128.h>

#include "reserve.h"

/* What a vector reads or writes past a row's end. */
#define SLACK 64u

static struct {
  uint32_t width, height;
  /* 1 where chroma has half the width, or half the height. */
  uint32_t narrow, low;
  uint32_t chroma_width, chroma_height;
  const uint8_t *luma, *chroma[2];
  /* Rows of RGBA8 that are ready, one behind the other: the next one covers what was written past a row's end. */
  uint8_t *band;
} picture;

/* The row of chroma that is nearest to a row of luma, and the one on its other side; the same at the edge. */
typedef struct {
  const uint8_t *near, *far;
} ChromaRows;

static ChromaRows chroma_rows(int channel, uint32_t y) {
  const uint8_t *plane = picture.chroma[channel];
  uint32_t near = y, far = y;
  if (picture.low) {
    near = far = y >> 1;
    if (y & 1) far = near + 1 < picture.chroma_height ? near + 1 : near;
    else if (near > 0) far = near - 1;
  }
  return (ChromaRows){plane + (size_t)near * picture.chroma_width, plane + (size_t)far * picture.chroma_width};
}

/* Four vectors of eight values each, of which the lower eight bytes count, as 8 pixels that are opaque. */
static inline void store_pixels(uint8_t *to, v128_t red, v128_t green, v128_t blue) {
  const v128_t red_green = wasm_i8x16_shuffle(red, green, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const v128_t blue_alpha =
      wasm_i8x16_shuffle(blue, wasm_u8x16_splat(255), 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  wasm_v128_store(to, wasm_i16x8_shuffle(red_green, blue_alpha, 0, 8, 1, 9, 2, 10, 3, 11));
  wasm_v128_store(to + 16, wasm_i16x8_shuffle(red_green, blue_alpha, 4, 12, 5, 13, 6, 14, 7, 15));
}

#endif
