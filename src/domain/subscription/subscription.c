/* One subscription as text, and the table of what can be subscribed to. */
#include "domain/subscription/subscription.h"

#include <assert.h>

#include "base/json_read.h"
#include "base/json_write.h"

static_assert(WEBHOOK_EVENT_COUNT <= 64, "they are bits of one number");

const struct webhook_event_row webhook_events[WEBHOOK_EVENT_COUNT] = {
#define WEBHOOK_EVENT(symbol, resource, action, made) \
    [WEBHOOK_##symbol] = { resource ":" action, resource, action, made },
#include "webhook_events.def"
};

const struct webhook_resource_row webhook_resources[] = {
#define WEBHOOK_RESOURCE(resource, version) { resource, version },
#include "webhook_events.def"
    { NULL, NULL },
};

bool webhook_event_find(struct slice name, enum webhook_event *out)
{
    for (int i = 0; i < WEBHOOK_EVENT_COUNT; i++)
        if (slice_is(name, webhook_events[i].name)) {
            *out = (enum webhook_event)i;
            return true;
        }
    return false;
}

static void put_id(struct json_writer *w, const char *name, struct uuid id)
{
    char text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    json_member_cstr(w, name, text);
}

static void put_text(struct json_writer *w, const char *name, struct slice text)
{
    if (text.len)
        json_member_text(w, name, text);
}

void subscription_write(struct json_writer *w, const struct subscription *s, bool with_secret)
{
    json_object_begin(w);
    put_id(w, "id", s->id);
    put_id(w, "orgId", s->org);
    json_member_i64(w, "generation", s->generation);
    json_member_bool(w, "active", s->active);
    put_text(w, "name", s->name);
    put_text(w, "description", s->description);
    put_text(w, "destinationUrl", s->url);
    if (with_secret)
        put_text(w, "secret", s->secret);
    put_text(w, "resourceVersion", s->resource_version);
    put_text(w, "createdBy", s->created_by);
    put_text(w, "lastUpdatedBy", s->updated_by);
    json_member_i64(w, "createdTime", s->created_ms);
    json_member_i64(w, "lastUpdatedTime", s->updated_ms);
    json_member_i64(w, "activeSince", s->active_since_ms);
    json_key(w, "eventTypes");
    json_array_begin(w);
    for (unsigned i = 0; i < s->listed_count; i++)
        json_put_cstr(w, webhook_events[s->listed[i]].name);
    json_array_end(w);
    json_object_end(w);
}

static struct slice text_of(const struct json *v, const char *name)
{
    return json_text(json_get(v, name), (struct slice){ "", 0 });
}

static enum err read_events(const struct json *list, struct subscription *s)
{
    JSON_EACH(item, list)
    {
        enum webhook_event e;
        if (s->listed_count == SUBSCRIPTION_EVENTS_MAX ||
            !webhook_event_find(json_text(item, SLICE("")), &e))
            return ERR_CORRUPT;
        s->listed[s->listed_count++] = (uint8_t)e;
        s->events |= (uint64_t)1 << e;
    }
    return ERR_OK;
}

enum err subscription_read(const struct json *v, struct subscription *out)
{
    struct subscription s = { .generation = (int)json_i64(json_get(v, "generation"), 0),
                              .active = json_bool(json_get(v, "active"), false),
                              .name = text_of(v, "name"),
                              .description = text_of(v, "description"),
                              .url = text_of(v, "destinationUrl"),
                              .secret = text_of(v, "secret"),
                              .resource_version = text_of(v, "resourceVersion"),
                              .created_by = text_of(v, "createdBy"),
                              .updated_by = text_of(v, "lastUpdatedBy"),
                              .created_ms = json_i64(json_get(v, "createdTime"), 0),
                              .updated_ms = json_i64(json_get(v, "lastUpdatedTime"), 0),
                              .active_since_ms = json_i64(json_get(v, "activeSince"), 0) };
    if (!uuid_parse(text_of(v, "id"), &s.id) || !uuid_parse(text_of(v, "orgId"), &s.org) ||
        s.generation < 1 || s.generation > 2 || !s.url.len)
        return ERR_CORRUPT;
    enum err e = read_events(json_get(v, "eventTypes"), &s);
    if (e == ERR_OK)
        *out = s;
    return e;
}
