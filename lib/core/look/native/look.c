#include "math.h"

__attribute__((export_name("cube_root"))) float exported_cube_root(float x) { return cube_root(x); }
