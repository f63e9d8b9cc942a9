/*
 * From the histogram to a palette: boxes are split across their principal axis where that takes away the most squared error (X. Wu's
 * criterion, "Color quantization by dynamic programming and principal analysis", 1992), then k-means moves the colours.
 */
#ifndef PALETTE_H
#define PALETTE_H

#include "histogram.h"

#define MAX_COLOURS 256
#define BUCKETS 256
/* Of k-means, at most; most pictures settle before. */
#define ROUNDS 8
/* The share of a colour's pixels, by weight, that makes it theirs. */
#define SNAP_SHARE 0.5

typedef struct {
  uint32_t start, end;
  double weight;
  f4 mean, axis;
  /* Where it is best split on its axis, and the squared error that this takes away. */
  float at;
  double gain;
} Box;

static struct {
  uint32_t count;
  f4 points[MAX_COLOURS];
  uint32_t words[MAX_COLOURS];
  /* The coordinates four by four, padded with points that are far away. */
  f4 lanes[MAX_COLOURS / 4][4];
  /* A quarter of the squared distance to the nearest other colour: what is nearer than that has no nearer one. */
  float safe[MAX_COLOURS];
  /* Of the fully transparent colour, or -1. */
  int transparent;
  /* Every colour that was counted is in it; entry_colours has its place by entry. */
  int is_exact;
} palette;

static f4 *entry_points;
static float *entry_weights;
static uint32_t *entry_order;
static uint8_t *entry_colours;
static uint32_t *entry_spare;

static int prepare_palette(void) {
  entry_points = reserve(MAX_ENTRIES * sizeof(f4));
  entry_weights = reserve(MAX_ENTRIES * sizeof(float));
  entry_order = reserve(MAX_ENTRIES * sizeof(uint32_t));
  entry_spare = reserve(MAX_ENTRIES * sizeof(uint32_t));
  entry_colours = reserve(MAX_ENTRIES);
  return entry_points && entry_weights && entry_order && entry_spare && entry_colours;
}

/* The direction in which the points of a box are spread the most, by the power method on their covariance. */
static f4 principal_axis(const Box *box) {
  f4 covariance[4] = {SPLAT(0), SPLAT(0), SPLAT(0), SPLAT(0)};
  for (uint32_t i = box->start; i < box->end; i++) {
    const f4 d = entry_points[entry_order[i]] - box->mean;
    const f4 weighted = d * SPLAT(entry_weights[entry_order[i]]);
    for (int c = 0; c < 4; c++) covariance[c] += d * SPLAT(weighted[c]);
  }
  int widest = 0;
  for (int c = 1; c < 4; c++)
    if (covariance[c][c] > covariance[widest][widest]) widest = c;
  f4 axis = covariance[widest];
  for (int step = 0; step < 16; step++) {
    const float length = __builtin_sqrtf(dot(axis, axis));
    if (!(length > 0)) break;
    axis = axis / SPLAT(length);
    axis = (f4){dot(covariance[0], axis), dot(covariance[1], axis), dot(covariance[2], axis), dot(covariance[3], axis)};
  }
  const float length = __builtin_sqrtf(dot(axis, axis));
  return length > 0 ? axis / SPLAT(length) : (f4){1, 0, 0, 0};
}

static void measure(Box *box) {
  f4 sum = SPLAT(0);
  double weight = 0;
  for (uint32_t i = box->start; i < box->end; i++) {
    const float w = entry_weights[entry_order[i]];
    sum += entry_points[entry_order[i]] * SPLAT(w);
    weight += w;
  }
  box->weight = weight;
  box->mean = sum / SPLAT((float)weight);
  box->gain = 0;
  if (box->end - box->start < 2) return;
  box->axis = principal_axis(box);
  float low = 0, high = 0;
  for (uint32_t i = box->start; i < box->end; i++) {
    const float at = dot(entry_points[entry_order[i]] - box->mean, box->axis);
    if (at < low) low = at;
    if (at > high) high = at;
  }
  if (!(high > low)) return;
  static f4 sums[BUCKETS];
  static double weights[BUCKETS];
  for (int i = 0; i < BUCKETS; i++) {
    sums[i] = SPLAT(0);
    weights[i] = 0;
  }
  const float scale = (BUCKETS - 0.01f) / (high - low);
  for (uint32_t i = box->start; i < box->end; i++) {
    const f4 d = entry_points[entry_order[i]] - box->mean;
    const float w = entry_weights[entry_order[i]];
    const int bucket = (int)((dot(d, box->axis) - low) * scale);
    sums[bucket] += d * SPLAT(w);
    weights[bucket] += w;
  }
  /* The sums are counted from the mean, so both sides have the same one but for its sign. */
  f4 before = SPLAT(0);
  double weight_before = 0;
  for (int i = 0; i < BUCKETS - 1; i++) {
    before += sums[i];
    weight_before += weights[i];
    const double after = weight - weight_before;
    if (!(weight_before > 0) || !(after > 0)) continue;
    const double gain = (double)dot(before, before) * (1 / weight_before + 1 / after);
    if (gain > box->gain) {
      box->gain = gain;
      box->at = low + (float)(i + 1) / scale;
    }
  }
}

/* Entries below the cut come first, in the order they had. */
static uint32_t partition(const Box *box) {
  uint32_t below = box->start, above = 0;
  for (uint32_t i = box->start; i < box->end; i++) {
    const uint32_t entry = entry_order[i];
    if (dot(entry_points[entry] - box->mean, box->axis) < box->at) entry_order[below++] = entry;
    else entry_spare[above++] = entry;
  }
  for (uint32_t i = 0; i < above; i++) entry_order[below + i] = entry_spare[i];
  return below;
}

static uint32_t split(uint32_t wanted, f4 *centres) {
  static Box boxes[MAX_COLOURS];
  uint32_t count = 1;
  for (uint32_t i = 0; i < histogram.count; i++) entry_order[i] = i;
  boxes[0] = (Box){.start = 0, .end = histogram.count};
  measure(&boxes[0]);
  while (count < wanted) {
    uint32_t best = 0;
    for (uint32_t i = 1; i < count; i++)
      if (boxes[i].gain > boxes[best].gain) best = i;
    if (!(boxes[best].gain > 0)) break;
    const uint32_t middle = partition(&boxes[best]);
    if (middle == boxes[best].start || middle == boxes[best].end) {
      boxes[best].gain = 0;
      continue;
    }
    boxes[count] = (Box){.start = middle, .end = boxes[best].end};
    boxes[best].end = middle;
    measure(&boxes[best]);
    measure(&boxes[count++]);
  }
  for (uint32_t i = 0; i < count; i++) {
    centres[i] = boxes[i].mean;
    for (uint32_t j = boxes[i].start; j < boxes[i].end; j++) entry_colours[entry_order[j]] = (uint8_t)i;
  }
  return count;
}

/* Makes points ready for `nearest`. */
static void set_points(const f4 *points, uint32_t count) {
  palette.count = count;
  for (uint32_t i = 0; i < (count + 3) / 4 * 4; i++) {
    const f4 point = i < count ? points[i] : SPLAT(1e9f);
    if (i < count) palette.points[i] = point;
    for (int c = 0; c < 4; c++) palette.lanes[i / 4][c][i % 4] = point[c];
  }
  for (uint32_t i = 0; i < count; i++) {
    float least = 1e9f;
    for (uint32_t j = 0; j < count; j++) {
      const float d = distance(palette.points[i], palette.points[j]);
      if (j != i && d < least) least = d;
    }
    palette.safe[i] = least / 4;
  }
}

/* The nearest colour; the first of equals, but for the guess. */
static inline uint32_t nearest(f4 point, uint32_t guess, float *squared) {
  const float guessed = distance(point, palette.points[guess]);
  *squared = guessed;
  if (guessed <= palette.safe[guess]) return guess;
  const f4 x = SPLAT(point[0]), y = SPLAT(point[1]), z = SPLAT(point[2]), w = SPLAT(point[3]);
  f4 least = SPLAT(1e30f);
  i4 found = {0, 0, 0, 0};
  i4 here = {0, 1, 2, 3};
  const uint32_t groups = (palette.count + 3) / 4;
  for (uint32_t i = 0; i < groups; i++) {
    const f4 *lane = palette.lanes[i];
    const f4 dx = lane[0] - x, dy = lane[1] - y, dz = lane[2] - z, dw = lane[3] - w;
    const f4 d = (dx * dx + dy * dy) + (dz * dz + dw * dw);
    const i4 nearer = d < least;
    least = (f4)(((i4)d & nearer) | ((i4)least & ~nearer));
    found = (here & nearer) | (found & ~nearer);
    here += 4;
  }
  uint32_t best = (uint32_t)found[0];
  float best_distance = least[0];
  for (int i = 1; i < 4; i++) {
    if (least[i] < best_distance || (least[i] == best_distance && (uint32_t)found[i] < best)) {
      best_distance = least[i];
      best = (uint32_t)found[i];
    }
  }
  *squared = best_distance;
  return best;
}

/* Moves the colours to the means of the entries that are nearest to them. */
static uint32_t refine(f4 *centres, uint32_t count, int rounds) {
  static f4 sums[MAX_COLOURS];
  static double weights[MAX_COLOURS];
  double before = 1e300;
  for (int round = 0; round < rounds; round++) {
    set_points(centres, count);
    for (uint32_t i = 0; i < count; i++) {
      sums[i] = SPLAT(0);
      weights[i] = 0;
    }
    double error = 0;
    float worst = 0;
    uint32_t worst_entry = 0;
    for (uint32_t i = 0; i < histogram.count; i++) {
      float squared;
      const uint32_t colour = nearest(entry_points[i], entry_colours[i], &squared);
      const float weight = entry_weights[i];
      entry_colours[i] = (uint8_t)colour;
      sums[colour] += (entry_points[i] - centres[colour]) * SPLAT(weight);
      weights[colour] += weight;
      error += (double)squared * weight;
      if (squared * weight > worst) {
        worst = squared * weight;
        worst_entry = i;
      }
    }
    int emptied = 0;
    for (uint32_t i = 0; i < count; i++) {
      if (weights[i] > 0) centres[i] += sums[i] / SPLAT((float)weights[i]);
      else if (!emptied && worst > 0) {
        centres[i] = entry_points[worst_entry];
        emptied = 1;
      }
    }
    if (!emptied && error > before * 0.998) break;
    before = error;
  }
  return count;
}

/* A colour that most of its pixels have is taken as it is: what is flat stays exact. */
static void snap(f4 *centres, uint32_t count, uint32_t *words) {
  static double weights[MAX_COLOURS];
  static float most[MAX_COLOURS];
  static uint32_t which[MAX_COLOURS];
  for (uint32_t i = 0; i < count; i++) {
    weights[i] = 0;
    most[i] = 0;
  }
  for (uint32_t i = 0; i < histogram.count; i++) {
    const uint32_t colour = entry_colours[i];
    weights[colour] += entry_weights[i];
    if (entry_weights[i] > most[colour]) {
      most[colour] = entry_weights[i];
      which[colour] = i;
    }
  }
  for (uint32_t i = 0; i < count; i++) {
    const int is_exact = histogram.shift == 0 && most[i] > 0 && most[i] >= weights[i] * SNAP_SHARE;
    words[i] = is_exact ? histogram.entries[which[i]].key : word_of_point(centres[i]);
    /* What is nearly opaque or nearly transparent is so for the file's sake, too: fewer entries of tRNS, no seams. */
    if (!is_exact && words[i] >> 24 >= 252) words[i] |= 0xff000000u;
  }
}

/* Translucent colours first, since tRNS ends with the last of them (PNG, Third Edition, 11.3.1.1), then from dark to light. */
static int goes_before(uint32_t a, uint32_t b) {
  const int a_opaque = a >> 24 == 255, b_opaque = b >> 24 == 255;
  if (a_opaque != b_opaque) return b_opaque;
  if (!a_opaque && a >> 24 != b >> 24) return a >> 24 < b >> 24;
  const f4 pa = point_of_word(a), pb = point_of_word(b);
  return pa[0] != pb[0] ? pa[0] < pb[0] : a < b;
}

static void finish_palette(const uint32_t *words, uint32_t count) {
  uint32_t kept = 0;
  if (histogram.has_transparent) palette.words[kept++] = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t at = 0;
    while (at < kept && goes_before(palette.words[at], words[i])) at++;
    if (at < kept && palette.words[at] == words[i]) continue;
    for (uint32_t j = kept++; j > at; j--) palette.words[j] = palette.words[j - 1];
    palette.words[at] = words[i];
  }
  static f4 points[MAX_COLOURS];
  for (uint32_t i = 0; i < kept; i++) points[i] = point_of_word(palette.words[i]);
  set_points(points, kept);
  palette.transparent = histogram.has_transparent ? 0 : -1;
}

static void keep_all(void) {
  static uint32_t words[MAX_COLOURS];
  for (uint32_t i = 0; i < histogram.count; i++) words[i] = histogram.entries[i].key;
  finish_palette(words, histogram.count);
  for (uint32_t i = 0; i < palette.count; i++) {
    const uint32_t slot = slot_of(palette.words[i]);
    if (histogram.slots[slot] != 0) entry_colours[histogram.slots[slot] - 1] = (uint8_t)i;
  }
}

static void build_palette(uint32_t colours) {
  static f4 centres[MAX_COLOURS];
  static uint32_t words[MAX_COLOURS];
  const uint32_t room = colours - (histogram.has_transparent ? 1 : 0);
  palette.is_exact = histogram.shift == 0 && histogram.count <= room;
  if (palette.is_exact) {
    keep_all();
    return;
  }
  for (uint32_t i = 0; i < histogram.count; i++) {
    entry_points[i] = point_of_entry(&histogram.entries[i]);
    entry_weights[i] = (float)histogram.entries[i].weight;
  }
  const uint32_t count = refine(centres, split(room, centres), ROUNDS);
  snap(centres, count, words);
  finish_palette(words, count);
}

#endif
