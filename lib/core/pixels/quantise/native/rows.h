/* A window of three rows of points that goes down a picture, and how much happens around each pixel of the middle one. */
#ifndef ROWS_H
#define ROWS_H

#include "reserve.h"
#include "space.h"

static struct {
  uint32_t width;
  f4 *above, *middle, *below;
  /* Of the middle row: the largest distance to a neighbour of four. */
  float *activity;
} window;

static int prepare_window(uint32_t width) {
  window.width = width;
  window.above = reserve(width * sizeof(f4));
  window.middle = reserve(width * sizeof(f4));
  window.below = reserve(width * sizeof(f4));
  window.activity = reserve(width * sizeof(float));
  return window.above && window.middle && window.below && window.activity;
}

static void read_row(const uint32_t *row, f4 *to) {
  uint32_t last = 0;
  f4 point = SPLAT(0);
  for (uint32_t x = 0; x < window.width; x++) {
    if (row[x] != last) {
      last = row[x];
      point = point_of_word(last);
    }
    to[x] = point;
  }
}

/* Sets the window on the second of three rows, each of window.width words. */
static void start_window(const uint32_t *rows) {
  read_row(rows, window.above);
  read_row(rows + window.width, window.middle);
}

/* Takes the row below the middle one in, and measures the middle one. */
static void look_below(const uint32_t *row) {
  read_row(row, window.below);
  const uint32_t width = window.width;
  float left = 0;
  for (uint32_t x = 0; x < width; x++) {
    const f4 point = window.middle[x];
    const float right = x + 1 < width ? distance(point, window.middle[x + 1]) : 0;
    const float up = distance(point, window.above[x]), down = distance(point, window.below[x]);
    const float across = left > right ? left : right, along = up > down ? up : down;
    window.activity[x] = __builtin_sqrtf(across > along ? across : along);
    left = right;
  }
}

static void move_window(void) {
  f4 *spare = window.above;
  window.above = window.middle;
  window.middle = window.below;
  window.below = spare;
}

#endif
