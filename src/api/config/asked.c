#include "api/config/asked.h"

#include "base/arena.h"
#include "domain/catalog/schema.h"

bool query_is_on(struct http_request *req, const char *name)
{
    struct slice text;
    return http_query(req, name, &text) && slice_is(text, "true");
}

bool asked_for(struct http_request *req, enum field f)
{
    struct slice rest = slice_of(field_rules[f].on_demand), name;
    while (slice_cut(&rest, ',', &name)) {
        struct slice terminated = arena_printf(req->arena, "%.*s", SLICE_ARG(name));
        if (terminated.at && query_is_on(req, terminated.at))
            return true;
    }
    return false;
}

void put_field(struct json_writer *w, const struct catalog_view *view, const struct entity *e,
               enum field f)
{
    struct slice raw = field_rules[f].derive ? (struct slice){ NULL, 0 } : entity_raw(e, f);
    struct buf derived;
    buf_init_arena(&derived, w->out->arena);
    if (field_rules[f].derive && field_rules[f].derive(&derived, view, e))
        raw = buf_slice(&derived);
    if (raw.at)
        json_member_raw(w, field_rules[f].name, raw);
}

struct slice joined(struct slice object, struct slice more, struct arena *a)
{
    if (!object.at || !more.at)
        return (struct slice){ NULL, 0 };
    if (more.len <= 2)
        return object;
    return arena_printf(a, "%.*s,%.*s", (int)(object.len - 1), object.at, (int)(more.len - 1),
                        more.at + 1);
}

struct slice asked_with(struct http_request *req, const struct catalog_view *view,
                        const struct entity *e, struct slice served, struct arena *a)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(e)];
    const enum field end = rule->first + rule->count;
    struct buf out;
    struct json_writer w;
    if (rule->tail == end || !req->query.len)
        return served;
    buf_init_arena(&out, a);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    for (enum field f = rule->tail; f < end; f++) {
        if ((field_rules[f].flags & RULE_ASKED) && asked_for(req, f))
            put_field(&w, view, e, f);
    }
    json_object_end(&w);
    return buf_failed(&out) ? (struct slice){ NULL, 0 } : joined(served, buf_slice(&out), a);
}
