/* The catalogue's side of standing.h, for its own files. */
#ifndef DOMAIN_CATALOG_STANDING_PRIV_H
#define DOMAIN_CATALOG_STANDING_PRIV_H
#include "domain/catalog/catalog_priv.h"
void standing_init(struct org *o);
/* A row read at the start; ERR_CORRUPT. */
enum err standing_read(struct org *o, const struct json *row);
/* After loading: what has to close goes on closing. */
enum err standing_resume(struct world *w, struct catalog *c);
/* Slots of struct world_part_ops. */
enum org_state standing_state(const void *catalog, struct uuid org);
int64_t standing_limit(const void *catalog, struct uuid org, enum org_limit l);
bool standing_erase(struct world *w, void *catalog, struct uuid org, size_t max,
                    struct effects *fx);
#endif
