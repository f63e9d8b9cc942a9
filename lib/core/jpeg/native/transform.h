/* The forward cosine transform of 8 x 8 samples: T.81, A.3.3, by rows and columns, even and odd parts apart. */
#ifndef TRANSFORM_H
#define TRANSFORM_H

#include "picture.h"

typedef float Four __attribute__((vector_size(16)));

/* Halves of cos(k pi / 16). */
#define C1 0.49039264f
#define C2 0.46193977f
#define C3 0.41573481f
#define C4 0.35355339f
#define C5 0.27778512f
#define C6 0.19134172f
#define C7 0.09754516f

/* T.81, figure A.6: from the place in zigzag order to the one in rows. */
static const uint8_t ZIGZAG[BLOCK] = {0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,
                                      12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
                                      35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
                                      58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

/* Of four columns at once. */
static inline void transform_columns(Four *at, int stride) {
#define ROW(y) at[(y) * stride]
  const Four e0 = ROW(0) + ROW(7), e1 = ROW(1) + ROW(6), e2 = ROW(2) + ROW(5), e3 = ROW(3) + ROW(4);
  const Four o0 = ROW(0) - ROW(7), o1 = ROW(1) - ROW(6), o2 = ROW(2) - ROW(5), o3 = ROW(3) - ROW(4);
  const Four outer = e0 + e3, inner = e1 + e2, p = e0 - e3, q = e1 - e2;
  ROW(0) = (outer + inner) * C4;
  ROW(4) = (outer - inner) * C4;
  ROW(2) = p * C2 + q * C6;
  ROW(6) = p * C6 - q * C2;
  ROW(1) = o0 * C1 + o1 * C3 + o2 * C5 + o3 * C7;
  ROW(3) = o0 * C3 - o1 * C7 - o2 * C1 - o3 * C5;
  ROW(5) = o0 * C5 - o1 * C1 + o2 * C7 + o3 * C3;
  ROW(7) = o0 * C7 - o1 * C5 + o2 * C3 - o3 * C1;
#undef ROW
}

static void transform_block(const float *from, int stride, int16_t *spectrum) {
  float block[BLOCK] __attribute__((aligned(16)));
  float turned[BLOCK] __attribute__((aligned(16)));
  for (int y = 0; y < 8; y++) __builtin_memcpy(block + y * 8, from + (size_t)y * (size_t)stride, 8 * sizeof(float));
  transform_columns((Four *)block, 2);
  transform_columns((Four *)block + 1, 2);
  for (int y = 0; y < 8; y++)
    for (int x = 0; x < 8; x++) turned[x * 8 + y] = block[y * 8 + x];
  transform_columns((Four *)turned, 2);
  transform_columns((Four *)turned + 1, 2);
  for (int k = 0; k < BLOCK; k++) {
    const int place = ZIGZAG[k];
    spectrum[k] = (int16_t)__builtin_rintf(turned[(place & 7) * 8 + (place >> 3)] * 16.0f);
  }
}

static void transform(int component) {
  const Component *one = &components[component];
  const int stride = stride_of(one);
  int16_t *to = one->spectrum;
  for (int y = 0; y < one->blocks_high; y++)
    for (int x = 0; x < one->blocks_wide; x++, to += BLOCK)
      transform_block(samples + (size_t)y * 8 * (size_t)stride + x * 8, stride, to);
}

#endif
