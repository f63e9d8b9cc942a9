/* A picture's memory takes the place of the one before, with whatever stood there. */
#ifndef MEMORY_H
#define MEMORY_H

#include "reserve.h"

static void forget_all(void) { heap_end = heap_start(); }

#endif
