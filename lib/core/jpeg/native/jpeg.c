/*
 * From pixels to the quantised coefficients of a JPEG, whose tables and price of a bit are given. The memory is laid out anew for
 * each picture; what the spectrum holds serves any number of tables.
 */
#include "colour.h"
#include "tolerance.h"
#include "transform.h"
#include "trellis.h"

#define EXPORT(name) __attribute__((export_name(name)))

/* Steps that a coefficient is above a level from which it is rounded up, before the prices of bits are known. */
#define FIRST_ROUNDING 0.4f
#define PASSES 2

static uint8_t tables[COMPONENTS * BLOCK]; /* steps in zigzag order */
static float weights[COMPONENTS * BLOCK];

EXPORT("tables") uint8_t *tables_at(void) { return tables; }
EXPORT("weights") float *weights_at(void) { return weights; }
EXPORT("pixels") uint8_t *pixels_at(void) { return pixels; }
EXPORT("levels") int16_t *levels_at(int component) { return components[component].levels; }

/* @param sampling pixels to a sample of colour, both ways: 1 or 2. @returns 0 when there is no memory for it */
EXPORT("open") int open_picture(int wide, int high, int sampling) { return lay_out(wide, high, sampling); }

/* What `pixels` holds, as a spectrum. */
EXPORT("analyse") void analyse(float floor, float usual, float least, float most) {
  for (int c = 0; c < COMPONENTS; c++) {
    take_samples(c);
    transform(c);
    if (c == 0) find_tolerance(floor, usual, least, most);
    else spread_tolerance(c);
  }
}

static int rounded(float value, float up_from) {
  return value < 0 ? -(int)(up_from - value) : (int)(value + up_from);
}

static void round_all(const Component *component, const Steps *steps, Counts *counts) {
  clear(counts);
  const size_t blocks = blocks_of(component);
  for (size_t block = 0; block < blocks; block++) {
    const int16_t *from = component->spectrum + block * BLOCK;
    int16_t *to = component->levels + block * BLOCK;
    /* Halved colours can pass the range of samples, and two levels may differ by 11 bits at most (T.81, table F.1). */
    to[0] = (int16_t)rounded(bounded((float)from[0] * steps->inverse[0], -MOST_LEVEL, MOST_LEVEL), 0.5f);
    for (int k = 1; k < BLOCK; k++) to[k] = (int16_t)rounded((float)from[k] * steps->inverse[k], FIRST_ROUNDING);
    count_block(counts, to);
  }
}

static void quantise_component(int number, float per_bit) {
  const Component *component = &components[number];
  Steps steps;
  for (int k = 0; k < BLOCK; k++) {
    steps.inverse[k] = 1.0f / (16.0f * (float)tables[number * BLOCK + k]);
    steps.weights[k] = weights[number * BLOCK + k];
  }
  Counts counts;
  Rates rates;
  round_all(component, &steps, &counts);
  const size_t blocks = blocks_of(component);
  for (int pass = 0; pass < PASSES; pass++) {
    rates_from(&counts, &rates);
    clear(&counts);
    for (size_t block = 0; block < blocks; block++) {
      int16_t *levels = component->levels + block * BLOCK;
      choose_levels(&steps, &rates, per_bit * component->tolerance[block], component->spectrum + block * BLOCK, levels);
      count_block(&counts, levels);
    }
  }
}

/* @param per_bit the price of a bit in squares of steps, where the tolerance is 1 */
EXPORT("quantise") void quantise(float per_bit) {
  for (int c = 0; c < COMPONENTS; c++) quantise_component(c, per_bit);
}
