/* The catalogue's working version seen through config_view.h. Asked a few times a step; the one
 * walk over all queues (config_queues.c) happens only after a change of configuration. */
#include <stdio.h>

#include "domain/catalog/catalog.h"
#include "domain/core/centre.h"
#include "domain/core/config_catalog_priv.h"

static const struct entity *get(void *ctx, struct uuid org, enum resource r, struct uuid id)
{
    return uuid_is_nil(id) ? NULL : catalog_working_get(ctx, org, r, id);
}

/* False: a channel that this contact centre does not handle (FAX, VIDEO ...). */
bool config_channel(struct slice word, enum channel_type *out)
{
    static const char *const words[channel_type_count] = {
        [CHANNEL_TELEPHONY] = "TELEPHONY",
        [CHANNEL_CHAT] = "CHAT",
        [CHANNEL_EMAIL] = "EMAIL",
        [CHANNEL_SOCIAL] = "SOCIAL_CHANNEL",
    };
    for (int i = 0; i < channel_type_count; i++) {
        if (slice_is(word, words[i])) {
            *out = (enum channel_type)i;
            return true;
        }
    }
    return false;
}

static bool view_entry_point(void *ctx, struct uuid org, struct uuid id,
                             struct config_entry_point *out)
{
    const struct entity *e = get(ctx, org, RESOURCE_ENTRY_POINT, id);
    if (!e || !config_channel(entity_text(e, FIELD_ENTRY_POINT_CHANNEL_TYPE), &out->channel))
        return false;
    out->name = entity_text(e, FIELD_ENTRY_POINT_NAME);
    out->active = entity_bool(e, FIELD_ENTRY_POINT_ACTIVE, true);
    out->default_queue = entity_ref(e, FIELD_ENTRY_POINT_DEFAULT_QUEUE_ID);
    out->max_contacts = entity_i64(e, FIELD_ENTRY_POINT_MAXIMUM_ACTIVE_CONTACTS, 0);
    return true;
}

/* Of seconds. Configuration sets no upper bound: past this one (30,000 years) all is for ever, and
 * a time that is added to never overflows. */
int64_t config_milliseconds(int64_t seconds)
{
    const int64_t most = 1000000000000;
    return 1000 * (seconds < most ? seconds : most);
}

static bool view_queue(void *ctx, struct uuid org, struct uuid id, struct config_queue *out)
{
    const struct entity *e = get(ctx, org, RESOURCE_CONTACT_SERVICE_QUEUE, id);
    if (!e ||
        !config_channel(entity_text(e, FIELD_CONTACT_SERVICE_QUEUE_CHANNEL_TYPE), &out->channel))
        return false;
    out->name = entity_text(e, FIELD_CONTACT_SERVICE_QUEUE_NAME);
    out->active = entity_bool(e, FIELD_CONTACT_SERVICE_QUEUE_ACTIVE, true);
    out->service_level_ms =
        config_milliseconds(entity_i64(e, FIELD_CONTACT_SERVICE_QUEUE_SERVICE_LEVEL_THRESHOLD, 0));
    out->max_wait_ms =
        config_milliseconds(entity_i64(e, FIELD_CONTACT_SERVICE_QUEUE_MAX_TIME_IN_QUEUE, 0));
    out->rona_ms = 0;
    out->max_contacts = entity_i64(e, FIELD_CONTACT_SERVICE_QUEUE_MAX_ACTIVE_CONTACTS, 0);
    return true;
}

static bool view_team(void *ctx, struct uuid org, struct uuid id, struct config_team *out)
{
    const struct entity *e = get(ctx, org, RESOURCE_TEAM, id);
    if (!e)
        return false;
    out->name = entity_text(e, FIELD_TEAM_NAME);
    out->active = entity_bool(e, FIELD_TEAM_ACTIVE, true);
    out->site = entity_ref(e, FIELD_TEAM_SITE_ID);
    const struct entity *site = get(ctx, org, RESOURCE_SITE, out->site);
    out->site_name = site ? entity_text(site, FIELD_SITE_NAME) : SLICE("");
    return true;
}

static void join_names(struct config_user *u, struct slice first, struct slice last)
{
    int n = snprintf(u->name_space, sizeof u->name_space, "%.*s%s%.*s", SLICE_ARG(first),
                     first.len > 0 && last.len > 0 ? " " : "", SLICE_ARG(last));
    size_t len = n < 0 ? 0 : (size_t)n;
    if (len >= sizeof u->name_space) { /* cut, but not inside a character */
        len = sizeof u->name_space - 1;
        while (len > 0 && ((unsigned char)u->name_space[len] & 0xC0) == 0x80)
            len--;
    }
    u->name = (struct slice){ u->name_space, len };
}

static bool view_user(void *ctx, struct uuid org, struct uuid id, struct config_user *out)
{
    const struct entity *e = get(ctx, org, RESOURCE_USER, id);
    if (!e)
        return false;
    join_names(out, entity_text(e, FIELD_USER_FIRST_NAME), entity_text(e, FIELD_USER_LAST_NAME));
    out->sign_in = entity_text(e, FIELD_USER_EMAIL);
    out->active = entity_bool(e, FIELD_USER_ACTIVE, true) &&
                  entity_bool(e, FIELD_USER_CONTACT_CENTER_ENABLED, true);
    out->agent_profile = entity_ref(e, FIELD_USER_AGENT_PROFILE_ID);
    out->multimedia_profile = entity_ref(e, FIELD_USER_MULTIMEDIA_PROFILE_ID);
    return true;
}

/* Either side may name the other. */
static bool view_user_in_team(void *ctx, struct uuid org, struct uuid user, struct uuid team)
{
    const struct entity *u = get(ctx, org, RESOURCE_USER, user);
    const struct entity *t = get(ctx, org, RESOURCE_TEAM, team);
    return u && t &&
           (entity_lists_ref(u, FIELD_USER_TEAM_IDS, team) ||
            entity_lists_ref(t, FIELD_TEAM_USER_IDS, user));
}

static const struct entity *active_profile(void *ctx, struct uuid org, struct uuid id)
{
    const struct entity *e = get(ctx, org, RESOURCE_MULTIMEDIA_PROFILE, id);
    return e && entity_bool(e, FIELD_MULTIMEDIA_PROFILE_ACTIVE, true) ? e : NULL;
}

static const struct entity *system_profile(void *ctx, struct uuid org)
{
    struct catalog_set set = catalog_working(ctx, org, RESOURCE_MULTIMEDIA_PROFILE);
    for (size_t i = 0; i < set.count; i++)
        if (entity_bool(set.items[i], FIELD_MULTIMEDIA_PROFILE_SYSTEM_DEFAULT, false))
            return set.items[i];
    return NULL;
}

/* The user's, else the team's, else the site's, else what every organisation starts with. */
static const struct entity *profile_of(void *ctx, struct uuid org, struct uuid user,
                                       struct uuid team)
{
    const struct entity *u = get(ctx, org, RESOURCE_USER, user);
    const struct entity *t = get(ctx, org, RESOURCE_TEAM, team);
    const struct entity *s =
        t ? get(ctx, org, RESOURCE_SITE, entity_ref(t, FIELD_TEAM_SITE_ID)) : NULL;
    const struct entity *found = NULL;
    if (u)
        found = active_profile(ctx, org, entity_ref(u, FIELD_USER_MULTIMEDIA_PROFILE_ID));
    if (!found && t)
        found = active_profile(ctx, org, entity_ref(t, FIELD_TEAM_MULTI_MEDIA_PROFILE_ID));
    if (!found && s)
        found = active_profile(ctx, org, entity_ref(s, FIELD_SITE_MULTIMEDIA_PROFILE_ID));
    return found ? found : system_profile(ctx, org);
}

static unsigned units(const struct entity *e, enum field f)
{
    int64_t n = entity_i64(e, f, 0);
    return n > 0 ? (unsigned)n : 0;
}

static bool view_capacity(void *ctx, struct uuid org, struct uuid user, struct uuid team,
                          struct config_capacity *out)
{
    const struct entity *e = profile_of(ctx, org, user, team);
    int mode = BLENDING_BLENDED;
    if (!e)
        return false;
    if (entity_bool(e, FIELD_MULTIMEDIA_PROFILE_BLENDING_MODE_ENABLED, true))
        words_find(&words_blending, entity_text(e, FIELD_MULTIMEDIA_PROFILE_BLENDING_MODE), &mode);
    out->profile = entity_id(e);
    out->blending = (enum blending)mode;
    out->units[CHANNEL_TELEPHONY] = units(e, FIELD_MULTIMEDIA_PROFILE_TELEPHONY);
    out->units[CHANNEL_CHAT] = units(e, FIELD_MULTIMEDIA_PROFILE_CHAT);
    out->units[CHANNEL_EMAIL] = units(e, FIELD_MULTIMEDIA_PROFILE_EMAIL);
    out->units[CHANNEL_SOCIAL] = units(e, FIELD_MULTIMEDIA_PROFILE_SOCIAL);
    return true;
}

/* ---- auxiliary codes ---- */

static void fill_code(const struct entity *e, struct config_aux_code *out)
{
    out->id = entity_id(e);
    out->name = entity_text(e, FIELD_AUXILIARY_CODE_NAME);
    out->active = entity_bool(e, FIELD_AUXILIARY_CODE_ACTIVE, true);
    out->is_idle = entity_is(e, FIELD_AUXILIARY_CODE_WORK_TYPE_CODE, "IDLE_CODE");
}

static bool view_aux_code(void *ctx, struct uuid org, struct uuid id, struct config_aux_code *out)
{
    const struct entity *e = get(ctx, org, RESOURCE_AUXILIARY_CODE, id);
    if (e)
        fill_code(e, out);
    return e != NULL;
}

static bool view_default_idle_code(void *ctx, struct uuid org, struct config_aux_code *out)
{
    struct catalog_set set = catalog_working(ctx, org, RESOURCE_AUXILIARY_CODE);
    for (size_t i = 0; i < set.count; i++) {
        struct config_aux_code code;
        fill_code(set.items[i], &code);
        if (!code.active || !code.is_idle ||
            !entity_bool(set.items[i], FIELD_AUXILIARY_CODE_DEFAULT_CODE, false))
            continue;
        *out = code;
        return true;
    }
    return false;
}

static bool view_rona_code(void *ctx, struct uuid org, struct config_aux_code *out)
{
    struct catalog_set set = catalog_working(ctx, org, RESOURCE_AUXILIARY_CODE);
    for (size_t i = 0; i < set.count; i++) {
        const struct entity *e = set.items[i];
        if (!entity_bool(e, FIELD_AUXILIARY_CODE_IS_SYSTEM_CODE, false) ||
            !entity_is(e, FIELD_AUXILIARY_CODE_NAME, "RONA"))
            continue;
        fill_code(e, out);
        return true;
    }
    return false;
}

struct config_view config_catalog(struct catalog *c)
{
    static const struct config_view_ops ops = {
        .entry_point = view_entry_point,
        .queue = view_queue,
        .team = view_team,
        .user = view_user,
        .user_in_team = view_user_in_team,
        .capacity = view_capacity,
        .aux_code = view_aux_code,
        .default_idle_code = view_default_idle_code,
        .rona_code = view_rona_code,
        .skill_profile = config_skill_profile,
        .profile_skills = config_profile_skills,
        .user_skills = config_user_skills,
        .queue_ranks = config_queue_ranks,
        .each_routing = config_each_routing,
    };
    return (struct config_view){ &ops, c };
}
