#include "api/config/lookup.h"

#include <strings.h>

#include "api/config/gate.h"
#include "base/arena.h"
#include "base/epoch.h"
#include "base/limits.h"
#include "domain/catalog/schema.h"

void lookup_put(const struct entity *e, struct json_writer *w, enum field f)
{
    struct slice raw = entity_raw(e, f);
    if (raw.at)
        json_member_raw(w, field_rules[f].name, raw);
}

void lookup_put_head(const struct entity *e, struct json_writer *w)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(e)];
    lookup_put(e, w, rule->organization_id);
    lookup_put(e, w, rule->id);
    lookup_put(e, w, rule->version);
}

void lookup_put_tail(const struct entity *e, struct json_writer *w)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(e)];
    lookup_put(e, w, rule->created_time);
    lookup_put(e, w, rule->last_updated_time);
}

bool lookup_mentions(const struct entity *e, enum field f, struct uuid id)
{
    char text[UUID_TEXT_LEN + 1];
    struct slice raw = entity_raw(e, f);
    uuid_format(id, text);
    return raw.at && !uuid_is_nil(id) && memmem(raw.at, raw.len, text, UUID_TEXT_LEN);
}

static bool contains_nocase(struct slice text, struct slice part)
{
    for (size_t i = 0; i + part.len <= text.len; i++) {
        if (strncasecmp(text.at + i, part.at, part.len) == 0)
            return true;
    }
    return false;
}

static bool found(const struct lookup *l, const struct entity *e)
{
    if (!l->search.len)
        return true;
    for (unsigned i = 0; i < 4 && l->searched[i] != FIELD_COUNT; i++) {
        if (contains_nocase(entity_text(e, l->searched[i]), l->search))
            return true;
    }
    return false;
}

static void put_row(struct lookup *l, const struct entity *e, struct json_writer *w)
{
    json_object_begin(w);
    l->put(l, e, w);
    json_object_end(w);
}

/* The rows of the page; counts all. */
static void put_rows(struct lookup *l, struct config_page *page, struct json_writer *w)
{
    struct catalog_set set = l->view.set(l->view.catalog, l->view.org, l->resource);
    size_t first = page->number * page->size;
    json_key(w, "data");
    json_array_begin(w);
    for (size_t i = 0; i < set.count; i++) {
        if (!access_shows(&l->access, set.items[i]) || !found(l, set.items[i]) ||
            !l->wanted(l, set.items[i]))
            continue;
        if (page->total >= first && page->total - first < page->size)
            put_row(l, set.items[i], w);
        page->total++;
    }
    json_array_end(w);
}

static enum err write_all(struct lookup *l, struct config_page *page, struct buf *out)
{
    struct json_writer w;
    enum err e = gate_read(l->call, l->resource, &l->access);
    if (e == ERR_OK && l->prepare)
        e = l->prepare(l);
    if (e != ERR_OK)
        return e;
    json_writer_init(&w, out);
    json_object_begin(&w);
    put_rows(l, page, &w);
    if (!l->page_rows)
        page->size = page->total ? page->total : 1;
    json_key(&w, "meta");
    json_object_begin(&w);
    config_page_meta(&w, page, l->call->http, l->call->org);
    json_object_end(&w);
    json_object_end(&w);
    return ERR_OK;
}

enum err lookup_answer(struct rest_call *call, const struct lookup *question)
{
    struct lookup l = *question;
    struct config_page page = { .size = LIMIT_entities_per_org_max };
    struct buf out;
    l.call = call;
    l.arena = call->arena;
    l.view = config_view(call);
    enum err e = l.page_rows ? page_read_of(call->http, l.page_rows, &page, &l.why) : ERR_OK;
    if (l.page_rows && http_query(call->http, "search", &l.search))
        l.search = slice_trim(l.search);
    buf_init_arena(&out, call->arena);
    if (e == ERR_OK) {
        epoch_enter();
        e = write_all(&l, &page, &out);
        epoch_leave();
    }
    if (e == ERR_OK)
        return config_answer(call, &out);
    rest_fail(call, e, l.why);
    return ERR_OK;
}
