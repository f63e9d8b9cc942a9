/* RGB to YCbCr (ITU-T T.871, 7), and colour at half the size. */
#ifndef COLOUR_H
#define COLOUR_H

#include "picture.h"

/* Of a step that would be right if no other sample moved; the whole of it goes too far. */
#define SHARPENING 0.7f

static inline float colour_at(const uint8_t *pixel, int component) {
  const float r = pixel[0], g = pixel[1], b = pixel[2];
  if (component == 0) return 0.299f * r + 0.587f * g + 0.114f * b - 128.0f;
  if (component == 1) return -0.168735892f * r - 0.331264108f * g + 0.5f * b;
  return 0.5f * r - 0.418687589f * g - 0.081312411f * b;
}

static void take_whole(int component) {
  const Component *to = &components[component];
  const int stride = stride_of(to);
  for (int y = 0; y < height; y++) {
    const uint8_t *from = pixels + (size_t)y * (size_t)width * 4;
    float *row = samples + (size_t)y * (size_t)stride;
    for (int x = 0; x < width; x++) row[x] = colour_at(from + x * 4, component);
  }
}

/* The mean of up to 2 x 2 pixels. */
static void take_halved(int component) {
  const Component *to = &components[component];
  const int stride = stride_of(to);
  for (int y = 0; y < to->height; y++) {
    const uint8_t *upper = pixels + (size_t)(2 * y) * (size_t)width * 4;
    const uint8_t *lower = 2 * y + 1 < height ? upper + (size_t)width * 4 : upper;
    float *row = samples + (size_t)y * (size_t)stride;
    for (int x = 0; x < to->width; x++) {
      const int left = 8 * x, right = 2 * x + 1 < width ? left + 4 : left;
      row[x] = 0.25f * (colour_at(upper + left, component) + colour_at(upper + right, component) +
                        colour_at(lower + left, component) + colour_at(lower + right, component));
    }
  }
}

/* One row of the picture less what a decoder makes of the halved colours there: libjpeg's triangle, 3 to 1 both ways. */
static void residual_row(int component, int y, float *residual, float *between) {
  const Component *from = &components[component];
  const int stride = stride_of(from), near = y >> 1;
  const int other = y & 1 ? (near + 1 < from->height ? near + 1 : near) : near > 0 ? near - 1 : near;
  const float *here = samples + (size_t)near * (size_t)stride, *there = samples + (size_t)other * (size_t)stride;
  for (int x = 0; x < from->width; x++) between[x] = 0.75f * here[x] + 0.25f * there[x];
  const uint8_t *pixel = pixels + (size_t)y * (size_t)width * 4;
  for (int x = 0; x < width; x++, pixel += 4) {
    const int at = x >> 1;
    const int beside = x & 1 ? (at + 1 < from->width ? at + 1 : at) : at > 0 ? at - 1 : at;
    residual[x] = colour_at(pixel, component) - 0.75f * between[at] - 0.25f * between[beside];
  }
}

static const float TRIANGLE[4] = {0.25f, 0.75f, 0.75f, 0.25f};

/* Of the four from `first` on, those within 0 and `count` - 1. */
static float weight_within(int first, int count) {
  float sum = 0;
  for (int i = 0; i < 4; i++)
    if (first + i >= 0 && first + i < count) sum += TRIANGLE[i];
  return sum;
}

/* A step towards the halved colours from which a decoder's are nearest: each takes its share of what is left around it. */
static void sharpen_halved(int component) {
  const Component *to = &components[component];
  const int stride = stride_of(to);
  float *better = samples + blocks_of(to) * BLOCK;
  float *between = rows, *residual = between + to->width, *gathered = residual + width;
  int ready = 0;
  for (int y = 0; y < to->height; y++) {
    for (; ready < height && ready <= 2 * y + 2; ready++) {
      residual_row(component, ready, residual, between);
      float *row = gathered + (size_t)(ready & 3) * (size_t)to->width;
      for (int x = 0; x < to->width; x++) {
        float sum = 0;
        for (int i = 0; i < 4; i++) {
          const int at = 2 * x - 1 + i;
          if (at >= 0 && at < width) sum += TRIANGLE[i] * residual[at];
        }
        row[x] = sum / weight_within(2 * x - 1, width);
      }
    }
    const float all = weight_within(2 * y - 1, height);
    for (int x = 0; x < to->width; x++) {
      float sum = 0;
      for (int i = 0; i < 4; i++) {
        const int at = 2 * y - 1 + i;
        if (at >= 0 && at < height) sum += TRIANGLE[i] * gathered[(size_t)(at & 3) * (size_t)to->width + x];
      }
      better[(size_t)y * (size_t)stride + x] = samples[(size_t)y * (size_t)stride + x] + SHARPENING * sum / all;
    }
  }
  for (int y = 0; y < to->height; y++)
    for (int x = 0; x < to->width; x++)
      samples[(size_t)y * (size_t)stride + x] = better[(size_t)y * (size_t)stride + x];
}

static void fill_blocks(const Component *component) {
  const int stride = stride_of(component);
  for (int y = 0; y < component->height; y++) {
    float *row = samples + (size_t)y * (size_t)stride;
    for (int x = component->width; x < stride; x++) row[x] = row[component->width - 1];
  }
  const float *last = samples + (size_t)(component->height - 1) * (size_t)stride;
  for (int y = component->height; y < component->blocks_high * 8; y++) {
    float *row = samples + (size_t)y * (size_t)stride;
    for (int x = 0; x < stride; x++) row[x] = last[x];
  }
}

static void take_samples(int component) {
  if (component == 0 || step == 1) take_whole(component);
  else {
    take_halved(component);
    sharpen_halved(component);
  }
  fill_blocks(&components[component]);
}

#endif
