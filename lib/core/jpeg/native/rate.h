/*
 * Bits that the symbols of AC coefficients take, as a code that fits them would have it: the logarithm of how rare they are. A
 * block without any is an event of its own, since runs of those cost next to nothing (T.81, G.1.2.2).
 */
#ifndef RATE_H
#define RATE_H

#include "picture.h"

#define END_OF_BLOCK 0x00
#define SIXTEEN_ZEROS 0xf0
#define SYMBOLS 256

typedef struct {
  double symbols[SYMBOLS];
  double all, empty; /* blocks */
} Counts;

typedef struct {
  float symbols[SYMBOLS];
  float empty; /* beyond what a block costs that is not */
} Rates;

static inline int size_of(int magnitude) { return magnitude == 0 ? 0 : 32 - __builtin_clz((unsigned)magnitude); }

static void clear(Counts *counts) {
  for (int i = 0; i < SYMBOLS; i++) counts->symbols[i] = 0;
  counts->all = counts->empty = 0;
}

static void count_block(Counts *counts, const int16_t *levels) {
  int zeros = 0, found = 0;
  for (int k = 1; k < BLOCK; k++) {
    const int magnitude = levels[k] < 0 ? -levels[k] : levels[k];
    if (magnitude == 0) {
      zeros++;
      continue;
    }
    for (; zeros > 15; zeros -= 16) counts->symbols[SIXTEEN_ZEROS]++;
    counts->symbols[(zeros << 4) | size_of(magnitude)]++;
    zeros = 0;
    found = 1;
  }
  counts->all++;
  if (!found) counts->empty++;
  else if (zeros > 0) counts->symbols[END_OF_BLOCK]++;
}

/* To 1e-5, from the exponent and a series of the inverse hyperbolic tangent. */
static double log_2(double value) {
  union {
    double number;
    uint64_t bits;
  } parts = {value};
  int exponent = (int)(parts.bits >> 52) - 1023;
  parts.bits = (parts.bits & 0xfffffffffffffull) | (1023ull << 52);
  if (parts.number > 1.4142135623730951) {
    parts.number *= 0.5;
    exponent++;
  }
  const double t = (parts.number - 1) / (parts.number + 1), square = t * t;
  return exponent + 2.8853900817779268 * t * (1 + square * (1.0 / 3 + square * (1.0 / 5 + square * (1.0 / 7))));
}

/* A code word is of one to sixteen bits; what was not seen yet is not out of the question. */
static void rates_from(const Counts *counts, Rates *rates) {
  double sum = 0;
  for (int i = 0; i < SYMBOLS; i++) sum += counts->symbols[i];
  for (int i = 0; i < SYMBOLS; i++) {
    const double bits = log_2((sum + 30) / (counts->symbols[i] + 0.5));
    rates->symbols[i] = (float)(bits < 0.5 ? 0.5 : bits > 16 ? 16 : bits);
  }
  rates->empty = (float)log_2((counts->all - counts->empty + 0.5) / (counts->empty + 0.5));
}

#endif
