/* Who changed a part of an entity last, and when: what no client writes, and few ask for. A user
 * notes changes after its creation only: a million users made with a skill profile need no more
 * memory for it. */
#include <inttypes.h>

#include "base/arena.h"
#include "base/json_write.h"
#include "domain/catalog/catalog_priv.h"
#include "domain/catalog/check.h"
#include "domain/catalog/hooks.h"
#include "domain/catalog/naming.h"
#include "domain/core/world.h"

static bool is_changed(const struct check *c, enum field f)
{
    struct slice before = c->before ? entity_raw(c->before, f) : (struct slice){ NULL, 0 };
    return !slice_eq(before, document_value(c->document, f));
}

/* NULL: a machine account, or the server itself. */
static const struct entity *actor(const struct check *c)
{
    return view_get(&c->view, RESOURCE_USER, world_catalog(c->world)->actor);
}

static void set_text(struct check *c, enum field f, struct slice text)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, c->arena);
    json_writer_init(&w, &out);
    json_put_text(&w, text);
    document_set(c->document, f, buf_failed(&out) ? (struct slice){ NULL, 0 } : buf_slice(&out));
}

static void set_now(struct check *c, enum field f)
{
    document_set(c->document, f, arena_printf(c->arena, "%" PRId64, world_now_ms(c->world)));
}

static void clear(struct check *c, enum field f)
{
    document_set(c->document, f, (struct slice){ NULL, 0 });
}

void hook_user_skills_noted(struct check *c)
{
    const struct entity *who = actor(c);
    if (!c->before)
        return;
    if (is_changed(c, FIELD_USER_SKILL_PROFILE_ID)) {
        set_now(c, FIELD_USER_SKILL_PROFILE_UPDATED_TIME);
        clear(c, FIELD_USER_SKILL_PROFILE_UPDATED_BY);
        if (who)
            document_set(c->document, FIELD_USER_SKILL_PROFILE_UPDATED_BY,
                         entity_raw(who, FIELD_USER_ID));
    }
    if (is_changed(c, FIELD_USER_DYNAMIC_SKILLS)) {
        set_now(c, FIELD_USER_DYNAMIC_SKILLS_UPDATED_TIME);
        clear(c, FIELD_USER_DYNAMIC_SKILLS_UPDATED_BY);
        if (who)
            set_text(c, FIELD_USER_DYNAMIC_SKILLS_UPDATED_BY, entity_name(who, c->arena));
    }
}

void hook_queue_agents_noted(struct check *c)
{
    const struct entity *who = actor(c);
    if (!is_changed(c, FIELD_CONTACT_SERVICE_QUEUE_AGENTS))
        return;
    set_now(c, FIELD_CONTACT_SERVICE_QUEUE_AGENTS_LAST_UPDATED_TIME);
    clear(c, FIELD_CONTACT_SERVICE_QUEUE_AGENTS_LAST_UPDATED_BY_USER_NAME);
    clear(c, FIELD_CONTACT_SERVICE_QUEUE_AGENTS_LAST_UPDATED_BY_USER_EMAIL_PREFIX);
    if (!who)
        return;
    struct slice email = entity_text_copy(who, FIELD_USER_EMAIL, c->arena), prefix;
    slice_cut(&email, '@', &prefix);
    set_text(c, FIELD_CONTACT_SERVICE_QUEUE_AGENTS_LAST_UPDATED_BY_USER_NAME,
             entity_name(who, c->arena));
    set_text(c, FIELD_CONTACT_SERVICE_QUEUE_AGENTS_LAST_UPDATED_BY_USER_EMAIL_PREFIX, prefix);
}

/* The time inside an object that a client wrote: the former one as long as `member` says the same.
 */
static void note_time(struct check *c, enum field f, const char *member, const char *time, bool on)
{
    struct slice raw = document_value(c->document, f);
    struct json *now, *before = NULL;
    if (!on || !raw.at || json_parse(c->arena, raw, &now, NULL) != ERR_OK || json_get(now, time))
        return;
    if (c->before)
        entity_parse(c->before, f, c->arena, &before);
    const struct json *former = json_get(before, time);
    bool same = former && slice_eq(json_text(json_get(now, member), SLICE("")),
                                   json_text(json_get(before, member), SLICE("")));
    int64_t at = same ? json_i64(former, 0) : world_now_ms(c->world);
    document_set(c->document, f,
                 arena_printf(c->arena, "%.*s%s\"%s\":%" PRId64 "}", (int)raw.len - 1, raw.at,
                              raw.len > 2 ? "," : "", time, at));
}

static const struct json *member_of(struct check *c, enum field f, const char *member)
{
    struct json *object;
    struct slice raw = document_value(c->document, f);
    return raw.at && json_parse(c->arena, raw, &object, NULL) == ERR_OK ? json_get(object, member)
                                                                        : NULL;
}

void hook_queue_times_noted(struct check *c)
{
    const enum field skill = FIELD_CONTACT_SERVICE_QUEUE_ASSISTANT_SKILL;
    const enum field ai = FIELD_CONTACT_SERVICE_QUEUE_PERSONALIZED_AI_ROUTING;
    struct slice mode = json_text(member_of(c, ai, "aiRoutingMode"), SLICE(""));
    note_time(c, skill, "assistantSkillId", "assistantSkillUpdatedTime",
              member_of(c, skill, "assistantSkillId") != NULL);
    note_time(c, ai, "aiRoutingMode", "evaluationModeStartTime", slice_is(mode, "EVALUATION"));
}
