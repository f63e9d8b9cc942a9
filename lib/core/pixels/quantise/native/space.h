/*
 * The space that colours are compared in: OKLab (B. Ottosson, "A perceptual color space for image processing", 2020), multiplied
 * by alpha, so that squared distance is the mean of what is seen over black and over white:
 *
 *   over black the difference of two pixels is d(aL, aA, aB), over white, which is (1, 0, 0), it is d(aL - a, aA, aB), and
 *   (x^2 + (x - y)^2) / 2 = (x - y / 2)^2 + (y / 2)^2 with x = d(aL), y = d(a).
 *
 * So the four coordinates are aL - a/2, aA, aB, a/2. Every fully transparent pixel is the origin.
 */
#ifndef SPACE_H
#define SPACE_H

#include <stdint.h>

typedef float f4 __attribute__((vector_size(16)));
typedef int32_t i4 __attribute__((vector_size(16)));

#define SPLAT(x) ((f4){(x), (x), (x), (x)})

static float linear_of[256];

/* Of positive lanes, to 1e-7 of the value: a first guess from the exponent, then two steps by Halley. */
static inline f4 cube_root(f4 x) {
  const i4 bits = (i4)x;
  f4 y = (f4)(__builtin_convertvector(__builtin_convertvector(bits, f4) * SPLAT(1.0f / 3.0f), i4) + 709921077);
  for (int step = 0; step < 2; step++) {
    const f4 cube = y * y * y;
    y = y * (cube + x + x) / (cube + cube + x);
  }
  return y;
}

static inline float dot(f4 a, f4 b) {
  const f4 p = a * b;
  return (p[0] + p[1]) + (p[2] + p[3]);
}

static inline float distance(f4 a, f4 b) {
  const f4 d = a - b;
  return dot(d, d);
}

/* IEC 61966-2-1; x^2.4 = x^2 * (x^2)^(1/5), the root by Newton's steps, as there is no pow here. */
static double decoded(double encoded) {
  if (encoded <= 0.04045) return encoded / 12.92;
  const double x = (encoded + 0.055) / 1.055;
  const double square = x * x;
  double root = 1;
  for (int step = 0; step < 60; step++) {
    const double fourth = root * root * root * root;
    root -= (fourth * root - square) / (5 * fourth);
  }
  return square * root;
}

static void prepare_space(void) {
  for (int i = 0; i < 256; i++) linear_of[i] = (float)decoded(i / 255.0);
}

/* From linear light and alpha, all 0 to 1. */
static f4 point_of(float r, float g, float b, float alpha) {
  const f4 lms = SPLAT(r) * (f4){0.4122214708f, 0.2119034982f, 0.0883024619f, 0} +
                 SPLAT(g) * (f4){0.5363325363f, 0.6806995451f, 0.2817188376f, 0} +
                 SPLAT(b) * (f4){0.0514459929f, 0.1073969566f, 0.6299787005f, 0} + SPLAT(1e-12f);
  const f4 root = cube_root(lms);
  const f4 lab = SPLAT(root[0]) * (f4){0.2104542553f, 1.9779984951f, 0.0259040371f, 0} +
                 SPLAT(root[1]) * (f4){0.7936177850f, -2.4285922050f, 0.7827717662f, 0} +
                 SPLAT(root[2]) * (f4){-0.0040720468f, 0.4505937099f, -0.8086757660f, 0};
  return lab * SPLAT(alpha) + SPLAT(alpha) * (f4){-0.5f, 0, 0, 0.5f};
}

/* RGBA8 as a little-endian word: 0xAABBGGRR. */
static inline f4 point_of_word(uint32_t word) {
  if (word >> 24 == 0) return SPLAT(0);
  return point_of(linear_of[word & 255], linear_of[word >> 8 & 255], linear_of[word >> 16 & 255],
                  (float)(word >> 24) * (1.0f / 255));
}

static inline uint32_t clamp_byte(float value) {
  return value <= 0 ? 0 : value >= 255 ? 255 : (uint32_t)(value + 0.5f);
}

/* The level whose linear light is nearest as it is encoded: between two levels, by the value half-way in linear light. */
static uint32_t encoded_byte(float linear) {
  int low = 0, high = 255;
  while (low < high) {
    const int middle = (low + high) >> 1;
    if ((linear_of[middle] + linear_of[middle + 1]) * 0.5f < linear) low = middle + 1;
    else high = middle;
  }
  return (uint32_t)low;
}

/* The nearest RGBA8; colours outside of sRGB are cut off by channel. */
static uint32_t word_of_point(f4 point) {
  const uint32_t alpha = clamp_byte(point[3] * 510);
  if (alpha == 0) return 0;
  const float a = point[3] * 2;
  const float lightness = (point[0] + point[3]) / a, green_red = point[1] / a, blue_yellow = point[2] / a;
  const float l = lightness + 0.3963377774f * green_red + 0.2158037573f * blue_yellow;
  const float m = lightness - 0.1055613458f * green_red - 0.0638541728f * blue_yellow;
  const float s = lightness - 0.0894841775f * green_red - 1.2914855480f * blue_yellow;
  const float l3 = l * l * l, m3 = m * m * m, s3 = s * s * s;
  const uint32_t r = encoded_byte(4.0767416621f * l3 - 3.3077115913f * m3 + 0.2309699292f * s3);
  const uint32_t g = encoded_byte(-1.2684380046f * l3 + 2.6097574011f * m3 - 0.3413193965f * s3);
  const uint32_t b = encoded_byte(-0.0041960863f * l3 - 0.7034186147f * m3 + 1.7076147010f * s3);
  return r | g << 8 | b << 16 | alpha << 24;
}

#endif
