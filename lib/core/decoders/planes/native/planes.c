/* From the planes that a browser's decoder gives to RGBA8, with the pixels that the WASM decoder of the format gives. */
#include "as-libavif.h"
#include "as-libjpeg.h"

#define EXPORT(name) __attribute__((export_name(name)))

/*
 * Makes room, once in an instance. Each plane is without gaps, the two of chroma behind that of luma.
 *
 * @returns where the planes are to be put; 0 where there is no memory
 */
EXPORT("open") uint8_t *open_picture(uint32_t width, uint32_t height, uint32_t narrow, uint32_t low, uint32_t rows) {
  picture.width = width;
  picture.height = height;
  picture.narrow = narrow;
  picture.low = low;
  picture.chroma_width = narrow ? (width + 1) / 2 : width;
  picture.chroma_height = low ? (height + 1) / 2 : height;
  const size_t luma = (size_t)width * height, chroma = (size_t)picture.chroma_width * picture.chroma_height;
  uint8_t *planes = reserve(luma + 2 * chroma + SLACK);
  picture.band = reserve((size_t)width * 4 * rows + SLACK);
  if (!planes || !picture.band || !prepare_jpeg_row() || !prepare_avif_row()) return 0;
  picture.luma = planes;
  picture.chroma[0] = planes + luma;
  picture.chroma[1] = planes + luma + chroma;
  return planes;
}

EXPORT("band_at") uint8_t *band_at(void) { return picture.band; }

/* Shares of red and blue in luma; the code of black, and how many codes make up the ranges. */
EXPORT("set_matrix") void set_matrix(float red, float blue, float black, float luma_range, float chroma_range) {
  matrix.red = red;
  matrix.blue = blue;
  matrix.green = 1.0f - red - blue;
  matrix.black = black;
  matrix.luma_range = luma_range;
  matrix.chroma_range = chroma_range;
}

EXPORT("rows_as_libjpeg") void rows_as_libjpeg(uint32_t first, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) jpeg_row_to_rgb(first + i, picture.band + (size_t)i * picture.width * 4);
}

EXPORT("rows_as_libavif") void rows_as_libavif(uint32_t first, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) avif_row_to_rgb(first + i, picture.band + (size_t)i * picture.width * 4);
}
