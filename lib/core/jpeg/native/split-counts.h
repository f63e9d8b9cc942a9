/*
 * What the first pass over AC coefficients takes, whole and parted at each of several places, in one walk: a coefficient's symbol
 * is the same in all of them, but for the first one behind the place where a pass begins.
 */
#ifndef SPLIT_COUNTS_H
#define SPLIT_COUNTS_H

#include "scan-writer.h"

#define SPLITS 5
/* The last position of the lower part. */
static const uint8_t SPLIT_AT[SPLITS] = {2, 5, 8, 12, 18};

/* The whole pass, then lower parts, then upper ones. */
#define PASSES_COUNTED (1 + 2 * SPLITS)
#define LOWER(split) (1 + (split))
#define UPPER(split) (1 + SPLITS + (split))

static int32_t pass_counts[PASSES_COUNTED][256];
static size_t blocks_ended[PASSES_COUNTED]; /* the first block of the run that is under way */

static void count_run(int pass, size_t run) {
  for (; run > 0;) {
    const int now = run > LONGEST_RUN ? LONGEST_RUN : (int)run;
    pass_counts[pass][(size_of(now) - 1) << 4]++;
    run -= (size_t)now;
  }
}

/* A block that is not empty in this pass. */
static inline void end_block(int pass, size_t block, int to_the_end) {
  if (block > blocks_ended[pass]) count_run(pass, block - blocks_ended[pass]);
  blocks_ended[pass] = block + (to_the_end ? 1 : 0);
}

static inline void count_symbol(int32_t *counts, int zeros, int size, int by) {
  counts[SIXTEEN_ZEROS] += by * (zeros >> 4);
  counts[((zeros & 15) << 4) | size] += by;
}

/* @returns 0 for what has no code */
static int count_splits(int component, int low) {
  const Plane plane = planes[component];
  int32_t within[SPLITS + 1][256] = {0}; /* symbols of the whole pass between two splits */
  uint8_t behind[BLOCK];                 /* splits that a position is behind */
  for (int k = 0, splits = 0; k < BLOCK; k++) {
    behind[k] = (uint8_t)splits;
    if (splits < SPLITS && k == SPLIT_AT[splits]) splits++;
  }
  __builtin_memset(pass_counts, 0, sizeof(pass_counts));
  __builtin_memset(blocks_ended, 0, sizeof(blocks_ended));
  for (size_t block = 0; block < plane.blocks; block++) {
    const int16_t *levels = plane.levels + block * BLOCK;
    int before = 0, first = 0;
    for (uint64_t left = plane.present[block]; left != 0; left &= left - 1) {
      const int k = __builtin_ctzll(left), magnitude = magnitude_of(levels[k]) >> low;
      if (magnitude == 0) continue;
      const int size = size_of(magnitude), zeros = k - before - 1;
      if (size > 10) return 0;
      count_symbol(within[behind[k]], zeros, size, 1);
      for (int split = behind[before]; split < behind[k]; split++) {
        if (before == SPLIT_AT[split]) continue;
        count_symbol(pass_counts[UPPER(split)], zeros, size, -1);
        count_symbol(pass_counts[UPPER(split)], k - SPLIT_AT[split] - 1, size, 1);
      }
      /* What stands before is all that the lower parts hold. */
      for (int split = behind[before]; first != 0 && split < behind[k]; split++)
        end_block(LOWER(split), block, before == SPLIT_AT[split]);
      if (first == 0) first = k;
      before = k;
    }
    if (first == 0) continue;
    for (int split = behind[before]; split < SPLITS; split++)
      end_block(LOWER(split), block, before == SPLIT_AT[split]);
    const int to_the_end = before == BLOCK - 1;
    for (int split = 0; split < behind[before]; split++) end_block(UPPER(split), block, to_the_end);
    end_block(0, block, to_the_end);
  }
  for (int pass = 0; pass < PASSES_COUNTED; pass++) count_run(pass, plane.blocks - blocks_ended[pass]);
  for (int part = 0; part <= SPLITS; part++)
    for (int symbol = 0; symbol < 256; symbol++) {
      const int32_t count = within[part][symbol];
      pass_counts[0][symbol] += count;
      for (int split = 0; split < SPLITS; split++) pass_counts[part <= split ? LOWER(split) : UPPER(split)][symbol] += count;
    }
  return 1;
}

#endif
