/*
 * The quantised coefficients of up to four components, as files hold them: in zigzag order, blocks in raster order. What is
 * written into `frame` and `scan` by the TypeScript beside says how they belong together (T.81, A.2 and B.2).
 */
#ifndef PLANES_H
#define PLANES_H

#include "picture.h"

#define MOST_PLANES 4

typedef struct {
  int horizontal, vertical;      /* sampling factors */
  int blocks_wide, blocks_high;  /* without those that only fill up an MCU */
} Sampling;

static struct {
  int count, mcus_wide, mcus_high;
  Sampling samplings[MOST_PLANES];
} frame;

static struct {
  int count;
  int components[MOST_PLANES];
  int start, end, high, low; /* of the spectrum; bit position of the pass before and of this one */
  int progressive;
  int restart_interval;         /* in MCUs, 0 for none; of a scan that is read */
  int dc[MOST_PLANES], ac[MOST_PLANES]; /* by place in the scan: codes that a scan is read by */
} scan;

typedef struct {
  int16_t *levels;
  uint64_t *present; /* by block: a bit for each AC coefficient that is not 0 */
  size_t blocks;
} Plane;

static Plane planes[MOST_PLANES];

/* The file that scans are read from stands below the planes. */
static uint8_t *file;
static size_t file_length;

/* Room for a file and the levels of its frame, all 0. 0 when there is no memory for it. */
static int lay_out_planes(size_t bytes) {
  forget_all();
  file_length = bytes;
  if (!(file = reserve(bytes))) return 0;
  for (int p = 0; p < frame.count; p++) {
    planes[p].blocks = (size_t)frame.samplings[p].blocks_wide * (size_t)frame.samplings[p].blocks_high;
    const size_t size = planes[p].blocks * BLOCK * sizeof(int16_t);
    if (!(planes[p].levels = reserve(size))) return 0;
    __builtin_memset(planes[p].levels, 0, size);
  }
  return 1;
}

/* The levels that the encoder chose. */
static void take_levels(void) {
  for (int p = 0; p < COMPONENTS; p++) planes[p] = (Plane){components[p].levels, 0, blocks_of(&components[p])};
}

static uint64_t present_in(const int16_t *levels) {
  typedef int16_t Eight __attribute__((vector_size(16)));
  uint64_t present = 0;
  for (int k = 0; k < BLOCK; k += 8) {
    Eight eight;
    __builtin_memcpy(&eight, levels + k, sizeof(eight));
    present |= (uint64_t)(uint32_t)__builtin_wasm_bitmask_i16x8(eight != 0) << k;
  }
  return present & ~1ull;
}

/* To be called when the levels are known, before scans are counted or written. 0 when there is no memory for it. */
static int find_present(void) {
  for (int p = 0; p < frame.count; p++) {
    Plane *plane = &planes[p];
    if (!(plane->present = reserve(plane->blocks * sizeof(uint64_t)))) return 0;
    for (size_t block = 0; block < plane->blocks; block++)
      plane->present[block] = present_in(plane->levels + block * BLOCK);
  }
  return 1;
}

#endif
