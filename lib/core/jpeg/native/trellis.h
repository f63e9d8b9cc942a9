/*
 * Levels for a block's AC coefficients: of the errors, weighed in squares of the steps, and the bits the smallest sum. The best
 * way to each coefficient that is not zero is the best over all that may come before it.
 */
#ifndef TRELLIS_H
#define TRELLIS_H

#include "rate.h"

#define MOST_LEVEL 1023 /* T.81, table F.2, for 8 bits */

typedef struct {
  float inverse[BLOCK]; /* of the step, in units of the spectrum */
  float weights[BLOCK]; /* of an error of one step, squared */
} Steps;

static void choose_levels(const Steps *steps, const Rates *rates, float per_bit, const int16_t *spectrum, int16_t *levels) {
  float distances[BLOCK]; /* in steps */
  float zeroed[BLOCK];    /* error if all up to here were zero */
  float costs[BLOCK];
  uint8_t places[BLOCK], before[BLOCK];
  int16_t chosen[BLOCK];
  zeroed[0] = 0;
  for (int k = 1; k < BLOCK; k++) {
    const int magnitude = spectrum[k] < 0 ? -spectrum[k] : spectrum[k];
    distances[k] = (float)magnitude * steps->inverse[k];
    zeroed[k] = zeroed[k - 1] + steps->weights[k] * distances[k] * distances[k];
    levels[k] = 0;
  }
  int count = 1;
  places[0] = 0;
  costs[0] = 0;
  const float sixteen = rates->symbols[SIXTEEN_ZEROS];
  for (int k = 1; k < BLOCK; k++) {
    int near = (int)(distances[k] + 0.5f);
    if (near == 0) continue;
    if (near > MOST_LEVEL) near = MOST_LEVEL;
    float best = 1e30f;
    for (int level = near; level >= 1 && level >= near - 1; level--) {
      const float off = distances[k] - (float)level;
      const int size = size_of(level);
      const float own = steps->weights[k] * off * off + per_bit * (float)size + zeroed[k - 1];
      for (int i = 0; i < count; i++) {
        const int zeros = k - places[i] - 1;
        const float bits = rates->symbols[((zeros & 15) << 4) | size] + (float)(zeros >> 4) * sixteen;
        const float cost = own + costs[i] - zeroed[places[i]] + per_bit * bits;
        if (cost >= best) continue;
        best = cost;
        before[count] = (uint8_t)i;
        chosen[count] = (int16_t)level;
      }
    }
    places[count] = (uint8_t)k;
    costs[count++] = best;
  }
  int last = 0;
  float least = zeroed[BLOCK - 1] + per_bit * rates->empty;
  for (int i = 1; i < count; i++) {
    const float end = places[i] < BLOCK - 1 ? per_bit * rates->symbols[END_OF_BLOCK] : 0;
    const float cost = costs[i] + zeroed[BLOCK - 1] - zeroed[places[i]] + end;
    if (cost >= least) continue;
    least = cost;
    last = i;
  }
  for (; last > 0; last = before[last])
    levels[places[last]] = (int16_t)(spectrum[places[last]] < 0 ? -chosen[last] : chosen[last]);
}

#endif
