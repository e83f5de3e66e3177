#include "server/demo.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/epoch.h"
#include "base/limits.h"
#include "base/log.h"
#include "domain/catalog/catalog.h"
#include "domain/catalog/commands.h"
#include "domain/identity/commands.h"
#include "domain/identity/password.h"
#include "server/engine.h"

struct demo_row {
    enum resource resource;
    const char *id, *json;
};
static const struct demo_row rows[] = {
#define DEMO_ORGANIZATION(id, name, timezone)
#define DEMO_PASSWORD(password)
#define DEMO_ROW(resource, id, json) { resource, id, json },
#include "server/demo_rows.def"
#undef DEMO_ORGANIZATION
#undef DEMO_PASSWORD
#undef DEMO_ROW
};
static const struct {
    const char *id, *name, *timezone, *password;
} demo = {
#define DEMO_ORGANIZATION(i, n, t) .id = (i), .name = (n), .timezone = (t),
#define DEMO_PASSWORD(p)           .password = (p),
#define DEMO_ROW(resource, id, json)
#include "server/demo_rows.def"
};

struct uuid demo_organization(void)
{
    struct uuid id = { { 0 } };
    (void)uuid_parse(slice_of(demo.id), &id);
    return id;
}

static bool is_there(const struct demo_house *h, enum resource r, struct uuid id)
{
    epoch_enter();
    bool found = r == RESOURCE_ORGANIZATION
                     ? catalog_has_org(h->catalog, id)
                     : catalog_get(h->catalog, demo_organization(), r, id) != NULL;
    epoch_leave();
    return found;
}

/* ---- references to system defaults: "$resource/name" becomes an id ---- */

/* The field called name of each resource that defaults may be referred to in. */
static const struct {
    const char *resource;
    enum resource set;
    enum field name;
} named[] = {
    { "multimedia-profile", RESOURCE_MULTIMEDIA_PROFILE, FIELD_MULTIMEDIA_PROFILE_NAME },
    { "work-type", RESOURCE_WORK_TYPE, FIELD_WORK_TYPE_NAME },
    { "agent-profile", RESOURCE_AGENT_PROFILE, FIELD_AGENT_PROFILE_NAME },
    { "user-profile", RESOURCE_USER_PROFILE, FIELD_USER_PROFILE_NAME },
};

static bool find_named(const struct demo_house *h, struct slice resource, struct slice name,
                       char id[UUID_TEXT_LEN + 1])
{
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (!slice_is(resource, named[i].resource))
            continue;
        epoch_enter();
        const struct entity *e = catalog_find(h->catalog, demo_organization(), named[i].name, name);
        if (e)
            uuid_format(entity_id(e), id);
        epoch_leave();
        return e != NULL;
    }
    return false;
}

/* Copies the row's JSON with every "$resource/name" resolved. ERR_NOT_FOUND: one names nothing. */
static enum err resolve(const struct demo_house *h, struct slice json, struct buf *out)
{
    ptrdiff_t dollar;
    while ((dollar = slice_find(json, '$')) >= 0) {
        struct slice rest = slice_sub(json, (size_t)dollar + 1, json.len), reference, resource;
        char id[UUID_TEXT_LEN + 1];
        buf_add(out, slice_sub(json, 0, (size_t)dollar));
        if (!slice_cut(&rest, '"', &reference) || !slice_cut(&reference, '/', &resource) ||
            !find_named(h, resource, reference, id))
            return ERR_NOT_FOUND;
        buf_add(out, slice_of(id));
        buf_add_char(out, '"');
        json = rest;
    }
    buf_add(out, json);
    return buf_failed(out) ? ERR_OUT_OF_MEMORY : ERR_OK;
}

/* ---- making ---- */

static enum err report(const char *what, struct slice name, enum err err, struct slice detail)
{
    if (err != ERR_OK)
        log_write(LOG_ERROR, "demo_refused", LOG_TEXT("what", slice_of(what)),
                  LOG_TEXT("row", name), LOG_TEXT("why", slice_of(err_code(err))),
                  LOG_TEXT("detail", detail));
    return err;
}

static enum err make_organization(const struct demo_house *h, struct arena *a)
{
    struct catalog_organization args = { .id = demo_organization(),
                                         .name = slice_of(demo.name),
                                         .timezone = slice_of(demo.timezone) };
    struct core_answer answer = { 0 };
    if (is_there(h, RESOURCE_ORGANIZATION, args.id))
        return ERR_OK;
    enum err err = engine_run(h->engine, catalog_create_organization, &args, a, &answer);
    return report("organization", args.name, err, answer.detail);
}

static enum err set_password(const struct demo_house *h, struct uuid user, const char *hash)
{
    struct identity_set_password_args args = {
        .base = { .identity = h->identity, .now_ms = clock_now_ms(h->clock) },
        .org = demo_organization(),
        .user = user,
        .hash = slice_of(hash),
    };
    return report("password", SLICE("user"),
                  engine_run(h->engine, identity_set_password, &args, NULL, NULL),
                  (struct slice){ 0 });
}

/* A user without a password (the last start was cut short between the two) gets it now. */
static enum err make_password(const struct demo_house *h, struct uuid user, const char *hash,
                              struct arena *a)
{
    struct slice old;
    enum err err = identity_password_hash(h->identity, demo_organization(), user, a, &old);
    return err == ERR_NOT_FOUND ? set_password(h, user, hash) : err;
}

static enum err make_row(const struct demo_house *h, const struct demo_row *row, const char *hash,
                         struct arena *a)
{
    struct catalog_change change = { .org = demo_organization(),
                                     .resource = row->resource,
                                     .system = true };
    struct core_answer answer = { 0 };
    struct buf body;
    enum err err = ERR_OK;
    if (!uuid_parse(slice_of(row->id), &change.id))
        return ERR_INTERNAL;
    if (!is_there(h, row->resource, change.id)) {
        buf_init_arena(&body, a);
        err = resolve(h, slice_of(row->json), &body);
        change.body = buf_slice(&body);
        if (err == ERR_OK)
            err = engine_run(h->engine, catalog_create, &change, a, &answer);
        if (report("row", slice_of(row->json), err, answer.detail) != ERR_OK)
            return err;
    }
    return row->resource == RESOURCE_USER ? make_password(h, change.id, hash, a) : err;
}

/* The password is no secret: one hash serves all, so that a first start does not take seconds. */
enum err demo_make(const struct demo_house *h)
{
    const struct demo_row *last = &rows[sizeof rows / sizeof *rows - 1];
    struct uuid last_id;
    struct arena *a = arena_new(LIMIT_request_arena_bytes_max);
    struct slice hash_there;
    char hash[PASSWORD_HASH_MAX];
    if (!a)
        return ERR_OUT_OF_MEMORY;
    bool complete =
        uuid_parse(slice_of(last->id), &last_id) && is_there(h, last->resource, last_id) &&
        identity_password_hash(h->identity, demo_organization(), last_id, a, &hash_there) == ERR_OK;
    enum err err = complete ? ERR_OK : make_organization(h, a);
    if (!complete && err == ERR_OK)
        err = password_hash(slice_of(demo.password), PASSWORD_COST, hash);
    for (size_t i = 0; !complete && i < sizeof rows / sizeof *rows && err == ERR_OK; i++)
        err = make_row(h, &rows[i], hash, a);
    arena_free(a);
    return err;
}
