/*
 * SSIMULACRA 2.0 (Jyrki Alakuijala, Jon Sneyers; github.com/cloudinary/ssimulacra2), written anew for SIMD: the sums behind its
 * norms. A picture goes through once, row by row, at each of six sizes; of the reference are kept, for every plane that has
 * a weight, the XYB values, their blur and that of their squares. Of the other picture some rows live at a time.
 *
 * Per megapixel, for a picture with weights as at its full six sizes: 4 MB pixels, 4 MB smaller sizes in linear light,
 * 36 MB of reference.
 */
#include "blur.h"
#include "colour.h"

#define SCALES 6
#define CHANNELS 3
#define EXPORT(name) __attribute__((export_name(#name)))

/* What a plane's weights need: bits of `needs`. */
#define NEEDS_STRUCTURE 1
#define NEEDS_EDGES 2

/* Sums over a plane: of structure, ringing and blur, each as it is and to the fourth power. */
#define SUMS 6

/* Rows of a ring: SPAN and one are looked at, sixteen make the index a mask. */
#define RING 16

float linear_light[256];
static unsigned char needs[SCALES][CHANNELS];
static double sums[SCALES][CHANNELS][SUMS];

struct scale {
  int width, height, stride;
  /* Linear light, in planes; of the first size there are only two rows at a time. */
  float *linear[3];
};
/* Kept of a reference over one background. */
struct kept {
  /* XYB values, their blur, the blur of their squares. */
  float *values[SCALES][CHANNELS], *mean[SCALES][CHANNELS], *squares[SCALES][CHANNELS];
};
/* What a plane's walk needs of the rows before. */
struct plane {
  float *ring[STREAMS], *blurred[STREAMS], *values_ring;
  struct columns columns[STREAMS];
};

/* Of the first size only bands are compared, each as if there were nothing above and below it. */
struct bands {
  /* Rows of a band, and from one to the next. */
  int rows, every;
};
/* Rows at a band's edges that are blurred for their neighbours and not looked at. */
#define MARGIN RADIUS

static struct bands bands;
static int rows_looked_at;
static struct scale scales[SCALES];
static struct kept references[2];
static int scale_count;
static unsigned char *pixels;
static float *rows_of_light[2][3];
static float *woven, *nothing, *values_now[CHANNELS];
static struct plane planes[CHANNELS];

extern unsigned char __heap_base;
static unsigned char *top;

/* Zeroed only where the page is new: what must be zero is set so. Null when the memory has reached its end. */
static void *take(unsigned long bytes) {
  unsigned char *start = (unsigned char *)(((unsigned long)top + 15) & ~15ul);
  unsigned long end = (unsigned long)start + bytes;
  unsigned long have = __builtin_wasm_memory_size(0) * 65536ul;
  if (end < (unsigned long)start) return 0;
  if (end > have && __builtin_wasm_memory_grow(0, (end - have + 65535) / 65536) == (unsigned long)-1) return 0;
  top = (unsigned char *)end;
  return start;
}

static float *take_floats(unsigned long count) { return take(count * sizeof(float)); }

static void clear(float *at, int count) {
  for (int i = 0; i < count; i++) at[i] = 0;
}

EXPORT(light) float *light(void) { return linear_light; }
EXPORT(needs) unsigned char *needs_of_planes(void) { return &needs[0][0]; }
EXPORT(sums) double *sums_of_planes(void) { return &sums[0][0][0]; }
/* Of the full size, in the last comparison. */
EXPORT(looked_at) int looked_at(void) { return rows_looked_at; }
EXPORT(pixels) unsigned char *pixels_to_read(void) { return pixels; }

/*
 * Makes room for pictures of this size, `needs` filled before; what was there is gone. Of the full size `band_rows` rows in each
 * `band_every` are compared, all when they are equal.
 * Returns 1, or 0 when there is no memory for it.
 */
EXPORT(open) int open(int width, int height, int scales_wanted, int backgrounds, int band_rows, int band_every) {
  top = &__heap_base;
  bands = (struct bands){band_rows, band_every};
  scale_count = scales_wanted;
  for (int s = 0; s < scale_count; s++) {
    scales[s].width = s ? (scales[s - 1].width + 1) / 2 : width;
    scales[s].height = s ? (scales[s - 1].height + 1) / 2 : height;
    scales[s].stride = (scales[s].width + 3) & ~3;
  }
  int stride = scales[0].stride;
  if (!(pixels = take((unsigned long)width * height * 4))) return 0;
  for (int s = 1; s < scale_count; s++)
    for (int c = 0; c < 3; c++)
      if (!(scales[s].linear[c] = take_floats((unsigned long)scales[s].stride * scales[s].height))) return 0;
  for (int which = 0; which < backgrounds; which++)
    for (int s = 0; s < scale_count; s++)
      for (int c = 0; c < CHANNELS; c++) {
        if (!needs[s][c]) continue;
        unsigned long size = (unsigned long)scales[s].stride * scales[s].height;
        if (!(references[which].values[s][c] = take_floats(size))) return 0;
        if (!(references[which].mean[s][c] = take_floats(size))) return 0;
        if (!(references[which].squares[s][c] = take_floats(size))) return 0;
      }
  for (int row = 0; row < 2; row++)
    for (int c = 0; c < 3; c++) {
      if (!(rows_of_light[row][c] = take_floats(stride + 4))) return 0;
      clear(rows_of_light[row][c], stride + 4);
    }
  if (!(woven = take_floats(4 * (stride + SPAN + AHEAD)))) return 0;
  clear(woven, 4 * (stride + SPAN + AHEAD));
  woven += 4 * SPAN;
  if (!(nothing = take_floats(stride))) return 0;
  clear(nothing, stride);
  for (int c = 0; c < CHANNELS; c++) {
    struct plane *plane = &planes[c];
    if (!(values_now[c] = take_floats(stride))) return 0;
    if (!(plane->values_ring = take_floats((unsigned long)stride * RING))) return 0;
    for (int i = 0; i < STREAMS; i++) {
      if (!(plane->ring[i] = take_floats((unsigned long)stride * RING))) return 0;
      if (!(plane->blurred[i] = take_floats(stride))) return 0;
      clear(plane->ring[i], stride * RING);
      for (int k = 0; k < RESONATORS; k++) {
        if (!(plane->columns[i].before[k] = take_floats(stride))) return 0;
        if (!(plane->columns[i].before_2[k] = take_floats(stride))) return 0;
      }
    }
  }
  return 1;
}

static unsigned long ring_at(int y, int stride) { return (unsigned long)(y & (RING - 1)) * stride; }

/* Before the first row of a plane: nothing has come yet. */
static void start_plane(struct plane *plane, int stride) {
  for (int i = 0; i < STREAMS; i++)
    for (int k = 0; k < RESONATORS; k++) {
      clear(plane->columns[i].before[k], stride);
      clear(plane->columns[i].before_2[k], stride);
    }
}

/* Rows of the streams, blurred along, to the ring; zeros after the width are what lies beyond the edge. */
static void blur_row(struct plane *plane, int y, int width, int stride, int streams) {
  float *out[STREAMS];
  for (int i = 0; i < STREAMS; i++) out[i] = plane->ring[i] + ring_at(y, stride);
  clear(woven + 4 * width, 4 * AHEAD);
  if (streams > 2) blur_along(woven, width, STREAMS, out);
  else blur_along(woven, width, 2, out);
}

/* One step down for each stream, by the ring's rows around `row`, which may be before the first. */
static void step_down(struct plane *plane, int row, int height, int stride, int streams, float *const out[STREAMS]) {
  int enters = row + AHEAD, leaves = row - RADIUS - 1;
  for (int i = 0; i < streams; i++)
    blur_down(&plane->columns[i], enters < height ? plane->ring[i] + ring_at(enters, stride) : nothing,
              leaves >= 0 ? plane->ring[i] + ring_at(leaves, stride) : nothing, stride, row < 0 ? 0 : out[i]);
}

static void weave(int x, v128_t first, v128_t second, v128_t third) {
  const v128_t none = wasm_f32x4_const_splat(0);
  v128_t a = wasm_i32x4_shuffle(first, second, 0, 4, 1, 5), b = wasm_i32x4_shuffle(third, none, 0, 4, 1, 5);
  v128_t c = wasm_i32x4_shuffle(first, second, 2, 6, 3, 7), d = wasm_i32x4_shuffle(third, none, 2, 6, 3, 7);
  float *to = woven + 4 * x;
  wasm_v128_store(to, wasm_i32x4_shuffle(a, b, 0, 1, 4, 5));
  wasm_v128_store(to + 4, wasm_i32x4_shuffle(a, b, 2, 3, 6, 7));
  wasm_v128_store(to + 8, wasm_i32x4_shuffle(c, d, 0, 1, 4, 5));
  wasm_v128_store(to + 12, wasm_i32x4_shuffle(c, d, 2, 3, 6, 7));
}

/* Row y of a band of a plane of the reference has come, and what it completes is kept. */
static void keep_plane(int s, int c, struct kept *into, int first_row, int y, int height) {
  struct plane *plane = &planes[c];
  int width = scales[s].width, stride = scales[s].stride;
  if (y < height) {
    const float *from = into->values[s][c] + (unsigned long)(first_row + y) * stride;
    for (int x = 0; x < stride; x += 4) {
      v128_t value = wasm_v128_load(from + x);
      weave(x, value, wasm_f32x4_mul(value, value), wasm_f32x4_const_splat(0));
    }
    blur_row(plane, y, width, stride, 2);
  }
  unsigned long done = (unsigned long)(first_row + (y < AHEAD ? 0 : y - AHEAD)) * stride;
  float *const out[STREAMS] = {into->mean[s][c] + done, into->squares[s][c] + done, 0};
  step_down(plane, y - AHEAD, height, stride, 2, out);
}

static inline v128_t fourth(v128_t value) {
  v128_t square = wasm_f32x4_mul(value, value);
  return wasm_f32x4_mul(square, square);
}

static double total(v128_t sum) {
  return (double)wasm_f32x4_extract_lane(sum, 0) + wasm_f32x4_extract_lane(sum, 1) + wasm_f32x4_extract_lane(sum, 2) +
         wasm_f32x4_extract_lane(sum, 3);
}

/* The maps' sums over row y of a band, its blurs being complete. */
static void compare_row(int s, int c, const struct kept *with, int first_row, int y) {
  const struct plane *plane = &planes[c];
  int stride = scales[s].stride, width = scales[s].width;
  unsigned long at = (unsigned long)(first_row + y) * stride;
  const float *first = with->values[s][c] + at, *mean = with->mean[s][c] + at, *squares = with->squares[s][c] + at;
  const float *second = plane->values_ring + ring_at(y, stride);
  const v128_t zero = wasm_f32x4_const_splat(0), one = wasm_f32x4_const_splat(1), c2 = wasm_f32x4_const_splat(0.0009f);
  const v128_t lanes = wasm_i32x4_const(0, 1, 2, 3);
  v128_t structure = zero, structure_4 = zero, ringing = zero, ringing_4 = zero, blur = zero, blur_4 = zero;
  int has_edges = needs[s][c] & NEEDS_EDGES, has_structure = needs[s][c] & NEEDS_STRUCTURE;
  for (int x = 0; x < stride; x += 4) {
    v128_t inside = wasm_i32x4_lt(lanes, wasm_i32x4_splat(width - x));
    v128_t mu_1 = wasm_v128_load(mean + x), mu_2 = wasm_v128_load(plane->blurred[0] + x);
    if (has_structure) {
      v128_t apart = wasm_f32x4_sub(mu_1, mu_2);
      v128_t together = wasm_f32x4_sub(wasm_v128_load(plane->blurred[2] + x), wasm_f32x4_mul(mu_1, mu_2));
      v128_t above = wasm_f32x4_add(wasm_f32x4_add(together, together), c2);
      v128_t variance_1 = wasm_f32x4_sub(wasm_v128_load(squares + x), wasm_f32x4_mul(mu_1, mu_1));
      v128_t variance_2 = wasm_f32x4_sub(wasm_v128_load(plane->blurred[1] + x), wasm_f32x4_mul(mu_2, mu_2));
      v128_t below = wasm_f32x4_add(wasm_f32x4_add(variance_1, variance_2), c2);
      v128_t close = wasm_f32x4_sub(one, wasm_f32x4_mul(apart, apart));
      v128_t likeness = wasm_f32x4_div(wasm_f32x4_mul(close, above), below);
      v128_t error = wasm_v128_and(wasm_f32x4_max(wasm_f32x4_sub(one, likeness), zero), inside);
      structure = wasm_f32x4_add(structure, error);
      structure_4 = wasm_f32x4_add(structure_4, fourth(error));
    }
    if (has_edges) {
      v128_t edge_1 = wasm_f32x4_abs(wasm_f32x4_sub(wasm_v128_load(first + x), mu_1));
      v128_t edge_2 = wasm_f32x4_abs(wasm_f32x4_sub(wasm_v128_load(second + x), mu_2));
      v128_t change = wasm_f32x4_div(wasm_f32x4_sub(edge_2, edge_1), wasm_f32x4_add(edge_1, one));
      change = wasm_v128_and(change, inside);
      v128_t more = wasm_f32x4_max(change, zero), less = wasm_f32x4_max(wasm_f32x4_neg(change), zero);
      ringing = wasm_f32x4_add(ringing, more);
      ringing_4 = wasm_f32x4_add(ringing_4, fourth(more));
      blur = wasm_f32x4_add(blur, less);
      blur_4 = wasm_f32x4_add(blur_4, fourth(less));
    }
  }
  double *into = sums[s][c];
  into[0] += total(structure);
  into[1] += total(structure_4);
  into[2] += total(ringing);
  into[3] += total(ringing_4);
  into[4] += total(blur);
  into[5] += total(blur_4);
}

/* Whether row y of a band is looked at: at its edges it is blurred with less than there is. */
static int is_looked_at(int s, int first_row, int y, int height) {
  if (first_row > 0 && y < MARGIN) return 0;
  return first_row + height >= scales[s].height || y < height - MARGIN;
}

/* Row y of a band of the other picture has come, and what it completes is compared. Without structure one stream is blurred. */
static void compare_plane(int s, int c, const struct kept *with, int first_row, int y, int height) {
  struct plane *plane = &planes[c];
  int width = scales[s].width, stride = scales[s].stride;
  int streams = needs[s][c] & NEEDS_STRUCTURE ? STREAMS : 1;
  if (y < height) {
    const float *first = with->values[s][c] + (unsigned long)(first_row + y) * stride;
    float *second = plane->values_ring + ring_at(y, stride);
    for (int x = 0; x < stride; x += 4) {
      v128_t b = wasm_v128_load(values_now[c] + x);
      wasm_v128_store(second + x, b);
      weave(x, b, wasm_f32x4_mul(b, b), wasm_f32x4_mul(b, wasm_v128_load(first + x)));
    }
    blur_row(plane, y, width, stride, streams);
  }
  step_down(plane, y - AHEAD, height, stride, streams, plane->blurred);
  if (y >= AHEAD && is_looked_at(s, first_row, y - AHEAD, height)) compare_row(s, c, with, first_row, y - AHEAD);
}

/* One size of a picture, row by row; linear light of the next smaller size is made on the way. */
static void walk(int s, int background, struct kept *reference, int is_reference) {
  const struct scale *scale = &scales[s];
  const struct scale *next = s + 1 < scale_count ? &scales[s + 1] : 0;
  int width = scale->width, height = scale->height, stride = scale->stride;
  int rows = s ? height : bands.rows, every = s ? height : bands.every;
  for (int y = 0; y < height; y++) {
    float *light[3];
    for (int c = 0; c < 3; c++) light[c] = s ? scale->linear[c] + (unsigned long)y * stride : rows_of_light[y & 1][c];
    if (!s) linear_row(pixels + (unsigned long)y * width * 4, width, background, light[0], light[1], light[2]);
    if (next && ((y & 1) || y == height - 1))
      for (int c = 0; c < 3; c++) {
        const float *above = s ? scale->linear[c] + (unsigned long)(y & ~1) * stride : rows_of_light[0][c];
        halve_row(above, light[c], width, next->linear[c] + (unsigned long)(y >> 1) * next->stride);
      }
    int in_band = y % every, first_row = y - in_band;
    int band_height = first_row + rows < height ? rows : height - first_row;
    if (in_band >= band_height) continue;
    float *out[CHANNELS];
    for (int c = 0; c < CHANNELS; c++)
      out[c] = !needs[s][c] ? 0 : is_reference ? reference->values[s][c] + (unsigned long)y * stride : values_now[c];
    xyb_row(light[0], light[1], light[2], width, stride, out[0], out[1], out[2]);
    if (!s && is_looked_at(s, first_row, in_band, band_height)) rows_looked_at++;
    /* After the last row of a band come as many more as its blurs are behind. */
    for (int at = in_band; at == in_band || (in_band == band_height - 1 && at < band_height + AHEAD); at++)
      for (int c = 0; c < CHANNELS; c++) {
        if (!needs[s][c]) continue;
        if (at == 0) start_plane(&planes[c], stride);
        if (is_reference) keep_plane(s, c, reference, first_row, at, band_height);
        else compare_plane(s, c, reference, first_row, at, band_height);
      }
  }
}

/* Takes `pixels` as the reference number `which` (0 or 1), over a background of 0 or 255, or below 0 without regard to alpha. */
EXPORT(keep) void keep(int which, int background) {
  for (int s = 0; s < scale_count; s++) walk(s, background, &references[which], 1);
}

/* Compares `pixels` with that reference; the sums are in `sums` after. */
EXPORT(compare) void compare(int which, int background) {
  for (int s = 0; s < SCALES; s++)
    for (int c = 0; c < CHANNELS; c++)
      for (int i = 0; i < SUMS; i++) sums[s][c][i] = 0;
  rows_looked_at = 0;
  for (int s = 0; s < scale_count; s++) walk(s, background, &references[which], 0);
}
