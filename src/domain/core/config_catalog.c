/* The catalogue's working version seen through config_view.h. Asked a few times a step; the one
 * walk over all queues (each_queue_team) happens only after a change of configuration. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "domain/catalog/catalog.h"
#include "domain/core/centre.h"

static const struct entity *get(void *ctx, struct uuid org, enum resource r, struct uuid id)
{
    return uuid_is_nil(id) ? NULL : catalog_working_get(ctx, org, r, id);
}

/* False: a channel that this contact centre does not handle (FAX, VIDEO ...). */
static bool channel_of(struct slice word, enum channel_type *out)
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
    if (!e || !channel_of(entity_text(e, FIELD_ENTRY_POINT_CHANNEL_TYPE), &out->channel))
        return false;
    out->name = entity_text(e, FIELD_ENTRY_POINT_NAME);
    out->active = entity_bool(e, FIELD_ENTRY_POINT_ACTIVE, true);
    out->default_queue = entity_ref(e, FIELD_ENTRY_POINT_DEFAULT_QUEUE_ID);
    return true;
}

/* Of seconds. Configuration sets no upper bound: past this one (30,000 years) all is for ever, and
 * a time that is added to never overflows. */
static int64_t milliseconds(int64_t seconds)
{
    const int64_t most = 1000000000000;
    return 1000 * (seconds < most ? seconds : most);
}

static bool view_queue(void *ctx, struct uuid org, struct uuid id, struct config_queue *out)
{
    const struct entity *e = get(ctx, org, RESOURCE_CONTACT_SERVICE_QUEUE, id);
    if (!e || !channel_of(entity_text(e, FIELD_CONTACT_SERVICE_QUEUE_CHANNEL_TYPE), &out->channel))
        return false;
    out->name = entity_text(e, FIELD_CONTACT_SERVICE_QUEUE_NAME);
    out->active = entity_bool(e, FIELD_CONTACT_SERVICE_QUEUE_ACTIVE, true);
    out->service_level_ms =
        milliseconds(entity_i64(e, FIELD_CONTACT_SERVICE_QUEUE_SERVICE_LEVEL_THRESHOLD, 0));
    out->max_wait_ms =
        milliseconds(entity_i64(e, FIELD_CONTACT_SERVICE_QUEUE_MAX_TIME_IN_QUEUE, 0));
    out->rona_ms = 0;
    out->strategy = entity_text(e, FIELD_CONTACT_SERVICE_QUEUE_ROUTING_TYPE);
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

/* ---- who serves which queue ---- */

struct group {
    int64_t order, after_ms;
    const struct json *teams;
};

static int by_order(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    if (x->order != y->order)
        return x->order > y->order ? 1 : -1;
    return (x->after_ms > y->after_ms) - (x->after_ms < y->after_ms);
}

static void each_team(const struct json *teams, struct config_serves s,
                      void (*fn)(void *arg, const struct config_serves *s), void *arg)
{
    JSON_EACH(member, teams)
    {
        if (uuid_parse(json_text(json_get(member, "teamId"), SLICE("")), &s.team))
            fn(arg, &s);
    }
}

/* In their order; none comes sooner than the one before it. */
static void each_group(struct arena *a, const struct json *groups, struct uuid queue,
                       void (*fn)(void *arg, const struct config_serves *s), void *arg)
{
    struct group *list = arena_alloc(a, LIMIT_entity_list_max * sizeof *list);
    struct config_serves s = { .queue = queue };
    size_t n = 0;
    JSON_EACH(group, groups)
    {
        if (!list || n == LIMIT_entity_list_max)
            break;
        list[n++] = (struct group){ .order = json_i64(json_get(group, "order"), 0),
                                    .after_ms = 1000 * json_i64(json_get(group, "duration"), 0),
                                    .teams = json_get(group, "agentGroups") };
    }
    if (n > 0)
        qsort(list, n, sizeof *list, by_order);
    for (size_t i = 0; i < n; i++) {
        if (list[i].after_ms > s.after_ms)
            s.after_ms = list[i].after_ms;
        each_team(list[i].teams, s, fn, arg);
    }
}

static void view_each_queue_team(void *ctx, struct uuid org,
                                 void (*fn)(void *arg, const struct config_serves *s), void *arg)
{
    struct catalog_set set = catalog_working(ctx, org, RESOURCE_CONTACT_SERVICE_QUEUE);
    struct arena *a = arena_new(LIMIT_request_arena_bytes_max);
    for (size_t i = 0; a && i < set.count; i++) {
        const struct entity *e = set.items[i];
        struct json *groups;
        if (entity_bool(e, FIELD_CONTACT_SERVICE_QUEUE_ACTIVE, true) &&
            entity_parse(e, FIELD_CONTACT_SERVICE_QUEUE_CALL_DISTRIBUTION_GROUPS, a, &groups) ==
                ERR_OK)
            each_group(a, groups, entity_id(e), fn, arg);
        arena_reset(a);
    }
    arena_free(a);
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
        .each_queue_team = view_each_queue_team,
    };
    return (struct config_view){ &ops, c };
}
