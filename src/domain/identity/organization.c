/* A new organisation, with the first person who can do something in it, in one step. */
#include "base/arena.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "domain/catalog/catalog.h"
#include "domain/catalog/commands.h"
#include "domain/catalog/schema.h"
#include "domain/hours/calendar.h"
#include "domain/identity/identity_priv.h"

static const struct entity *profile_of(struct catalog *c, struct uuid org, const char *type)
{
    struct catalog_set set = catalog_working(c, org, RESOURCE_USER_PROFILE);
    for (size_t i = 0; i < set.count; i++)
        if (entity_is(set.items[i], FIELD_USER_PROFILE_PROFILE_TYPE, type))
            return set.items[i];
    return NULL;
}

static struct slice administrator(const struct identity_organization_args *a,
                                  const struct entity *profile, struct arena *arena)
{
    char id[UUID_TEXT_LEN + 1];
    struct buf out;
    struct json_writer w;
    uuid_format(entity_id(profile), id);
    buf_init_arena(&out, arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_member_text(&w, "firstName", a->first_name);
    json_member_text(&w, "lastName", a->last_name);
    json_member_text(&w, "email", a->email);
    json_member_cstr(&w, "userProfileId", id);
    json_member_bool(&w, "contactCenterEnabled", false);
    json_member_bool(&w, "active", true);
    json_object_end(&w);
    return buf_failed(&out) ? (struct slice){ NULL, 0 } : buf_slice(&out);
}

static enum err create_administrator(struct world *w, const struct identity_organization_args *a,
                                     struct uuid org, struct uuid user, struct effects *fx)
{
    const struct entity *profile = profile_of(world_catalog(w), org, "ADMINISTRATOR");
    struct catalog_change change = {
        .org = org, .resource = RESOURCE_USER, .id = user, .system = true
    };
    if (!profile)
        return ERR_INTERNAL; /* spec/defaults.yaml has one */
    change.body = administrator(a, profile, fx->arena);
    return change.body.at ? catalog_create(w, &change, fx) : ERR_OUT_OF_MEMORY;
}

static void answer(const struct identity_organization_args *a, struct uuid org, struct uuid user,
                   struct effects *fx)
{
    char org_text[UUID_TEXT_LEN + 1], user_text[UUID_TEXT_LEN + 1];
    struct buf out;
    struct json_writer w;
    uuid_format(org, org_text);
    uuid_format(user, user_text);
    buf_init_arena(&out, fx->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_member_cstr(&w, "orgId", org_text);
    json_member_text(&w, "name", a->name);
    json_member_cstr(&w, "adminId", user_text);
    json_member_text(&w, "adminEmail", a->email);
    json_object_end(&w);
    fx->failed = fx->failed || buf_failed(&out);
    fx->result = buf_slice(&out);
}

/* At least as strict as the catalogue, for what it refused after the organisation is made would
 * leave half of one. */
static bool is_email(struct slice text)
{
    size_t at = 0, ats = 0;
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.at[i] <= ' ' || text.at[i] == 0x7f)
            return false;
        if (text.at[i] == '@') {
            at = i;
            ats++;
        }
    }
    return text.len <= IDENTITY_EMAIL_MAX && ats == 1 && at > 0 && at + 1 < text.len;
}

static bool is_name(struct slice text)
{
    return text.len > 0 && text.len <= LIMIT_organization_name_bytes_max;
}

static const char *flaw_of(const struct identity_organization_args *a)
{
    if (!is_name(a->name))
        return "name: should have 1 to 255 bytes";
    if (!is_name(a->first_name) || !is_name(a->last_name))
        return "firstName, lastName: should have 1 to 255 bytes";
    if (a->timezone.len && !is_time_zone(a->timezone))
        return "timezone: should be a time zone, as America/New_York";
    return is_email(a->email) ? NULL : "email: should be an address";
}

struct survey {
    struct catalog *catalog;
    struct slice email;
    size_t count;
    bool taken;
};

static bool look_at(void *ctx, struct uuid org)
{
    struct survey *s = ctx;
    s->count++;
    s->taken |= catalog_working_find(s->catalog, org, FIELD_USER_EMAIL, s->email) != NULL;
    return true;
}

static enum err refused(struct world *w, const struct identity_organization_args *a,
                        struct effects *fx)
{
    struct survey s = { .catalog = world_catalog(w), .email = a->email };
    const char *flaw = flaw_of(a);
    if (flaw) {
        effects_detail(fx, "%s", flaw);
        return ERR_INVALID_FIELD;
    }
    catalog_working_each_org(s.catalog, look_at, &s);
    if (s.count >= LIMIT_organizations_max) {
        effects_detail(fx, "the server has %zu organisations already", s.count);
        return ERR_LIMIT;
    }
    if (s.taken || (!uuid_is_nil(a->org) && world_org_state(w, a->org) != ORG_ABSENT)) {
        effects_detail(fx, s.taken ? "email: is already used" : "orgId: is already used");
        return ERR_DUPLICATE;
    }
    return ERR_OK;
}

enum err identity_create_organization(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_organization_args *a = args;
    struct uuid org = uuid_is_nil(a->org) ? world_new_id(w) : a->org, user = world_new_id(w);
    struct catalog_organization made = { .id = org, .name = a->name, .timezone = a->timezone };
    struct identity_set_password_args password = {
        .base = a->base, .org = org, .user = user, .hash = a->hash, .temporary = a->temporary
    };
    enum err e = refused(w, a, fx);
    if (e != ERR_OK)
        return e;
    e = catalog_create_organization(w, &made, fx);
    if (e != ERR_OK)
        return e;
    e = create_administrator(w, a, org, user, fx);
    identity_credential_put(&password, fx);
    answer(a, org, user, fx);
    if (e != ERR_OK)
        fx->failed = true; /* half an organisation: the engine starts again from the store */
    return e;
}
