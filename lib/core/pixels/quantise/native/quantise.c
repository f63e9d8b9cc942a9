/*
 * Colours of a picture counted, a palette chosen, pixels mapped to it. A picture goes through twice in bands of rows, so the memory is
 * bounded by its width. Pixels are RGBA8 with straight alpha, as little-endian words 0xAABBGGRR. The same input gives the same bytes.
 *
 * A band has one row more above and below, which are looked at only; at the picture's edge that is the edge row again.
 */
#include "lzw.h"
#include "map.h"

#define EXPORT(name) __attribute__((export_name(#name)))

static uint32_t *band;
static uint8_t *indices;

/* For pictures of this width, in bands of at most so many rows. 0 when there is not the memory. */
EXPORT(prepare) int prepare(uint32_t width, uint32_t rows) {
  prepare_space();
  band = reserve((size_t)width * (rows + 2) * sizeof(uint32_t));
  indices = reserve((size_t)width * rows);
  return band && indices && prepare_window(width) && prepare_histogram() && prepare_palette() && prepare_map();
}

EXPORT(band_at) uint32_t *band_at(void) { return band; }
EXPORT(indices_at) uint8_t *indices_at(void) { return indices; }

/* Counts the colours of a band. */
EXPORT(count) void count(uint32_t rows) {
  start_window(band);
  for (uint32_t y = 0; y < rows; y++) {
    look_below(band + (size_t)(y + 2) * window.width);
    count_row(band + (size_t)(y + 1) * window.width);
    move_window();
  }
}

/* Chooses 2 to 256 colours from all that was counted; gives their number. */
EXPORT(choose) uint32_t choose(uint32_t colours) {
  build_palette(colours);
  return palette.count;
}

/* Whether the palette has every colour that was counted. */
EXPORT(is_exact) int is_exact(void) { return palette.is_exact; }
EXPORT(palette_at) uint32_t *palette_at(void) { return palette.words; }

/* Begins a picture with its first row. */
EXPORT(start) void start(float dithering) { start_map(dithering); }

/* Maps a band, from the first row of the picture on. */
EXPORT(map) void map(uint32_t rows) {
  start_window(band);
  for (uint32_t y = 0; y < rows; y++) {
    look_below(band + (size_t)(y + 2) * window.width);
    map_row(band + (size_t)(y + 1) * window.width, indices + (size_t)y * window.width);
    move_window();
  }
}

/* For GIF images of at most so many pixels, instead of `prepare`. */
EXPORT(prepare_images) int prepare_images(uint32_t pixels) {
  prepare_space();
  return prepare_lzw(pixels);
}

EXPORT(target_at) uint32_t *target_at(void) { return image.target; }
EXPORT(shown_at) uint32_t *shown_at(void) { return image.shown; }
EXPORT(written_at) uint8_t *written_at(void) { return image.written; }
EXPORT(packed_at) uint8_t *packed_at(void) { return image.packed; }

/* Sets colours that are at `palette_at`. */
EXPORT(set) void set(uint32_t colours) { set_colours(palette.words, colours); }

/* Packs an image; bound is a squared distance, unchanged how a pixel is coded that need not be drawn. Gives the number of bytes. */
EXPORT(write) uint32_t write(uint32_t pixels, uint32_t minimum_bits, int transparent, float bound, int unchanged) {
  weigh(pixels, bound, unchanged);
  return pack(pixels, minimum_bits, transparent, bound);
}
