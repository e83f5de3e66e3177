/* needs: api/config
 * Any bytes as a list filter: read, bound to a resource and matched against entities, then as a
 * search. What is planned with the indexes must hold every entity that matches, and nothing else
 * when the plan says it is exact. */
#include <stdio.h>
#include <stdlib.h>

#include "api/config/filter.h"
#include "api/config/plan.h"
#include "base/arena.h"
#include "domain/catalog/document.h"
#include "domain/catalog/entity_priv.h"
#include "domain/catalog/set.h"

enum { USERS = 48 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct entity *sample(struct arena *a, unsigned n)
{
    struct slice text = arena_printf(
        a,
        "{\"id\":\"%02x000000-0000-7000-8000-000000000001\",\"version\":%u,"
        "\"firstName\":\"Ad\\\"%c\",\"email\":\"%c@b.c\",\"active\":%s,"
        "\"teamIds\":[\"01000000-0000-7000-8000-00000000000%u\"]}",
        n + 1, n % 4, 'a' + (int)(n % 3), 'a' + (int)(n % 26), n % 2 ? "true" : "false", n % 5);
    struct uuid id = { { (uint8_t)(n + 1) } };
    struct json *row, *canonical;
    id.bytes[6] = 0x70;
    id.bytes[8] = 0x80;
    id.bytes[15] = 1;
    if (json_parse(a, text, &row, NULL) || document_reorder(RESOURCE_USER, row, a, &canonical))
        abort();
    return entity_new(RESOURCE_USER, id, canonical);
}

static struct entity_set *samples(struct arena *a)
{
    struct entity_set *set = entity_set_new(RESOURCE_USER, USERS);
    for (unsigned n = 0; set && n < USERS; n++)
        entity_set_put(set, sample(a, n));
    if (!set)
        abort();
    return set;
}

static void plan(const struct rsql *tree, const struct entity_set *set, struct arena *arena,
                 struct arena *scratch)
{
    struct access everything = { .level = ACCESS_VIEW, .all = true };
    struct plan_question q = { .set = { set->count, set->items },
                               .indexed = set,
                               .resource = RESOURCE_USER,
                               .filter = tree,
                               .access = &everything,
                               .desktop = &everything };
    bool held[USERS] = { false };
    struct plan found;
    if (plan_make(&q, arena, &found) != ERR_OK)
        return;
    for (size_t i = 0; i < found.count; i++)
        held[plan_position(&found, i)] = true;
    for (size_t i = 0; i < set->count; i++) {
        bool matches = config_filter_matches(tree, set->items[i], scratch);
        if (matches ? !held[i] : found.exact && held[i])
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *arena, *scratch;
    static struct entity_set *set;
    if (!arena) {
        arena = arena_new(16 << 20);
        scratch = arena_new(16 << 20);
        set = samples(scratch);
    }
    arena_reset(arena);
    arena_reset(scratch);
    struct slice text = { (const char *)data, size }, why = { NULL, 0 };
    struct rsql *tree;
    struct config_search search;
    enum err err = rsql_parse(arena, text, &tree, &why);
    if (err != ERR_OK && !why.at)
        abort();
    if (err == ERR_OK && config_filter_bind(arena, tree, RESOURCE_USER, false, &why) == ERR_OK)
        plan(tree, set, arena, scratch);
    if (config_search_parse(arena, text, RESOURCE_USER, &search, &why) == ERR_OK)
        config_search_matches(&search, set->items[0], scratch);
    return 0;
}
