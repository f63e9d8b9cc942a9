/*
 * How much of an error is hidden in a block: SSIMULACRA 2 divides by the variance about a pixel, so errors in what is smooth
 * weigh most. A block has its errors everywhere alike, and is as tolerant as its small windows are in the harmonic mean.
 */
#ifndef TOLERANCE_H
#define TOLERANCE_H

#include "picture.h"

#define WINDOW 4
#define WINDOW_STEP 2

static inline float variance_of(const float *at, int stride) {
  float sum = 0, squares = 0;
  for (int y = 0; y < WINDOW; y++)
    for (int x = 0; x < WINDOW; x++) {
      const float value = at[y * stride + x];
      sum += value;
      squares += value * value;
    }
  const float mean = sum / (WINDOW * WINDOW);
  const float variance = squares / (WINDOW * WINDOW) - mean * mean;
  return variance > 0 ? variance : 0;
}

static float bounded(float value, float least, float most) {
  return value < least ? least : value > most ? most : value;
}

/* Of luminance. `floor`: the variance that is as good as none; `usual`: the one whose tolerance is 1. */
static void find_tolerance(float floor, float usual, float least, float most) {
  Component *luma = &components[0];
  const int stride = stride_of(luma);
  float *to = luma->tolerance;
  for (int y = 0; y < luma->blocks_high; y++)
    for (int x = 0; x < luma->blocks_wide; x++) {
      const float *block = samples + (size_t)y * 8 * (size_t)stride + x * 8;
      float sum = 0;
      int windows = 0;
      for (int dy = 0; dy + WINDOW <= 8; dy += WINDOW_STEP)
        for (int dx = 0; dx + WINDOW <= 8; dx += WINDOW_STEP, windows++)
          sum += 1.0f / (variance_of(block + dy * stride + dx, stride) + floor);
      *to++ = bounded(__builtin_sqrtf((float)windows / (sum * usual)), least, most);
    }
}

/* Of colour: the mean of the blocks of luminance there. */
static void spread_tolerance(int component) {
  const Component *luma = &components[0];
  Component *one = &components[component];
  for (int y = 0; y < one->blocks_high; y++)
    for (int x = 0; x < one->blocks_wide; x++) {
      float sum = 0;
      int count = 0;
      for (int from_y = y * step; from_y < (y + 1) * step && from_y < luma->blocks_high; from_y++)
        for (int from_x = x * step; from_x < (x + 1) * step && from_x < luma->blocks_wide; from_x++, count++)
          sum += luma->tolerance[from_y * luma->blocks_wide + from_x];
      one->tolerance[y * one->blocks_wide + x] = sum / (float)count;
    }
}

#endif
