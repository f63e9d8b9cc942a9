/* The memory of one instance of the project's C, which links no C library: it only grows, and goes with the instance. */
#ifndef RESERVE_H
#define RESERVE_H

#include <stddef.h>
#include <stdint.h>

#define PAGE_BYTES 65536u

extern unsigned char __heap_base;

static uintptr_t heap_end;

static inline uintptr_t heap_start(void) { return ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15; }

/* Aligned to 16 bytes; 0 when there is no more. What was not there before is zeroed, as WASM hands out its pages. */
static void *reserve(size_t bytes) {
  if (heap_end == 0) heap_end = heap_start();
  const uintptr_t start = heap_end;
  const uint64_t end = (uint64_t)start + ((bytes + 15) & ~(size_t)15);
  const uint64_t held = (uint64_t)__builtin_wasm_memory_size(0) * PAGE_BYTES;
  if (end > 0xffff0000u) return 0;
  if (end > held && __builtin_wasm_memory_grow(0, (end - held + PAGE_BYTES - 1) / PAGE_BYTES) == (size_t)-1) return 0;
  heap_end = (uintptr_t)end;
  return (void *)start;
}

#endif
