/* An entry's key in its trail is what one may ask for, in bytes: type, user, client, 0, address. So
 * a question compares bytes and reads no JSON. */
#include "domain/catalog/security.h"

#include <assert.h>

#include "base/arena.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "domain/catalog/catalog_priv.h"
#include "domain/catalog/naming.h"
#include "domain/catalog/schema.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

static const struct slice PREFIX = SLICE_INIT("security.");
enum { USER_AT = 1, CLIENT_AT = USER_AT + (int)sizeof(struct uuid) };

void security_init(struct org *o)
{
    o->security = (struct trail){ .kind = SECURITY_KIND,
                                  .count_max = LIMIT_security_events_per_org_max,
                                  .bytes_max = LIMIT_security_bytes_per_org_max };
    o->tokens = o->security;
    o->tokens.kind = SECURITY_TOKEN_KIND;
}

static const char *word_of(enum event_type type)
{
    return event_name(type) + PREFIX.len;
}

bool security_type_find(struct slice word, enum event_type *out)
{
    for (int t = 0; t < EVENT_TYPE_COUNT; t++)
        if (slice_starts(slice_of(event_name((enum event_type)t)), PREFIX) &&
            slice_is(word, word_of((enum event_type)t))) {
            *out = (enum event_type)t;
            return true;
        }
    return false;
}

static bool is_everyday(enum event_type type)
{
    return type == EVENT_SECURITY_TOKEN_ISSUED || type == EVENT_SECURITY_TOKEN_REFRESHED ||
           type == EVENT_SECURITY_TOKEN_REVOKED;
}

static struct slice make_key(enum event_type type, struct uuid user, struct slice client,
                             struct slice address, struct arena *a)
{
    struct buf key;
    static_assert(EVENT_TYPE_COUNT < 256, "a type is one byte");
    buf_init_arena(&key, a);
    buf_add_char(&key, (char)type);
    buf_add(&key, (struct slice){ (const char *)user.bytes, sizeof user.bytes });
    buf_add(&key, client);
    buf_add_char(&key, 0);
    buf_add(&key, address);
    return buf_failed(&key) ? (struct slice){ NULL, 0 } : buf_slice(&key);
}

/* ---- writing ---- */

/* "user" and "userName", "by" and "byName". */
static void put_person(struct json_writer *j, const struct entity *user, struct uuid id,
                       const char *member, struct arena *a)
{
    if (uuid_is_nil(id))
        return;
    json_member_uuid(j, member, id);
    struct slice name = user ? arena_printf(a, "%sName", member) : SLICE("");
    if (name.len)
        json_member_text(j, name.at, entity_name(user, a));
}

static void put_text(struct json_writer *j, const char *member, struct slice text)
{
    if (text.len)
        json_member_text(j, member, text);
}

static struct slice write_event(struct world *w, const struct security_note *n, struct uuid id,
                                struct arena *a)
{
    struct catalog *c = world_catalog(w);
    struct buf out;
    struct json_writer j;
    buf_init_arena(&out, a);
    json_writer_init(&j, &out);
    json_object_begin(&j);
    json_member_uuid(&j, "id", id);
    json_member_i64(&j, "time", world_now_ms(w));
    json_member_cstr(&j, "type", word_of(n->type));
    put_person(&j, catalog_working_get(c, n->org, RESOURCE_USER, n->user), n->user, "user", a);
    put_person(&j, catalog_working_get(c, n->org, RESOURCE_USER, n->by), n->by, "by", a);
    put_text(&j, "client", n->client);
    put_text(&j, "address", n->address);
    put_text(&j, "detail", n->detail);
    if (n->count) {
        json_member_i64(&j, "count", n->count);
        json_member_i64(&j, "since", n->since_ms);
    }
    json_object_end(&j);
    return buf_failed(&out) ? (struct slice){ NULL, 0 } : buf_slice(&out);
}

void security_note(struct world *w, const struct security_note *n, struct effects *fx)
{
    char org_text[UUID_TEXT_LEN + 1] = "";
    if (!w || !world_state(w, WORLD_CATALOG))
        return;
    struct org *o = catalog_org(world_catalog(w), n->org, false);
    struct trail_item item = { .id = world_new_id(w), .at_ms = world_now_ms(w) };
    item.text = write_event(w, n, item.id, fx->arena);
    item.key = make_key(n->type, n->user, n->client, n->address, fx->arena);
    fx->failed |= !item.text.at || !item.key.at;
    if (fx->failed)
        return;
    if (o)
        uuid_format(n->org, org_text);
    effects_event(fx, &(struct event){ .type = n->type,
                                       .at_ms = item.at_ms,
                                       .org = slice_of(org_text),
                                       .agent = SLICE(""),
                                       .body = item.text });
    if (o)
        fx->failed |= trail_add(is_everyday(n->type) ? &o->tokens : &o->security, n->org, &item,
                                item.text, fx) != ERR_OK;
}

static bool differs(const struct entity *before, const struct entity *now, enum field f)
{
    return !slice_eq(entity_raw(before, f), entity_raw(now, f));
}

/* NULL: nothing that changes what anybody may do. */
static const char *rights_changed(const struct entity *before, const struct entity *now)
{
    enum resource r = entity_resource(now ? now : before);
    if (r == RESOURCE_USER_PROFILE)
        return !before ? "profile created" : !now ? "profile deleted" : "profile changed";
    if (r != RESOURCE_USER)
        return NULL;
    if (!before || !now)
        return before ? "user deleted" : "user created";
    if (differs(before, now, FIELD_USER_USER_PROFILE_ID))
        return "user profile";
    return differs(before, now, FIELD_USER_ACTIVE) ? "active" : NULL;
}

void security_note_change(struct world *w, struct uuid org, const struct entity *before,
                          const struct entity *now, struct effects *fx)
{
    const char *what = rights_changed(before, now);
    const struct entity *e = now ? now : before;
    if (!what)
        return;
    struct security_note n = { .type = EVENT_SECURITY_RIGHTS_CHANGED, .org = org };
    n.by = world_catalog(w)->actor;
    n.detail = slice_of(what);
    if (entity_resource(e) == RESOURCE_USER)
        n.user = entity_id(e);
    else
        n.detail = arena_printf(fx->arena, "%s: %.*s", what, SLICE_ARG(entity_name(e, fx->arena)));
    security_note(w, &n, fx);
}

/* A type that this version no longer knows stays readable, but is found by no question for one. */
struct slice security_key(const struct json *event, struct arena *a)
{
    enum event_type type;
    struct uuid user = { { 0 } };
    (void)uuid_parse(json_text(json_get(event, "user"), SLICE("")), &user);
    if (!security_type_find(json_text(json_get(event, "type"), SLICE("")), &type))
        type = EVENT_TYPE_COUNT;
    return make_key(type, user, json_text(json_get(event, "client"), SLICE("")),
                    json_text(json_get(event, "address"), SLICE("")), a);
}

/* ---- reading ---- */

static bool is_asked_for(const struct security_question *q, const struct trail_item *e)
{
    struct slice rest = slice_sub(e->key, CLIENT_AT, e->key.len), client;
    slice_cut(&rest, 0, &client);
    return (q->type < 0 || (unsigned char)e->key.at[0] == q->type) &&
           (uuid_is_nil(q->user) || memcmp(e->key.at + USER_AT, &q->user, sizeof q->user) == 0) &&
           (!q->client.len || slice_eq(client, q->client)) &&
           (!q->address.len || slice_eq(rest, q->address)) && e->at_ms >= q->from_ms &&
           (!q->to_ms || e->at_ms < q->to_ms);
}

/* The newer of the two lists' last entries; ids are in order of time. */
static const struct trail_item *step_back(const struct trail *a, size_t *i, const struct trail *b,
                                          size_t *k)
{
    if (!*i && !*k)
        return NULL;
    bool first = *i && (!*k || memcmp(&trail_at(a, *i - 1)->id, &trail_at(b, *k - 1)->id,
                                      sizeof(struct uuid)) > 0);
    return first ? trail_at(a, --*i) : trail_at(b, --*k);
}

enum err security_read(struct world *w, const void *args, struct effects *fx)
{
    const struct security_question *q = args;
    struct org *o = catalog_org(world_catalog(w), q->org, false);
    size_t i = o ? o->security.count : 0, k = o ? o->tokens.count : 0, seen = 0;
    struct buf out;
    struct json_writer j;
    buf_init_arena(&out, fx->arena);
    json_writer_init(&j, &out);
    json_array_begin(&j);
    for (const struct trail_item *e; o && (e = step_back(&o->security, &i, &o->tokens, &k));) {
        if (!is_asked_for(q, e))
            continue;
        if (seen >= q->first && seen - q->first < q->count)
            json_put_raw(&j, e->text);
        seen++;
    }
    json_array_end(&j);
    if (buf_failed(&out))
        return ERR_OUT_OF_MEMORY;
    *q->total = seen;
    fx->result = buf_slice(&out);
    return ERR_OK;
}
