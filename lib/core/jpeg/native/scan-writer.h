/*
 * A scan as symbols and bits: T.81, F.1 (sequential) and G.1 (progressive). The same walk counts them, for the codes that fit,
 * and writes them.
 */
#ifndef SCAN_WRITER_H
#define SCAN_WRITER_H

#include "planes.h"
#include "rate.h"

/* Tables 0 and 1 are for DC, 2 and 3 for AC; the first of each is the first component's. */
#define TABLES 4
/* More than this a run of ended blocks is not: T.81, G.1.2.2. */
#define LONGEST_RUN 0x7fff
/* Bits that decoders expect to be held back at most: libjpeg, jcphuff.c, MAX_CORR_BITS. */
#define MOST_HELD_BACK (1000 - 63)

static uint32_t symbol_counts[TABLES][256];
static uint16_t code_values[TABLES][256];
static uint8_t code_lengths[TABLES][256];

static uint64_t bits_beside; /* symbols, counted */
static uint8_t *written;
static uint64_t pending;
static int pending_count;
/* A coefficient was met that 8-bit JPEG has no code for: a difference of DC of 12 bits, AC of 11. */
static int uncodable;

/* Of 32 bits; 0xff is followed by 0 (T.81, F.1.2.3). */
static void write_pending(void) {
  pending_count -= 32;
  const uint32_t four = (uint32_t)(pending >> pending_count), zeros = ~four;
  if (((zeros - 0x01010101u) & four & 0x80808080u) == 0) {
    const uint32_t swapped = __builtin_bswap32(four);
    __builtin_memcpy(written, &swapped, 4);
    written += 4;
    return;
  }
  for (int shift = 24; shift >= 0; shift -= 8)
    if ((*written++ = (uint8_t)(four >> shift)) == 0xff) *written++ = 0;
}

#define INLINE static inline __attribute__((always_inline))

/* The lowest `count` bits of `value`, 16 at most. */
INLINE void put(int writing, int value, int count) {
  if (!writing) {
    bits_beside += (uint64_t)count;
    return;
  }
  pending = (pending << count) | ((uint32_t)value & ((1u << count) - 1));
  pending_count += count;
  if (pending_count >= 32) write_pending();
}

INLINE void put_symbol(int writing, int table, int value) {
  if (writing) put(1, code_values[table][value], code_lengths[table][value]);
  else symbol_counts[table][value]++;
}

INLINE void put_single_bits(int writing, const uint8_t *bits, int count) {
  if (!writing) bits_beside += (uint64_t)count;
  else
    for (int i = 0; i < count; i++) put(1, bits[i], 1);
}

/* Filled up with ones: T.81, F.1.2.3. */
static void end_bits(void) {
  if (pending_count & 7) {
    const int left = 8 - (pending_count & 7);
    put(1, 0x7f, left);
  }
  while (pending_count > 0) {
    pending_count -= 8;
    if ((*written++ = (uint8_t)(pending >> pending_count)) == 0xff) *written++ = 0;
  }
}

static inline int magnitude_of(int value) { return value < 0 ? -value : value; }

INLINE void put_difference(int writing, int component, int value, int *prediction) {
  const int difference = value - *prediction;
  *prediction = value;
  const int size = size_of(magnitude_of(difference));
  if (size > 11) {
    uncodable = 1;
    return;
  }
  put_symbol(writing, component == 0 ? 0 : 1, size);
  put(writing, difference < 0 ? difference - 1 : difference, size);
}

INLINE void put_coefficient(int writing, int table, int zeros, int value) {
  for (; zeros > 15; zeros -= 16) put_symbol(writing, table, SIXTEEN_ZEROS);
  const int size = size_of(magnitude_of(value));
  if (size > 10) {
    uncodable = 1;
    return;
  }
  put_symbol(writing, table, (zeros << 4) | size);
  put(writing, value < 0 ? value - 1 : value, size);
}

/* @param block -1 for one that only fills up an MCU: it repeats the value before, which costs least */
INLINE void code_dc(int writing, int component, int64_t block, int *prediction) {
  const int dc = block < 0 ? 0 : planes[component].levels[block * BLOCK];
  if (scan.progressive && scan.high > 0) put(writing, (dc >> scan.low) & 1, 1);
  else put_difference(writing, component, block < 0 ? *prediction : dc >> scan.low, prediction);
}

INLINE void code_block(int writing, int component, int64_t block, int *prediction) {
  code_dc(writing, component, block, prediction);
  if (scan.progressive) return;
  const int table = component == 0 ? 2 : 3;
  int before = 0;
  if (block >= 0) {
    const int16_t *levels = planes[component].levels + block * BLOCK;
    for (uint64_t left = planes[component].present[block]; left != 0; left &= left - 1) {
      const int k = __builtin_ctzll(left);
      put_coefficient(writing, table, k - before - 1, levels[k]);
      before = k;
    }
  }
  if (before < BLOCK - 1) put_symbol(writing, table, END_OF_BLOCK);
}

/* DC, or all of a sequential scan. A scan of one component has no MCUs to fill up: T.81, A.2.2. */
INLINE void code_blocks(int writing) {
  int predictions[MOST_PLANES] = {0};
  if (scan.count == 1) {
    const int only = scan.components[0];
    for (size_t block = 0; block < planes[only].blocks; block++)
      code_block(writing, only, (int64_t)block, &predictions[only]);
    return;
  }
  for (int row = 0; row < frame.mcus_high; row++)
    for (int column = 0; column < frame.mcus_wide; column++)
      for (int i = 0; i < scan.count; i++) {
        const int component = scan.components[i];
        const Sampling *one = &frame.samplings[component];
        for (int v = 0; v < one->vertical; v++)
          for (int h = 0; h < one->horizontal; h++) {
            const int x = column * one->horizontal + h, y = row * one->vertical + v;
            const int inside = x < one->blocks_wide && y < one->blocks_high;
            code_block(writing, component, inside ? (int64_t)y * one->blocks_wide + x : -1, &predictions[component]);
          }
      }
}

INLINE int end_run(int writing, int table, int run) {
  const int size = size_of(run) - 1;
  put_symbol(writing, table, size << 4);
  put(writing, run, size);
  return 0;
}

static inline uint64_t positions_in_scan(void) { return (~0ull << scan.start) & (~0ull >> (63 - scan.end)); }

INLINE void code_ac_first(int writing) {
  const int component = scan.components[0], table = component == 0 ? 2 : 3;
  const int start = scan.start, end = scan.end, low = scan.low;
  const Plane plane = planes[component];
  const uint64_t wanted = positions_in_scan();
  int run = 0;
  for (size_t block = 0; block < plane.blocks; block++) {
    const int16_t *levels = plane.levels + block * BLOCK;
    int before = start - 1;
    for (uint64_t left = plane.present[block] & wanted; left != 0; left &= left - 1) {
      const int k = __builtin_ctzll(left), level = levels[k];
      /* The point transform of AC is towards zero: G.1.2.1. */
      const int value = level < 0 ? -(-level >> low) : level >> low;
      if (value == 0) continue;
      if (run > 0) run = end_run(writing, table, run);
      put_coefficient(writing, table, k - before - 1, value);
      before = k;
    }
    if (before < end && ++run == LONGEST_RUN) run = end_run(writing, table, run);
  }
  if (run > 0) end_run(writing, table, run);
}

/* What is held back: of the blocks in the run, and behind them of this block since its last symbol. */
static uint8_t held_back[2 * 1024];

/* G.1.2.3, as libjpeg's jcphuff.c orders the bits of coefficients that are known already. */
INLINE void code_ac_refinement(int writing) {
  const int component = scan.components[0], table = component == 0 ? 2 : 3;
  const int start = scan.start, end = scan.end, low = scan.low;
  const Plane plane = planes[component];
  const uint64_t wanted = positions_in_scan();
  int run = 0, held_before = 0;
#define FINISH()                                           \
  do {                                                     \
    if (run > 0) run = end_run(writing, table, run);       \
    put_single_bits(writing, held_back, held_before);      \
    held_before = 0;                                       \
  } while (0)
  for (size_t block = 0; block < plane.blocks; block++) {
    const int16_t *levels = plane.levels + block * BLOCK;
    uint8_t sizes[BLOCK]; /* what is seen of them: more than 1 is as good as 2 or 3 */
    uint64_t seen = 0;
    int last_new = 0;
    for (uint64_t left = plane.present[block] & wanted; left != 0; left &= left - 1) {
      const int k = __builtin_ctzll(left), shown = magnitude_of(levels[k]) >> low;
      if (shown == 0) continue;
      seen |= 1ull << k;
      sizes[k] = (uint8_t)(shown == 1 ? 1 : 2 | (shown & 1));
      if (shown == 1) last_new = k;
    }
    int before = start - 1, zeros = 0, base = held_before, held_here = 0;
    for (; seen != 0; seen &= seen - 1) {
      const int k = __builtin_ctzll(seen);
      zeros += k - before - 1;
      before = k;
      while (zeros > 15 && k <= last_new) {
        FINISH();
        put_symbol(writing, table, SIXTEEN_ZEROS);
        zeros -= 16;
        put_single_bits(writing, held_back + base, held_here);
        base = held_here = 0;
      }
      if (sizes[k] > 1) {
        held_back[base + held_here++] = sizes[k] & 1;
        continue;
      }
      FINISH();
      put_symbol(writing, table, (zeros << 4) | 1);
      put(writing, levels[k] < 0 ? 0 : 1, 1);
      put_single_bits(writing, held_back + base, held_here);
      base = held_here = zeros = 0;
    }
    zeros += end - before;
    if (zeros > 0 || held_here > 0) {
      run++;
      held_before = base + held_here;
      if (run == LONGEST_RUN || held_before > MOST_HELD_BACK) FINISH();
    }
  }
  FINISH();
#undef FINISH
}

INLINE void code_scan(int writing) {
  if (!scan.progressive || scan.start == 0) code_blocks(writing);
  else if (scan.high == 0) code_ac_first(writing);
  else code_ac_refinement(writing);
}

/* 0 for what has no code. */
static int count_scan(void) {
  __builtin_memset(symbol_counts, 0, sizeof(symbol_counts));
  bits_beside = 0;
  uncodable = 0;
  code_scan(0);
  return !uncodable;
}

/* @param most bytes that it takes, without those that are stuffed. @returns where it stands and ends; 0 without memory for it */
static uint8_t *write_scan(size_t most) {
  const uintptr_t before = heap_end;
  uint8_t *start = reserve(2 * most + 16);
  heap_end = before;
  if (!start) return 0;
  written = start;
  pending = 0;
  pending_count = 0;
  code_scan(1);
  end_bits();
  return start;
}

#endif
