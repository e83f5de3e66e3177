/* Names of skills in the entries that give them to users: written with each change of the user, and
 * filled in afterwards where they are missing. */
#include "base/arena.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "domain/catalog/commands.h"
#include "domain/catalog/references.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

/* The list when one of its entries is of the skill and without its name; NULL: none is. */
static const struct json *list_to_fill(const struct entity *user, struct slice skill,
                                       struct arena *a)
{
    struct json *list;
    if (entity_parse(user, FIELD_USER_DYNAMIC_SKILLS, a, &list) != ERR_OK)
        return NULL;
    JSON_EACH(entry, list)
    {
        if (slice_eq_nocase(json_text(json_get(entry, "skillId"), SLICE("")), skill) &&
            !json_get(entry, "skillName"))
            return list;
    }
    return NULL;
}

/* The same list again: the name comes in with the writing. */
static enum err fill(struct world *w, const struct catalog_change *all, struct uuid user,
                     const struct json *list, struct effects *fx)
{
    struct catalog_change change = *all;
    change.resource = RESOURCE_USER;
    change.id = user;
    change.partial = true;
    change.body = arena_printf(fx->arena, "{\"dynamicSkills\":%.*s}", SLICE_ARG(list->raw));
    return change.body.at ? catalog_update(w, &change, fx) : ERR_OUT_OF_MEMORY;
}

enum err catalog_fill_skill_names(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_change *all = args;
    struct catalog *c = world_catalog(w);
    char skill[UUID_TEXT_LEN + 1];
    unsigned filled = 0;
    if (!catalog_working_get(c, all->org, RESOURCE_SKILL, all->id))
        return ERR_NOT_FOUND;
    uuid_format(all->id, skill);
    for (size_t i = 0; filled < LIMIT_bulk_items_max; i++) {
        struct catalog_set users = catalog_working(c, all->org, RESOURCE_USER);
        if (i >= users.count)
            break;
        struct uuid id = entity_id(users.items[i]);
        const struct json *list = list_to_fill(users.items[i], slice_of(skill), fx->arena);
        if (list && fill(w, all, id, list, fx) == ERR_OK)
            filled++;
    }
    fx->detail = fx->result = (struct slice){ NULL, 0 };
    return ERR_OK;
}
