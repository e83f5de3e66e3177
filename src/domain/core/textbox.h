/* The texts of one noun: copies that live as long as the noun. They pile up until they are moved
 * to a new box (textbox_is_due), which the owner does between steps. */
#ifndef DOMAIN_CORE_TEXTBOX_H
#define DOMAIN_CORE_TEXTBOX_H
#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
struct textbox_chunk;
struct textbox {
    struct textbox_chunk *newest;
    size_t used, settled; /* bytes put; bytes when it was last moved */
};
void textbox_release(struct textbox *b);
/* A copy; empty text takes no room. {NULL, 0}: out of memory. */
struct slice textbox_put(struct textbox *b, struct slice text);
/* *field becomes a copy of `value`; no copy when they are equal. False: out of memory. */
bool textbox_set(struct textbox *b, struct slice *field, struct slice value);
static inline bool textbox_is_due(const struct textbox *b)
{
    return b->used > 4096 + 2 * b->settled;
}
#endif
