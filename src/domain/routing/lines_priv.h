/* Shared inside the room. */
#ifndef DOMAIN_ROUTING_LINES_PRIV_H
#define DOMAIN_ROUTING_LINES_PRIV_H
#include "domain/routing/lines.h"
struct level *level_new(int64_t after_ms); /* NULL: out of memory */
void levels_free(struct level *first);     /* the whole list */
#endif
