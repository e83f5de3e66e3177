#include "domain/identity/users.h"

#include <stdio.h>

#include "domain/catalog/catalog.h"
#include "domain/catalog/standing.h"

enum role role_of_profile_type(struct slice type)
{
    static const struct {
        const char *type;
        enum role role;
    } rows[] = {
#define PROFILE_ROLE(type, symbol) { type, ROLE_##symbol },
#include "domain/identity/roles.def"
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (slice_is(type, rows[i].type))
            return rows[i].role;
    return ROLE_NONE;
}

static void fill(const struct catalog *c, struct uuid org, const struct entity *user,
                 struct identity_user *out)
{
    const struct entity *profile =
        catalog_get(c, org, RESOURCE_USER_PROFILE, entity_ref(user, FIELD_USER_USER_PROFILE_ID));
    out->org = org;
    out->id = entity_id(user);
    const enum org_state state = catalog_org_state(c, org);
    out->active = entity_bool(user, FIELD_USER_ACTIVE, false) && state == ORG_ACTIVE;
    out->suspended = state == ORG_SUSPENDED;
    out->role = profile
                    ? role_of_profile_type(entity_text(profile, FIELD_USER_PROFILE_PROFILE_TYPE))
                    : ROLE_NONE;
}

static void fill_words(const struct entity *user, struct identity_user *out)
{
    struct slice email = entity_text(user, FIELD_USER_EMAIL);
    struct slice first = entity_text(user, FIELD_USER_FIRST_NAME);
    struct slice last = entity_text(user, FIELD_USER_LAST_NAME);
    snprintf(out->email, sizeof out->email, "%.*s", SLICE_ARG(email));
    snprintf(out->name, sizeof out->name, "%.*s %.*s", SLICE_ARG(first), SLICE_ARG(last));
}

static bool by_id(void *ctx, struct uuid org, struct uuid id, struct identity_user *out)
{
    const struct entity *user = catalog_get(ctx, org, RESOURCE_USER, id);
    if (user)
        fill(ctx, org, user, out);
    return user != NULL;
}

static bool describe(void *ctx, struct uuid org, struct uuid id, struct identity_user *out)
{
    const struct entity *user = catalog_get(ctx, org, RESOURCE_USER, id);
    if (!user)
        return false;
    fill(ctx, org, user, out);
    fill_words(user, out);
    return true;
}

struct search {
    const struct catalog *catalog;
    struct slice email;
    struct identity_user *out;
    bool found;
};

static bool look_in(void *ctx, struct uuid org)
{
    struct search *s = ctx;
    const struct entity *user = catalog_find(s->catalog, org, FIELD_USER_EMAIL, s->email);
    if (!user)
        return true;
    fill(s->catalog, org, user, s->out);
    fill_words(user, s->out);
    s->found = true;
    return false;
}

static bool by_email(void *ctx, struct slice email, struct identity_user *out)
{
    struct search s = { .catalog = ctx, .email = email, .out = out };
    catalog_each_org(ctx, look_in, &s);
    return s.found;
}

static enum org_state org_state(void *ctx, struct uuid org)
{
    return catalog_org_state(ctx, org);
}

struct identity_directory identity_catalog_directory(struct catalog *c)
{
    return (struct identity_directory){
        .ctx = c,
        .by_id = by_id,
        .describe = describe,
        .by_email = by_email,
        .org_state = org_state,
    };
}
