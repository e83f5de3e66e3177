/* The operations on webhook subscriptions, of both generations
 * (spec/operations/subscriptions.yaml).
 */
#include "api/rest/routes.h"
#include "api/services.h"
#include "api/webhook/webhooks.h"
#include "base/arena.h"
#include "base/epoch.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "domain/catalog/standing.h"
#include "domain/identity/identity.h"
#include "domain/subscription/commands.h"

static int generation_of(const struct rest_call *call)
{
    return strncmp(call->operation->path, "/v2/", 4) == 0 ? 2 : 1;
}

static struct uuid org_of(const struct rest_call *call)
{
    struct uuid org = call->principal.org;
    uuid_parse(call->org, &org);
    return org;
}

/* ---- answers ---- */

static void put_id(struct json_writer *w, const char *name, struct uuid id)
{
    char text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    json_member_cstr(w, name, text);
}

static void put_subscription(struct json_writer *w, const struct subscription *s)
{
    json_object_begin(w);
    put_id(w, "id", s->id);
    json_member_text(w, "name", s->name);
    if (s->description.len)
        json_member_text(w, "description", s->description);
    json_key(w, "eventTypes");
    json_array_begin(w);
    for (unsigned i = 0; i < s->listed_count; i++)
        json_put_cstr(w, webhook_events[s->listed[i]].name);
    json_array_end(w);
    json_member_text(w, "destinationUrl", s->url);
    json_member_i64(w, "createdTime", s->created_ms);
    json_member_text(w, "createdBy", s->created_by);
    json_member_cstr(w, "status", s->active ? "active" : "inactive");
    json_member_i64(w, "lastUpdatedTime", s->updated_ms);
    json_member_text(w, "lastUpdatedBy", s->updated_by);
    if (s->generation == 2)
        json_member_text(w, "resourceVersion", s->resource_version);
    json_object_end(w);
}

struct answer {
    struct buf out;
    struct json_writer w;
};

static void answer_begin(struct answer *a, struct rest_call *call)
{
    buf_init_arena(&a->out, call->arena);
    json_writer_init(&a->w, &a->out);
    json_object_begin(&a->w);
}

static enum err answer_end(struct answer *a, struct rest_call *call)
{
    json_object_end(&a->w);
    if (buf_failed(&a->out))
        return ERR_OUT_OF_MEMORY;
    rest_reply(call, call->operation->success, buf_slice(&a->out));
    return ERR_OK;
}

static void begin_meta(struct answer *a, struct rest_call *call)
{
    json_key(&a->w, "meta");
    json_object_begin(&a->w);
    put_id(&a->w, "orgId", org_of(call));
}

static enum err answer_one(struct rest_call *call, const struct subscription *s)
{
    struct answer a;
    answer_begin(&a, call);
    begin_meta(&a, call);
    json_object_end(&a.w);
    json_key(&a.w, "data");
    put_subscription(&a.w, s);
    return answer_end(&a, call);
}

/* ---- reading ---- */

static void put_resources(struct json_writer *w)
{
    json_key(w, "resourceVersionList");
    json_array_begin(w);
    for (const struct webhook_resource_row *r = webhook_resources; r->resource; r++) {
        json_object_begin(w);
        json_member_cstr(w, "resource", r->resource);
        json_member_cstr(w, "version", r->version);
        json_object_end(w);
    }
    json_array_end(w);
}

enum err rest_event_types(struct rest_call *call)
{
    struct answer a;
    answer_begin(&a, call);
    json_key(&a.w, "data");
    json_array_begin(&a.w);
    for (int i = 0; i < WEBHOOK_EVENT_COUNT; i++) {
        json_object_begin(&a.w);
        json_member_cstr(&a.w, "name", webhook_events[i].name);
        json_member_cstr(&a.w, "resource", webhook_events[i].resource);
        json_member_cstr(&a.w, "action", webhook_events[i].action);
        json_object_end(&a.w);
    }
    json_array_end(&a.w);
    begin_meta(&a, call);
    if (generation_of(call) == 2)
        put_resources(&a.w);
    json_object_end(&a.w);
    return answer_end(&a, call);
}

static const struct subscription_set *published(struct rest_call *call)
{
    return subscriptions_published(webhooks_subscriptions(call->services->webhooks), org_of(call));
}

static int64_t subscription_limit(struct rest_call *call)
{
    epoch_enter();
    struct catalog_standing s = catalog_standing(call->services->catalog, org_of(call));
    epoch_leave();
    int64_t own = s.limits[ORG_LIMIT_SUBSCRIPTIONS];
    return own >= 0 ? own : org_limit_default(ORG_LIMIT_SUBSCRIPTIONS);
}

enum err rest_subscription_list(struct rest_call *call)
{
    struct answer a;
    answer_begin(&a, call);
    json_key(&a.w, "data");
    json_array_begin(&a.w);
    epoch_enter();
    const struct subscription_set *set = published(call);
    size_t count = set->count;
    for (size_t i = 0; i < count; i++)
        if (set->items[i].generation == generation_of(call))
            put_subscription(&a.w, &set->items[i]);
    epoch_leave();
    json_array_end(&a.w);
    begin_meta(&a, call);
    json_member_i64(&a.w, "subscriptionLimit", subscription_limit(call));
    json_member_i64(&a.w, "subscriptionCount", (int64_t)count);
    json_object_end(&a.w);
    return answer_end(&a, call);
}

enum err rest_subscription_get(struct rest_call *call)
{
    struct uuid id;
    enum err e = ERR_NOT_FOUND;
    if (!uuid_parse(call->params[0], &id))
        return ERR_NOT_FOUND;
    epoch_enter();
    const struct subscription *s = subscription_in(published(call), id);
    if (s && s->generation == generation_of(call))
        e = answer_one(call, s);
    epoch_leave();
    return e;
}

/* ---- changing ---- */

static bool take_text(struct rest_call *call, const char *name, struct slice *out)
{
    const struct json *v = json_get(call->body, name);
    if (!v || v->type == JSON_NULL)
        return true;
    if (v->type == JSON_STRING) {
        *out = v->text;
        return true;
    }
    rest_failf(call, ERR_INVALID_FIELD, "%s: must be a text", name);
    return false;
}

static bool take_events(struct rest_call *call, struct subscription_draft *d)
{
    const struct json *list = json_get(call->body, "eventTypes");
    if (!list || list->type == JSON_NULL)
        return true;
    struct slice *names = arena_alloc(call->arena, list->count * sizeof *names + 1);
    bool good = names && list->type == JSON_ARRAY;
    if (good)
        JSON_EACH(item, list)
        {
            good = good && item->type == JSON_STRING;
            names[d->event_count++] = item->text;
        }
    if (!good) {
        rest_failf(call, ERR_INVALID_FIELD, "eventTypes: must be a list of texts");
        return false;
    }
    d->has_events = true;
    d->events = names;
    return true;
}

/* The body may name the organisation too; it must be the one of the token. */
static bool check_org(struct rest_call *call)
{
    struct slice text = { NULL, 0 };
    struct uuid org;
    if (!take_text(call, "orgId", &text))
        return false;
    if (!text.len || (uuid_parse(text, &org) && uuid_eq(org, call->principal.org)))
        return true;
    rest_fail(call, ERR_FORBIDDEN, (struct slice){ NULL, 0 });
    return false;
}

static struct slice user_of(struct rest_call *call)
{
    struct identity_user user;
    epoch_enter();
    bool known = identity_user_by_id(call->services->identity, call->principal.org,
                                     call->principal.user, &user);
    epoch_leave();
    return known ? arena_copy(call->arena, slice_of(user.email)) : SLICE("system");
}

/* False: answered already. */
static bool take_draft(struct rest_call *call, struct subscription_draft *d)
{
    if (!call->body || call->body->type != JSON_OBJECT) {
        rest_failf(call, ERR_BAD_REQUEST, "The body must be a JSON object");
        return false;
    }
    *d = (struct subscription_draft){ .org = org_of(call),
                                      .generation = generation_of(call),
                                      .allow_private = call->services->allow_private_webhooks,
                                      .by = user_of(call) };
    return check_org(call) && take_text(call, "name", &d->name) &&
           take_text(call, "description", &d->description) &&
           take_text(call, "destinationUrl", &d->url) && take_text(call, "secret", &d->secret) &&
           take_text(call, "resourceVersion", &d->resource_version) &&
           take_text(call, "status", &d->status) && take_events(call, d);
}

static void answer_changed(struct rest_call *call, const struct core_answer *answer)
{
    struct json *v;
    struct subscription s;
    enum err e = answer->err;
    if (e == ERR_OK)
        e = json_parse(call->arena, answer->result, &v, NULL);
    if (e == ERR_OK)
        e = subscription_read(v, &s);
    if (e == ERR_OK)
        e = answer_one(call, &s);
    if (e != ERR_OK)
        rest_fail(call, e, answer->detail);
}

static void answer_deleted(struct rest_call *call, const struct core_answer *answer)
{
    if (answer->err == ERR_OK)
        rest_reply(call, call->operation->success, (struct slice){ "", 0 });
    else
        rest_fail(call, answer->err, answer->detail);
}

enum err rest_subscription_create(struct rest_call *call)
{
    struct subscription_draft *d = arena_alloc(call->arena, sizeof *d);
    if (!d)
        return ERR_OUT_OF_MEMORY;
    if (!take_draft(call, d))
        return ERR_OK;
    d->status = (struct slice){ NULL, 0 }; /* active at once, whatever was sent */
    return rest_submit(call, subscription_create, d, answer_changed);
}

enum err rest_subscription_update(struct rest_call *call)
{
    struct subscription_change *c = arena_alloc(call->arena, sizeof *c);
    if (!c)
        return ERR_OUT_OF_MEMORY;
    if (!uuid_parse(call->params[0], &c->id))
        return ERR_NOT_FOUND;
    if (!take_draft(call, &c->draft))
        return ERR_OK;
    if (c->draft.generation == 2 && !c->draft.resource_version.at)
        return rest_failf(call, ERR_INVALID_FIELD, "resourceVersion: should not be null or blank");
    return rest_submit(call, subscription_update, c, answer_changed);
}

enum err rest_subscription_delete(struct rest_call *call)
{
    struct subscription_name *n = arena_alloc(call->arena, sizeof *n);
    if (!n)
        return ERR_OUT_OF_MEMORY;
    *n = (struct subscription_name){ .org = org_of(call), .generation = generation_of(call) };
    if (!uuid_parse(call->params[0], &n->id))
        return ERR_NOT_FOUND;
    return rest_submit(call, subscription_delete, n, answer_deleted);
}
