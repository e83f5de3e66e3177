/* needs: api/config
 * Any bytes as a list filter: read, bound to a resource and matched against an entity, then as a
 * search. */
#include <stdlib.h>

#include "api/config/filter.h"
#include "base/arena.h"
#include "domain/catalog/document.h"
#include "domain/catalog/entity_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct entity *sample(struct arena *a)
{
    struct slice text = SLICE("{\"id\":\"01000000-0000-7000-8000-000000000001\",\"version\":3,"
                              "\"firstName\":\"Ad\\\"a\",\"email\":\"a@b.c\",\"active\":true,"
                              "\"teamIds\":[\"01000000-0000-7000-8000-000000000002\"]}");
    struct json *row, *canonical;
    if (json_parse(a, text, &row, NULL) || document_reorder(RESOURCE_USER, row, a, &canonical))
        abort();
    return entity_new(RESOURCE_USER, (struct uuid){ { 1 } }, canonical);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *arena, *scratch;
    static struct entity *e;
    if (!arena) {
        arena = arena_new(16 << 20);
        scratch = arena_new(16 << 20);
        e = sample(scratch);
    }
    arena_reset(arena);
    arena_reset(scratch);
    struct slice text = { (const char *)data, size }, why = { NULL, 0 };
    struct rsql *tree;
    struct config_search search;
    enum err err = rsql_parse(arena, text, &tree, &why);
    if (err != ERR_OK && !why.at)
        abort();
    if (err == ERR_OK && config_filter_bind(arena, tree, RESOURCE_USER, false, &why) == ERR_OK) {
        config_filter_matches(tree, e, scratch);
        plan(tree, e);
    }
    if (config_search_parse(arena, text, RESOURCE_USER, &search, &why) == ERR_OK)
        config_search_matches(&search, e, scratch);
    return 0;
}
