/* Pixels to colours of the palette, with what is wrong in one handed on to its neighbours (R. Floyd and L. Steinberg, 1976). */
#ifndef MAP_H
#define MAP_H

#include "palette.h"

/* Around this much activity dithering falls to half: texture hides what is wrong by itself, and noise costs bytes. */
#define TEXTURE 0.03f
/*
 * A colour that a neighbour has already is taken when it is not much worse than the nearest one, in texture: by this share of the
 * activity, which counts up to SLACK_LIMIT. Repetition makes the file smaller, by 2 to 8 % at equal SSIMULACRA2.
 */
#define SLACK 0.6f
#define SLACK_LIMIT 0.03f

/* One pixel on either side takes what goes past the edge. */
static struct {
  f4 *here, *below;
  /* The colours of the row above. */
  uint8_t *above;
  float dithering;
  uint32_t row;
} spread;

static int prepare_map(void) {
  spread.here = reserve((window.width + 2) * sizeof(f4));
  spread.below = reserve((window.width + 2) * sizeof(f4));
  spread.above = reserve(window.width);
  return spread.here && spread.below && spread.above;
}

static void start_map(float dithering) {
  spread.dithering = dithering;
  spread.row = 0;
  for (uint32_t i = 0; i < window.width + 2; i++) spread.here[i] = spread.below[i] = SPLAT(0);
  for (uint32_t i = 0; i < window.width; i++) spread.above[i] = 0;
}

/* A pixel that is no colour of the picture that was counted gets any colour. */
static void map_exactly(const uint32_t *words, uint8_t *indices) {
  for (uint32_t x = 0; x < window.width; x++) {
    const uint32_t entry = words[x] >> 24 == 0 ? 0 : histogram.slots[slot_of(words[x])];
    indices[x] = entry ? entry_colours[entry - 1] : 0;
  }
}

/* The nearest colour, or one from beside or above that will do. */
static uint32_t choose_colour(f4 wanted, float activity, uint32_t guess, uint32_t last, uint32_t up) {
  float squared;
  const uint32_t colour = nearest(wanted, guess, &squared);
  if (colour == last || colour == up) return colour;
  const float masked = SLACK * (activity < SLACK_LIMIT ? activity : SLACK_LIMIT);
  const float bound = squared + masked * masked;
  if (distance(wanted, palette.points[last]) < bound) return last;
  return distance(wanted, palette.points[up]) < bound ? up : colour;
}

static void hand_on(f4 left, int32_t x, int32_t step) {
  spread.here[x + 1 + step] += left * SPLAT(7.0f / 16);
  spread.below[x + 1 - step] += left * SPLAT(3.0f / 16);
  spread.below[x + 1] += left * SPLAT(5.0f / 16);
  spread.below[x + 1 + step] += left * SPLAT(1.0f / 16);
}

static void map_by_distance(const uint32_t *words, uint8_t *indices) {
  const int32_t width = (int32_t)window.width;
  /* Every other row runs back, so that the errors don't all go one way. */
  const int32_t step = spread.row & 1 ? -1 : 1;
  int32_t x = step > 0 ? 0 : width - 1;
  uint32_t last = 0;
  for (int32_t i = 0; i < width; i++, x += step) {
    if (words[x] >> 24 == 0 && palette.transparent >= 0) {
      indices[x] = (uint8_t)palette.transparent;
      continue;
    }
    const f4 own = window.middle[x];
    const float activity = window.activity[x];
    float squared;
    const uint32_t plain = nearest(own, last, &squared);
    /* What the palette has stays as it is, whatever its neighbours hand on: so flat areas stay flat up to their edges. */
    if (squared == 0) {
      indices[x] = (uint8_t)plain;
      last = plain;
      continue;
    }
    const float strength = spread.dithering / (1 + activity * activity / (TEXTURE * TEXTURE));
    f4 wanted = own + spread.here[x + 1] * SPLAT(strength);
    /* An opaque pixel stays so. */
    if (words[x] >> 24 == 255) wanted[3] = own[3];
    const uint32_t colour = choose_colour(wanted, activity, plain, last, spread.above[x]);
    indices[x] = (uint8_t)colour;
    last = colour;
    /* No more than the way to the next colour: far outside of the palette errors would only add up. */
    f4 left = wanted - palette.points[colour];
    const float size = dot(left, left), most = palette.safe[colour] * 4;
    if (size > most) left *= SPLAT(__builtin_sqrtf(most / size));
    hand_on(left, x, step);
  }
}

static void map_row(const uint32_t *words, uint8_t *indices) {
  if (palette.is_exact) map_exactly(words, indices);
  else map_by_distance(words, indices);
  for (uint32_t i = 0; i < window.width; i++) spread.above[i] = indices[i];
  f4 *spare = spread.here;
  spread.here = spread.below;
  spread.below = spare;
  for (uint32_t i = 0; i < window.width + 2; i++) spread.below[i] = SPLAT(0);
  spread.row++;
}

#endif
