#include "domain/catalog/audit.h"

#include "base/arena.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "domain/catalog/catalog_priv.h"
#include "domain/catalog/naming.h"
#include "domain/catalog/schema.h"
#include "domain/catalog/security.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

static void put_change(struct json_writer *w, const char *field, struct slice before,
                       struct slice now)
{
    if (!before.at && !now.at)
        return;
    if (before.at && now.at && slice_eq(before, now))
        return;
    json_object_begin(w);
    json_member_cstr(w, "field", field);
    if (before.at)
        json_member_raw(w, "before", before);
    if (now.at)
        json_member_raw(w, "after", now);
    json_object_end(w);
}

void audit_put_changes(struct json_writer *w, const struct entity *before, const struct entity *now)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(now ? now : before)];
    json_array_begin(w);
    for (enum field f = rule->first; f < rule->first + rule->count; f++) {
        if (field_rules[f].derive ||
            (field_rules[f].flags & (RULE_COMMON | RULE_HIDDEN | RULE_ASKED)))
            continue;
        put_change(w, field_rules[f].name,
                   before ? entity_raw(before, f) : (struct slice){ NULL, 0 },
                   now ? entity_raw(now, f) : (struct slice){ NULL, 0 });
    }
    json_array_end(w);
}

void audit_actor(struct catalog *c, struct uuid by, bool silent)
{
    c->actor = by;
    c->silent = silent;
}

static void put_id(struct json_writer *w, const char *name, struct uuid id)
{
    char text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    json_member_cstr(w, name, text);
}

static void put_actor(struct json_writer *w, const struct catalog *c, struct uuid org,
                      struct arena *a)
{
    if (uuid_is_nil(c->actor))
        return;
    const struct entity *user = catalog_working_get(c, org, RESOURCE_USER, c->actor);
    put_id(w, "by", c->actor);
    if (user)
        json_member_text(w, "byName", entity_name(user, a));
}

struct change_made {
    struct uuid org, id; /* of the entry */
    const struct entity *before, *now;
};

/* `whole`: with the values. */
static struct slice write_entry(struct world *w, const struct change_made *m, bool whole,
                                struct arena *a)
{
    static const char *const actions[] = { "DELETE", "CREATE", "UPDATE" };
    const struct entity *before = m->before, *now = m->now, *e = now ? now : before;
    struct buf out;
    struct json_writer j;
    buf_init_arena(&out, a);
    json_writer_init(&j, &out);
    json_object_begin(&j);
    put_id(&j, "id", m->id);
    json_member_i64(&j, "time", world_now_ms(w));
    put_actor(&j, world_catalog(w), m->org, a);
    json_member_cstr(&j, "action", actions[(now ? 1 : 0) + (now && before ? 1 : 0)]);
    json_member_cstr(&j, "entityType", resource_rules[entity_resource(e)].name);
    put_id(&j, "entityId", entity_id(e));
    json_member_text(&j, "entityName", entity_name(e, a));
    json_member_i64(&j, "version", entity_version(e));
    if (whole) {
        json_key(&j, "changes");
        audit_put_changes(&j, before, now);
    }
    json_object_end(&j);
    return buf_failed(&out) ? (struct slice){ NULL, 0 } : buf_slice(&out);
}

static void publish(struct world *w, struct uuid org, struct slice entry, struct effects *fx)
{
    char org_text[UUID_TEXT_LEN + 1];
    uuid_format(org, org_text);
    effects_event_made(fx, &(struct event){ .type = EVENT_CONFIG_CHANGED,
                                            .at_ms = world_now_ms(w),
                                            .org = slice_of(org_text),
                                            .body = entry });
}

void audit_note(struct world *w, struct uuid org, const struct entity *before,
                const struct entity *now, struct effects *fx)
{
    struct catalog *c = world_catalog(w);
    struct org *o = catalog_org(c, org, false);
    if (c->silent || !o)
        return;
    struct trail_item item = { .id = world_new_id(w), .at_ms = world_now_ms(w) };
    struct change_made made = { .org = org, .id = item.id, .before = before, .now = now };
    struct slice entry = write_entry(w, &made, true, fx->arena);
    fx->failed |= !entry.at;
    if (!entry.at)
        return;
    publish(w, org, entry, fx);
    security_note_change(w, org, before, now, fx);
    item.text =
        entry.len <= LIMIT_audit_entry_bytes_max ? entry : write_entry(w, &made, false, fx->arena);
    fx->failed |= trail_add(&o->audit, org, &item, item.text, fx) != ERR_OK;
}

/* ---- reading ---- */

static bool is_asked_for(const struct audit_question *q, struct slice entry, struct arena *scratch)
{
    struct json *node;
    struct uuid id;
    if (!q->type.len && uuid_is_nil(q->id))
        return true;
    if (json_parse(scratch, entry, &node, NULL) != ERR_OK)
        return false;
    if (q->type.len && !slice_eq(json_text(json_get(node, "entityType"), SLICE("")), q->type))
        return false;
    return uuid_is_nil(q->id) ||
           (uuid_parse(json_text(json_get(node, "entityId"), SLICE("")), &id) &&
            uuid_eq(id, q->id));
}

enum err audit_read(struct world *w, const void *args, struct effects *fx)
{
    const struct audit_question *q = args;
    struct org *o = catalog_org(world_catalog(w), q->org, false);
    struct buf out;
    struct json_writer j;
    size_t seen = 0;
    buf_init_arena(&out, fx->arena);
    json_writer_init(&j, &out);
    json_array_begin(&j);
    for (size_t i = o ? o->audit.count : 0; i > 0; i--) {
        struct slice entry = trail_at(&o->audit, i - 1)->text;
        if (!is_asked_for(q, entry, fx->arena))
            continue;
        if (seen >= q->first && seen - q->first < q->count)
            json_put_raw(&j, entry);
        seen++;
    }
    json_array_end(&j);
    if (buf_failed(&out))
        return ERR_OUT_OF_MEMORY;
    *q->total = seen;
    fx->result = buf_slice(&out);
    return ERR_OK;
}
