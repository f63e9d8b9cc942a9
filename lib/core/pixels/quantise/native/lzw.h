/*
 * The LZW of GIF images (GIF89a, Appendix F), which for each string takes the longest of the dictionary that will do: a pixel may have
 * each colour that is near enough to its own, or let what is shown already shine through.
 */
#ifndef LZW_H
#define LZW_H

#include "palette.h"

#define CODES 4096
#define MOST_BITS 12
/* Nodes that are looked at for one string: the longest is found long before, but for patterns made to be slow. */
#define MOST_VISITS 2048
#define NONE 0xffffu

static struct {
  uint16_t first[CODES], sibling[CODES], parent[CODES], length[CODES];
  /* The last index of a code's string, and its first. */
  uint8_t value[CODES], start[CODES];
  uint32_t count;
} codes;

static struct {
  uint32_t pixels;
  /* 0xAABBGGRR: what is to be seen, and what is shown; a transparent pixel is 0. */
  uint32_t *target, *shown;
  /* The nearest colour, whether it will do, and whether what is shown will do. */
  uint8_t *colour, *may_draw, *may_keep;
  /* The index that was written. */
  uint8_t *written;
  uint8_t *packed;
} image;

/* Squared distances of colours. */
static float *between;

static int prepare_lzw(uint32_t pixels) {
  image.pixels = pixels;
  image.target = reserve((size_t)pixels * 4);
  image.shown = reserve((size_t)pixels * 4);
  image.colour = reserve(pixels);
  image.may_draw = reserve(pixels);
  image.may_keep = reserve(pixels);
  image.written = reserve(pixels);
  /* A code is at most 12 bits and stands for a pixel or more; a clear code comes with every 3838th at most. */
  image.packed = reserve((size_t)pixels * 3 / 2 + pixels / 512 + 64);
  between = reserve(MAX_COLOURS * MAX_COLOURS * sizeof(float));
  return image.target && image.shown && image.colour && image.may_draw && image.may_keep && image.written &&
         image.packed && between;
}

static void set_colours(const uint32_t *words, uint32_t count) {
  static f4 points[MAX_COLOURS];
  for (uint32_t i = 0; i < count; i++) points[i] = point_of_word(words[i]);
  set_points(points, count);
  for (uint32_t i = 0; i < count; i++)
    for (uint32_t j = 0; j < count; j++) between[i * MAX_COLOURS + j] = distance(points[i], points[j]);
}

/* Of a pixel that may be drawn, or let what is shown shine through: either, as the strings fall; or always the latter. */
enum { EITHER, KEPT };

/* What each pixel may be, within a squared distance. Of a pixel that must be drawn the nearest colour always will do. */
static void weigh(uint32_t pixels, float bound, int unchanged) {
  uint32_t last_word = 0, last_colour = 0;
  float last_squared = 0;
  for (uint32_t i = 0; i < pixels; i++) {
    const uint32_t target = image.target[i], shown = image.shown[i];
    if (target == 0) {
      image.may_keep[i] = 1;
      image.may_draw[i] = 0;
      continue;
    }
    if (target != last_word) {
      last_word = target;
      last_colour = nearest(point_of_word(target), last_colour, &last_squared);
    }
    image.colour[i] = (uint8_t)last_colour;
    image.may_keep[i] =
        shown != 0 && (shown == target || (bound > 0 && distance(point_of_word(shown), point_of_word(target)) <= bound));
    image.may_draw[i] = !image.may_keep[i] || (last_squared <= bound && unchanged == EITHER);
  }
}

static void clear_codes(uint32_t colours) {
  for (uint32_t i = 0; i < colours; i++) {
    codes.first[i] = NONE;
    codes.value[i] = codes.start[i] = (uint8_t)i;
    codes.parent[i] = NONE;
    codes.length[i] = 1;
  }
  codes.count = colours + 2;
}

/* What an index costs at a pixel as a squared distance; negative when it will not do. */
static inline float cost(uint32_t at, uint32_t index, int transparent, float bound) {
  if ((int)index == transparent) return image.may_keep[at] ? 0 : -1;
  if (!image.may_draw[at] || index >= palette.count) return -1;
  const float squared = between[image.colour[at] * MAX_COLOURS + index];
  return squared <= bound ? squared : -1;
}

/* Whether a code's string will do from a pixel on. */
static int fits(uint32_t code, uint32_t at, int transparent, float bound) {
  for (uint32_t i = at + codes.length[code]; i-- > at; code = codes.parent[code])
    if (cost(i, codes.value[code], transparent, bound) < 0) return 0;
  return 1;
}

/* The longest string from a pixel on; of equals the nearest to what is to be seen. */
static uint32_t longest(uint32_t at, uint32_t pixels, uint32_t colours, int transparent, float bound) {
  uint32_t best = NONE, visits = 0;
  uint32_t best_length = 0;
  float best_error = 0;
  /* Errors along the way down. */
  static float errors[CODES + 1];
  for (uint32_t root = 0; root < colours; root++) {
    const float own = cost(at, root, transparent, bound);
    if (own < 0) continue;
    uint32_t node = root, depth = 1;
    errors[1] = own;
    for (;;) {
      if (depth > best_length || (depth == best_length && errors[depth] < best_error)) {
        best = node;
        best_length = depth;
        best_error = errors[depth];
      }
      uint32_t next = at + depth < pixels && visits < MOST_VISITS ? codes.first[node] : NONE;
      uint32_t place = at + depth;
      for (;;) {
        float more = -1;
        while (next != NONE && (visits++, more = cost(place, codes.value[next], transparent, bound)) < 0)
          next = codes.sibling[next];
        if (next != NONE) {
          errors[depth + 1] = errors[depth] + more;
          node = next;
          depth++;
          break;
        }
        /* Up, and to the side. */
        if (depth == 1) break;
        next = visits < MOST_VISITS ? codes.sibling[node] : NONE;
        node = codes.parent[node];
        depth--;
        place = at + depth;
      }
      if (next == NONE) break;
    }
  }
  return best;
}

static uint32_t add_code(uint32_t parent, uint32_t value) {
  const uint32_t code = codes.count++;
  codes.first[code] = NONE;
  codes.parent[code] = (uint16_t)parent;
  codes.value[code] = (uint8_t)value;
  codes.start[code] = codes.start[parent];
  codes.length[code] = codes.length[parent] + 1;
  codes.sibling[code] = codes.first[parent];
  codes.first[parent] = (uint16_t)code;
  return code;
}

/*
 * Writes so many pixels. Indices are of the palette; the transparent one is past its colours, or -1.
 *
 * Gives the bytes in image.packed.
 */
static uint32_t pack(uint32_t pixels, uint32_t minimum_bits, int transparent, float bound) {
  const uint32_t clear = 1u << minimum_bits;
  uint32_t width = minimum_bits + 1, held = 0, held_bits = 0, bytes = 0;
#define EMIT(code)                                                        \
  do {                                                                    \
    held |= (uint32_t)(code) << held_bits;                                \
    for (held_bits += width; held_bits >= 8; held_bits -= 8, held >>= 8) \
      image.packed[bytes++] = (uint8_t)held;                              \
  } while (0)
  EMIT(clear);
  clear_codes(clear);
  uint32_t previous = NONE;
  for (uint32_t at = 0; at < pixels;) {
    uint32_t code = longest(at, pixels, clear, transparent, bound);
    if (previous != NONE && codes.count < CODES) {
      const uint32_t start = codes.start[code];
      const uint32_t length = codes.length[previous];
      const uint32_t added = add_code(previous, start);
      /* The string that the decoder is about to learn: the one before and its own first index again. */
      if (codes.start[previous] == start && length + 1 > codes.length[code] && at + length < pixels &&
          fits(added, at, transparent, bound))
        code = added;
    }
    EMIT(code);
    if (codes.count == 1u << width && width < MOST_BITS) width++;
    const uint32_t length = codes.length[code];
    uint32_t node = code;
    for (uint32_t i = at + length; i-- > at; node = codes.parent[node]) image.written[i] = codes.value[node];
    at += length;
    previous = code;
    if (codes.count == CODES) {
      EMIT(clear);
      clear_codes(clear);
      width = minimum_bits + 1;
      previous = NONE;
    }
  }
  EMIT(clear + 1);
  if (held_bits > 0) image.packed[bytes++] = (uint8_t)held;
  return bytes;
#undef EMIT
}

#endif
