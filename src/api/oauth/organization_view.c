#include <stdlib.h>

#include "api/oauth/organizations.h"
#include "base/epoch.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/text.h"
#include "domain/catalog/catalog.h"

/* ---- showing ---- */

static void put_limits(struct json_writer *w, const struct catalog_standing *s)
{
    json_key(w, "limits");
    json_object_begin(w);
    for (int i = 0; i < ORG_LIMIT_COUNT; i++) {
        enum org_limit l = (enum org_limit)i;
        json_member_i64(w, org_limit_name(l),
                        s->limits[i] >= 0 ? s->limits[i] : org_limit_default(l));
    }
    json_object_end(w);
}

static void put_one(struct json_writer *w, const struct catalog *c, const struct entity *e)
{
    char id[UUID_TEXT_LEN + 1];
    struct uuid org = entity_id(e);
    struct catalog_standing s = catalog_standing(c, org);
    uuid_format(org, id);
    json_object_begin(w);
    json_member_cstr(w, "orgId", id);
    json_member_raw(w, "name", entity_raw(e, FIELD_ORGANIZATION_NAME));
    json_member_raw(w, "timezone", entity_raw(e, FIELD_ORGANIZATION_TIMEZONE));
    json_member_cstr(w, "state", org_state_word(s.state));
    json_member_i64(w, "since",
                    s.since_ms ? s.since_ms : entity_i64(e, FIELD_ORGANIZATION_CREATED_TIME, 0));
    json_member_i64(w, "users", (int64_t)catalog_published(c, org, RESOURCE_USER).count);
    put_limits(w, &s);
    json_object_end(w);
}

enum err organization_write(struct json_writer *w, const struct catalog *c, struct uuid org)
{
    epoch_enter();
    const struct entity *e = catalog_get(c, org, RESOURCE_ORGANIZATION, org);
    if (e)
        put_one(w, c, e);
    epoch_leave();
    return e ? ERR_OK : ERR_NOT_FOUND;
}

struct listing {
    const struct catalog *catalog;
    const struct entity *found[LIMIT_organizations_max + 1]; /* one may come while we look */
    size_t count;
};

static bool note(void *ctx, struct uuid org)
{
    struct listing *l = ctx;
    const struct entity *e = catalog_get(l->catalog, org, RESOURCE_ORGANIZATION, org);
    if (e)
        l->found[l->count++] = e;
    return l->count < sizeof l->found / sizeof *l->found;
}

static int by_name(const void *a, const void *b)
{
    const struct entity *x = *(const struct entity *const *)a;
    const struct entity *y = *(const struct entity *const *)b;
    int order =
        slice_cmp(entity_text(x, FIELD_ORGANIZATION_NAME), entity_text(y, FIELD_ORGANIZATION_NAME));
    return order ? order : uuid_cmp(entity_id(x), entity_id(y));
}

void organizations_write(struct json_writer *w, const struct catalog *c)
{
    struct listing l = { .catalog = c };
    json_array_begin(w);
    epoch_enter();
    catalog_each_org(c, note, &l);
    qsort(l.found, l.count, sizeof(const struct entity *), by_name);
    for (size_t i = 0; i < l.count; i++)
        put_one(w, c, l.found[i]);
    epoch_leave();
    json_array_end(w);
}

/* ---- reading ---- */

static bool text_member(const struct json *v, const char *name, struct slice fallback,
                        struct slice *out)
{
    const struct json *member = json_get(v, name);
    *out = json_text(member, fallback);
    return !member || member->type == JSON_STRING;
}

const char *organization_read(const struct json *body, struct identity_organization_args *out,
                              struct slice *password)
{
    const struct json *admin = json_get(body, "admin");
    struct slice id;
    if (!text_member(body, "name", SLICE(""), &out->name) ||
        !text_member(body, "timezone", SLICE(""), &out->timezone) ||
        !text_member(body, "orgId", SLICE(""), &id))
        return "name, timezone, orgId: should be texts";
    if (id.len && !uuid_parse(id, &out->org))
        return "orgId: should be an id";
    if (!admin || !text_member(admin, "email", SLICE(""), &out->email) ||
        !text_member(admin, "firstName", SLICE("First"), &out->first_name) ||
        !text_member(admin, "lastName", SLICE("Administrator"), &out->last_name) ||
        !text_member(admin, "password", SLICE(""), password))
        return "admin: should have an email, and may have firstName, lastName, password, all texts";
    return NULL;
}

const char *organization_limits_read(const struct json *body, struct catalog_limits *out)
{
    for (int i = 0; i < ORG_LIMIT_COUNT; i++)
        out->limits[i] = STANDING_KEEP;
    if (!body || body->type != JSON_OBJECT)
        return "limits: should be an object";
    JSON_EACH(member, body)
    {
        int i = 0;
        while (i < ORG_LIMIT_COUNT && !slice_is(member->key, org_limit_name((enum org_limit)i)))
            i++;
        if (i == ORG_LIMIT_COUNT)
            return "limits: names one that does not exist";
        if (member->type != JSON_NULL && (member->type != JSON_INT || member->integer < 0))
            return "limits: should be whole numbers from 0, or null for the server's own";
        out->limits[i] = member->type == JSON_NULL ? STANDING_DEFAULT : member->integer;
    }
    return NULL;
}

enum err organization_password(char out[ORGANIZATION_PASSWORD_LEN + 1])
{
    uint8_t bytes[ORGANIZATION_PASSWORD_LEN / 2];
    enum err e = random_secret(bytes, sizeof bytes);
    if (e == ERR_OK)
        hex_encode(bytes, sizeof bytes, out);
    return e;
}
