/* A picture as components: luminance and two of colour, each in blocks of 8 x 8 samples (ITU-T T.81, A.1). */
#ifndef PICTURE_H
#define PICTURE_H

#include "memory.h"

#define COMPONENTS 3
#define BLOCK 64

typedef struct {
  int width, height;           /* samples */
  int blocks_wide, blocks_high;
  int16_t *spectrum;           /* 1/16 of a coefficient, in zigzag order, blocks in raster order */
  int16_t *levels;             /* quantised, in the same order */
  float *tolerance;            /* by block: how much of an error is hidden there */
} Component;

static Component components[COMPONENTS];
static uint8_t *pixels; /* RGBA */
static float *samples;  /* of one component: -128 to 127, the last row and column repeated to whole blocks */
static float *rows;     /* a few, for what is halved */
static int width, height;
static int step; /* pixels to a sample of colour, both ways: 1 or 2 */

static size_t blocks_of(const Component *component) {
  return (size_t)component->blocks_wide * (size_t)component->blocks_high;
}

static int stride_of(const Component *component) { return component->blocks_wide * 8; }

/* 0 when there is no memory for it. */
static int lay_out(int wide, int high, int sampling) {
  forget_all();
  width = wide;
  height = high;
  step = sampling;
  pixels = reserve((size_t)wide * (size_t)high * 4);
  rows = reserve(((size_t)wide + 5 * (size_t)((wide + step - 1) / step)) * sizeof(float));
  if (!pixels || !rows) return 0;
  for (int c = 0; c < COMPONENTS; c++) {
    Component *one = &components[c];
    const int each = c == 0 ? 1 : step;
    one->width = (wide + each - 1) / each;
    one->height = (high + each - 1) / each;
    one->blocks_wide = (one->width + 7) / 8;
    one->blocks_high = (one->height + 7) / 8;
    const size_t blocks = blocks_of(one);
    one->spectrum = reserve(blocks * BLOCK * sizeof(int16_t));
    one->tolerance = reserve(blocks * sizeof(float));
    if (!one->spectrum || !one->tolerance) return 0;
  }
  /* Samples are not needed once there are levels. Halved ones are held twice. */
  const uintptr_t shared = heap_end;
  const size_t whole = blocks_of(&components[0]), twice = 2 * blocks_of(&components[1]);
  if (!(samples = reserve((step == 2 && twice > whole ? twice : whole) * BLOCK * sizeof(float)))) return 0;
  const uintptr_t end = heap_end;
  heap_end = shared;
  for (int c = 0; c < COMPONENTS; c++)
    if (!(components[c].levels = reserve(blocks_of(&components[c]) * BLOCK * sizeof(int16_t)))) return 0;
  if (heap_end < end) heap_end = end;
  return 1;
}

#endif
