/* Entities that nobody uses and nobody has touched for long go, a bounded number in one step. */
#include "base/arena.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "domain/catalog/commands.h"
#include "domain/catalog/references.h"
#include "domain/catalog/schema.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

static bool is_old_and_inactive(const struct entity *e, enum field active, int64_t now_ms)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(e)];
    const int64_t age_ms = (int64_t)LIMIT_purge_age_days_min * 24 * 3600 * 1000;
    if (entity_bool(e, active, true))
        return false;
    if (rule->system_default != FIELD_COUNT && entity_bool(e, rule->system_default, false))
        return false;
    return now_ms - entity_i64(e, rule->last_updated_time, now_ms) >= age_ms;
}

/* Ids of the candidates from `from` on; *next: where the following batch begins, or nil. */
static size_t candidates(struct world *w, const struct catalog_purge *p, struct uuid *ids,
                         struct uuid *next)
{
    struct catalog_set set = catalog_working(world_catalog(w), p->org, p->resource);
    enum field active = resource_rules[p->resource].active;
    size_t count = 0;
    *next = (struct uuid){ { 0 } };
    for (size_t i = 0; active != FIELD_COUNT && i < set.count; i++) {
        const struct entity *e = set.items[i];
        if (uuid_cmp(entity_id(e), p->from) < 0 || !is_old_and_inactive(e, active, world_now_ms(w)))
            continue;
        if (count == LIMIT_purge_batch_max) {
            *next = entity_id(e);
            break;
        }
        ids[count++] = entity_id(e);
    }
    return count;
}

static void put_id(struct json_writer *j, struct uuid id)
{
    char text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    json_put_cstr(j, text);
}

enum err catalog_purge(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_purge *p = args;
    struct uuid ids[LIMIT_purge_batch_max], next;
    struct buf out;
    struct json_writer j;
    size_t count = candidates(w, p, ids, &next);
    buf_init_arena(&out, fx->arena);
    json_writer_init(&j, &out);
    json_object_begin(&j);
    json_key(&j, "purged");
    json_array_begin(&j);
    for (size_t i = 0; i < count; i++) {
        if (!effects_have_room(fx)) {
            next = ids[i];
            break;
        }
        struct catalog_change gone = { .org = p->org, .resource = p->resource, .id = ids[i] };
        gone.by = p->by;
        gone.dry_run = p->dry_run;
        if (catalog_delete(w, &gone, fx) == ERR_OK) /* those that others point at stay */
            put_id(&j, ids[i]);
    }
    json_array_end(&j);
    if (!uuid_is_nil(next)) {
        json_key(&j, "nextStartId");
        put_id(&j, next);
    }
    json_object_end(&j);
    fx->detail = (struct slice){ NULL, 0 };
    fx->failed |= buf_failed(&out);
    fx->result = buf_slice(&out);
    return ERR_OK;
}
