/* Entities straight from JSON, and a view over an array of them: lists need no world. */
#ifndef TESTS_CONFIG_ENTITIES_H
#define TESTS_CONFIG_ENTITIES_H
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/arena.h"
#include "domain/catalog/document.h"
#include "domain/catalog/entity_priv.h"
#include "domain/catalog/references.h"
enum { ENTITIES_MAX = 512 };
static const struct entity *entities[ENTITIES_MAX];
static size_t entity_count;
static inline struct uuid entity_number(unsigned n)
{
    struct uuid id = { { 1 } };
    id.bytes[14] = (uint8_t)(n >> 8);
    id.bytes[15] = (uint8_t)n;
    return id;
}
/* `members` follow the id; in order of n. */
static inline const struct entity *entity_add(struct arena *a, enum resource r, const char *members)
{
    struct json *row, *canonical;
    char id[UUID_TEXT_LEN + 1];
    struct uuid number = entity_number((unsigned)entity_count);
    uuid_format(number, id);
    struct slice text = arena_printf(a, "{\"id\":\"%s\"%s}", id, members);
    cr_assert_eq(json_parse(a, text, &row, NULL), ERR_OK, "%s", text.at);
    cr_assert_eq(document_reorder(r, row, a, &canonical), ERR_OK);
    entities[entity_count] = entity_new(r, number, canonical);
    return entities[entity_count++];
}
static inline struct catalog_set entities_set(const struct catalog *c, struct uuid org,
                                              enum resource r)
{
    (void)c;
    (void)org;
    bool mine = entity_count && entity_resource(entities[0]) == r;
    return (struct catalog_set){ mine ? entity_count : 0, entities };
}
static inline void entities_free(void)
{
    while (entity_count)
        entity_free((void *)(uintptr_t)entities[--entity_count]);
}
#endif
