/* The coefficients of one scan of a file: T.81, F.2 (sequential) and G.2 (progressive). */
#ifndef SCAN_READER_H
#define SCAN_READER_H

#include "planes.h"

#define FAST_BITS 9
/* Of DC and AC, four each: T.81, table B.5. */
#define CODES 8

#define CORRUPT -1
#define TRUNCATED -2

/* Huffman codes, ready to be looked up. */
typedef struct {
  uint16_t fast[1 << FAST_BITS]; /* by the next bits: length times 256 plus value, 0 where the code is longer */
  /* By length: the largest code, aligned to 16 bits, plus one; and what to add to a code for its place in `values`. */
  uint32_t ends[17];
  int32_t offsets[17];
  uint8_t values[256];
} Codes;

static Codes codes[CODES];
/* Contents of DHT: 16 counts by length, then the values. */
static uint8_t declared[16 + 256];

/* From what was `declared`, which has no more codes of a length than there are. */
static void define(Codes *to) {
  __builtin_memset(to->fast, 0, sizeof(to->fast));
  uint32_t code = 0;
  int index = 0;
  for (int length = 1; length <= 16; length++) {
    const int count = declared[length - 1];
    to->offsets[length] = index - (int)code;
    for (int i = 0; i < count; i++, index++) {
      to->values[index] = declared[16 + index];
      if (length > FAST_BITS) continue;
      const int spare = FAST_BITS - length;
      for (uint32_t at = (code + (uint32_t)i) << spare; at < (code + (uint32_t)i + 1) << spare; at++)
        to->fast[at] = (uint16_t)((length << 8) | to->values[index]);
    }
    code += (uint32_t)count;
    to->ends[length] = code << (16 - length);
    code <<= 1;
  }
}

/* Of the entropy-coded data. */
typedef struct {
  size_t at;     /* the next byte, or the marker that ended the data */
  uint64_t bits; /* the lowest `count` of them were not used yet */
  int count;
  int64_t made_up; /* bits, since the data ended */
  int fault;
} Input;

static Input in;

/* At least 33 bits are there after it. Past a marker they are zeros. */
static void fill(void) {
  while (in.count <= 32) {
    if (in.at + 4 <= file_length) {
      uint32_t four;
      __builtin_memcpy(&four, file + in.at, 4);
      if (((~four - 0x01010101u) & four & 0x80808080u) == 0) {
        in.bits = (in.bits << 32) | __builtin_bswap32(four);
        in.count += 32;
        in.at += 4;
        continue;
      }
    }
    uint8_t byte = 0;
    const int ended = in.at >= file_length || (file[in.at] == 0xff && (in.at + 1 >= file_length || file[in.at + 1] != 0));
    if (ended) in.made_up += 8;
    else {
      byte = file[in.at];
      in.at += byte == 0xff ? 2 : 1;
    }
    in.bits = (in.bits << 8) | byte;
    in.count += 8;
  }
}

static inline int next_bits(int count) {
  if (in.count < count) fill();
  in.count -= count;
  return (int)((in.bits >> in.count) & ((1u << count) - 1));
}

static inline int next_symbol(const Codes *from) {
  if (in.count < 32) fill();
  const uint32_t next = (uint32_t)(in.bits >> (in.count - 16)) & 0xffff;
  const int fast = from->fast[next >> (16 - FAST_BITS)];
  if (fast != 0) {
    in.count -= fast >> 8;
    return fast & 255;
  }
  int length = FAST_BITS + 1;
  while (length <= 16 && next >= from->ends[length]) length++;
  if (length > 16) {
    in.fault = CORRUPT;
    return 0;
  }
  in.count -= length;
  return from->values[((int)(next >> (16 - length)) + from->offsets[length]) & 255];
}

/* T.81, F.2.2.1, RECEIVE and EXTEND. */
static inline int next_signed(int size) {
  if (size == 0) return 0;
  const int value = next_bits(size);
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

static int used_more_than_there_was(void) { return in.made_up > in.count; }

/* Goes on behind the next marker: fill bytes may stand before it (T.81, B.1.1.2), and libjpeg passes over stray ones. */
static void restart(int number) {
  if (used_more_than_there_was()) {
    in.fault = TRUNCATED;
    return;
  }
  size_t at = in.at;
  while (at + 1 < file_length && (file[at] != 0xff || file[at + 1] == 0xff || file[at + 1] == 0)) at++;
  if (at + 1 >= file_length || file[at + 1] != 0xd0 + (number & 7)) {
    in.fault = CORRUPT;
    return;
  }
  in = (Input){.at = at + 2};
}

static int ended_blocks; /* of a run that goes on: G.1.2.2 */

static void read_difference(int16_t *levels, int *prediction, const Codes *dc) {
  const int size = next_symbol(dc);
  if (size > 15) {
    in.fault = CORRUPT;
    return;
  }
  const int value = *prediction + next_signed(size);
  if (value < -0x8000 || value > 0x7fff) in.fault = CORRUPT;
  *prediction = value;
  levels[0] = (int16_t)(value << scan.low);
}

static void read_sequential(int16_t *levels, const Codes *ac) {
  for (int k = 1; k < BLOCK; k++) {
    const int symbol = next_symbol(ac), size = symbol & 15;
    if (size == 0) {
      if (symbol != 0xf0) return;
      k += 15;
      continue;
    }
    k += symbol >> 4;
    if (k >= BLOCK) {
      in.fault = CORRUPT;
      return;
    }
    levels[k] = (int16_t)next_signed(size);
  }
}

/* G.1.2.2. */
static void read_ac_first(int16_t *levels, const Codes *ac) {
  if (ended_blocks > 0) {
    ended_blocks--;
    return;
  }
  for (int k = scan.start; k <= scan.end; k++) {
    const int symbol = next_symbol(ac), zeros = symbol >> 4, size = symbol & 15;
    if (size == 0) {
      if (zeros < 15) {
        ended_blocks = (1 << zeros) + next_bits(zeros) - 1;
        return;
      }
      k += 15;
      continue;
    }
    k += zeros;
    if (k > scan.end) {
      in.fault = CORRUPT;
      return;
    }
    levels[k] = (int16_t)(next_signed(size) << scan.low);
  }
}

static inline void refine(int16_t *level, int bit) {
  if (next_bits(1)) *level = (int16_t)(*level > 0 ? *level + bit : *level - bit);
}

/* G.1.2.3: each coefficient that is not 0 already gets its next bit on the way. */
static void read_ac_refinement(int16_t *levels, const Codes *ac) {
  const int bit = 1 << scan.low;
  int k = scan.start;
  if (ended_blocks == 0) {
    for (; k <= scan.end && in.fault == 0; k++) {
      const int symbol = next_symbol(ac);
      int zeros = symbol >> 4, value = 0;
      if ((symbol & 15) == 1) value = next_bits(1) ? bit : -bit;
      else if ((symbol & 15) != 0) {
        in.fault = CORRUPT;
        return;
      } else if (zeros < 15) {
        ended_blocks = (1 << zeros) + next_bits(zeros);
        break;
      }
      for (; k <= scan.end; k++) {
        if (levels[k] != 0) refine(levels + k, bit);
        else if (zeros-- == 0) break;
      }
      if (value == 0) continue;
      if (k > scan.end) {
        in.fault = CORRUPT;
        return;
      }
      levels[k] = (int16_t)value;
    }
  }
  if (ended_blocks > 0) {
    for (; k <= scan.end; k++)
      if (levels[k] != 0) refine(levels + k, bit);
    ended_blocks--;
  }
}

static void read_block(int16_t *levels, int *prediction, const Codes *dc, const Codes *ac) {
  if (!scan.progressive) {
    read_difference(levels, prediction, dc);
    read_sequential(levels, ac);
  } else if (scan.start > 0) {
    if (scan.high == 0) read_ac_first(levels, ac);
    else read_ac_refinement(levels, ac);
  } else if (scan.high == 0) read_difference(levels, prediction, dc);
  else if (next_bits(1)) levels[0] = (int16_t)(levels[0] | 1 << scan.low);
}

/* @param at where the data of the scan begins. @returns where it ends; CORRUPT, TRUNCATED */
static int64_t read_scan(size_t at) {
  in = (Input){.at = at};
  ended_blocks = 0;
  int predictions[MOST_PLANES] = {0};
  int16_t beside[BLOCK]; /* what only fills up an MCU */
  const int alone = scan.count == 1;
  const Sampling *only = &frame.samplings[scan.components[0]];
  const int wide = alone ? only->blocks_wide : frame.mcus_wide, high = alone ? only->blocks_high : frame.mcus_high;
  int left = scan.restart_interval, restarts = 0;
  for (int row = 0; row < high; row++)
    for (int column = 0; column < wide; column++) {
      if (scan.restart_interval > 0 && left-- == 0) {
        restart(restarts++);
        __builtin_memset(predictions, 0, sizeof(predictions));
        ended_blocks = 0;
        left = scan.restart_interval - 1;
      }
      for (int i = 0; i < scan.count; i++) {
        const int component = scan.components[i];
        const Sampling *one = &frame.samplings[component];
        const int across = alone ? 1 : one->horizontal, down = alone ? 1 : one->vertical;
        for (int v = 0; v < down; v++)
          for (int h = 0; h < across; h++) {
            const int x = column * across + h, y = row * down + v;
            int16_t *levels = beside;
            if (x < one->blocks_wide && y < one->blocks_high)
              levels = planes[component].levels + ((size_t)y * (size_t)one->blocks_wide + (size_t)x) * BLOCK;
            else __builtin_memset(beside, 0, sizeof(beside));
            read_block(levels, &predictions[component], &codes[scan.dc[i]], &codes[scan.ac[i]]);
          }
      }
      if (in.fault != 0) return in.fault;
    }
  return used_more_than_there_was() ? TRUNCATED : (int64_t)in.at;
}

#endif
