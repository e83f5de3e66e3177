/* Attributes that entries of a skill carry since objects inside entities have them (organisation,
 * version, times): what was written before then gets them. They come with any writing of the list,
 * so the same list is written again. */
#include "base/arena.h"
#include "base/limits.h"
#include "domain/catalog/commands.h"
#include "domain/catalog/references.h"
#include "domain/catalog/schema.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

/* The list when one of its entries (`skill` at NULL: any, else those of the skill) lacks them;
 * NULL: none does. */
static const struct json *list_to_fill(const struct entity *e, enum field list, struct slice skill,
                                       struct arena *a)
{
    struct json *entries;
    struct slice raw = entity_raw(e, list);
    bool mentions = !skill.at || (raw.at && memmem(raw.at, raw.len, skill.at, skill.len));
    if (!mentions || entity_parse(e, list, a, &entries) != ERR_OK)
        return NULL;
    JSON_EACH(entry, entries)
    {
        struct slice of = json_text(json_get(entry, "skillId"), SLICE(""));
        if (!json_get(entry, "version") && (!skill.at || slice_eq_nocase(of, skill)))
            return entries;
    }
    return NULL;
}

struct filling {
    struct world *world;
    const struct catalog_change *all; /* what was asked for */
    struct arena *scratch;            /* one entity's, emptied before the next */
};

/* False: there was nothing to do, or it could not be done. */
static bool fill(const struct filling *f, const struct entity *e, enum field list,
                 struct slice skill, struct effects *fx)
{
    arena_reset(f->scratch);
    const struct json *entries = list_to_fill(e, list, skill, f->scratch);
    struct catalog_change change = *f->all;
    if (!entries)
        return false;
    change.resource = entity_resource(e);
    change.id = entity_id(e);
    change.partial = true;
    change.body =
        arena_printf(fx->arena, "{\"%s\":%.*s}", field_rules[list].name, SLICE_ARG(entries->raw));
    return change.body.at && catalog_update(f->world, &change, fx) == ERR_OK;
}

enum err catalog_populate_skill(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_change *all = args;
    struct catalog *c = world_catalog(w);
    const struct entity *skill = catalog_working_get(c, all->org, RESOURCE_SKILL, all->id);
    char id[UUID_TEXT_LEN + 1];
    unsigned filled = 0;
    if (!skill)
        return ERR_NOT_FOUND;
    struct filling f = { w, all, arena_new(LIMIT_request_arena_bytes_max) };
    if (!f.scratch)
        return ERR_OUT_OF_MEMORY;
    uuid_format(all->id, id);
    fill(&f, skill, FIELD_SKILL_ENUM_SKILL_VALUES, (struct slice){ NULL, 0 }, fx);
    for (size_t i = 0; filled < LIMIT_bulk_items_max && effects_have_room(fx); i++) {
        struct catalog_set users = catalog_working(c, all->org, RESOURCE_USER);
        if (i >= users.count)
            break;
        filled += fill(&f, users.items[i], FIELD_USER_DYNAMIC_SKILLS, slice_of(id), fx);
    }
    arena_free(f.scratch);
    fx->detail = fx->result = (struct slice){ NULL, 0 };
    return ERR_OK;
}
