/*
 * From pixels to the quantised coefficients of a JPEG, whose tables and price of a bit are given; and between coefficients and the
 * scans of a file. The memory is laid out anew for each picture; what the spectrum holds serves any number of tables.
 */
#include "colour.h"
#include "scan-reader.h"
#include "split-counts.h"
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

/* What a picture and a scan of it are like, before the calls below. */
EXPORT("frame") void *frame_at(void) { return &frame; }
EXPORT("scan") void *scan_at(void) { return &scan; }

/* Levels that are read from a file of so many bytes, or given. @returns where the file belongs; 0 when there is no memory for it */
EXPORT("begin") uint8_t *begin(size_t bytes) { return lay_out_planes(bytes) ? file : 0; }
EXPORT("plane") int16_t *plane_at(int component) { return planes[component].levels; }

EXPORT("declared") uint8_t *declared_at(void) { return declared; }
EXPORT("define") void define_codes(int number) { define(&codes[number]); }
EXPORT("read") double read_at(size_t at) { return (double)read_scan(at); }

/* Levels are whole, those of the planes or those that were chosen for a picture. 0 when there is no memory for it. */
EXPORT("ready") int ready(int chosen) {
  if (chosen) take_levels();
  return find_present();
}
EXPORT("symbols") uint32_t *symbols_at(void) { return symbol_counts[0]; }
/* @returns the bits beside the symbols; -1 for what has no code */
EXPORT("count") double count(void) { return count_scan() ? (double)bits_beside : -1; }

/* First passes over AC. @returns symbols by pass (`split-counts.h`); 0 for what has no code */
EXPORT("count_splits") int32_t *counts_of_splits(int component, int low) {
  return count_splits(component, low) ? pass_counts[0] : 0;
}

EXPORT("code_values") uint16_t *code_values_at(void) { return code_values[0]; }
EXPORT("code_lengths") uint8_t *code_lengths_at(void) { return code_lengths[0]; }
/* @param most bytes, without those that are stuffed. @returns where they stand, up to `written`; 0 when there is no memory for them */
EXPORT("write") uint8_t *write(size_t most) { return write_scan(most); }
EXPORT("written") uint8_t *written_at(void) { return written; }
