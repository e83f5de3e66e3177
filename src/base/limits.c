#include "base/limits.h"

#include <stddef.h>

const struct limit_row limit_rows[] = {
#define LIMIT(name, value, about) { #name, (value), (about) },
#include "limits.def"
    { NULL, 0, NULL },
};
