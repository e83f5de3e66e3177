#include "server/control_config.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/epoch.h"
#include "base/json_write.h"
#include "domain/catalog/schema.h"
#include "domain/catalog/transfer.h"
#include "domain/core/org.h"
#include "server/engine.h"

static command_fn *const verbs[] = { catalog_create, catalog_update, catalog_delete };

static enum err export(const struct catalog_view *view, struct arena *a,
                       struct core_answer *answer) {
    struct buf out; struct json_writer w; buf_init_arena(&out, a); json_writer_init(&w, &out);
    epoch_enter();
    transfer_export(view, &w);
    epoch_leave();
    answer->result = buf_slice(&out);
    return buf_failed(&out) ? ERR_OUT_OF_MEMORY : ERR_OK;
}

static bool try_step(const struct control *c, struct transfer_step *step, struct arena *a)
{
    struct core_answer answered = { .err = ERR_OK };
    const struct core_org_call call = { step->change.org, verbs[step->verb], &step->change };
    step->err = engine_run(c->engine, core_in_org, &call, a, &answered);
    step->detail = answered.detail;
    step->done = step->err == ERR_OK;
    return step->done;
}

/* Steps may need one another in any order (a queue its team, a team its site), so what fails is
 * tried again as long as something else succeeds meanwhile. */
static void apply(const struct control *c, struct transfer_plan *plan, struct arena *a)
{
    bool again = true;
    while (again) {
        again = false;
        for (size_t i = 0; i < plan->count; i++) {
            if (!plan->steps[i].done)
                again |= try_step(c, &plan->steps[i], a);
        }
    }
}

static void put_step(struct json_writer *w, const struct transfer_step *s, bool applied)
{
    static const char *const actions[] = { "CREATE", "UPDATE", "DELETE" };
    char id[UUID_TEXT_LEN + 1];
    uuid_format(s->change.id, id);
    json_object_begin(w);
    json_member_cstr(w, "action", actions[s->verb]);
    json_member_cstr(w, "entityType", resource_rules[s->change.resource].name);
    json_member_cstr(w, "entityId", id);
    json_member_text(w, "entityName", s->name);
    json_member_raw(w, "changes", s->changes);
    if (applied)
        json_member_bool(w, "done", s->done);
    if (applied && !s->done)
        json_member_text(w, "reason", s->detail.len ? s->detail : slice_of(err_title(s->err)));
    json_object_end(w);
}

static enum err tell(const struct transfer_plan *plan, bool applied, struct arena *a,
                     struct core_answer *answer)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, a);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_key(&w, "steps");
    json_array_begin(&w);
    for (size_t i = 0; i < plan->count; i++)
        put_step(&w, &plan->steps[i], applied);
    json_array_end(&w);
    json_object_end(&w);
    answer->result = buf_slice(&out);
    return buf_failed(&out) ? ERR_OUT_OF_MEMORY : ERR_OK;
}

/* The slices of a step must not point at entities that the steps before it replace. */
static enum err keep_names(struct transfer_plan *plan, struct arena *a)
{
    for (size_t i = 0; i < plan->count; i++) {
        struct slice name = arena_copy(a, plan->steps[i].name);
        if (!name.at && plan->steps[i].name.len)
            return ERR_OUT_OF_MEMORY;
        plan->steps[i].name = name;
    }
    return ERR_OK;
}

enum err control_config(const struct control *c, const struct json *request, struct uuid org,
                        struct arena *a, struct core_answer *answer)
{
    const struct catalog_view view = { c->catalog, org, catalog_published };
    struct slice verb = json_text(json_get(request, "verb"), SLICE(""));
    struct transfer_plan plan;
    if (slice_is(verb, "export"))
        return export(&view, a, answer);
    if (!slice_is(verb, "plan") && !slice_is(verb, "apply")) {
        answer->detail = SLICE("verb: should be export, plan or apply");
        return ERR_BAD_REQUEST;
    }
    epoch_enter();
    enum err e =
        transfer_plan(&view, json_get(request, "document"),
                      json_bool(json_get(request, "prune"), false), a, &plan, &answer->detail);
    if (e == ERR_OK)
        e = keep_names(&plan, a);
    epoch_leave();
    if (e != ERR_OK)
        return e;
    if (slice_is(verb, "apply"))
        apply(c, &plan, a);
    return tell(&plan, slice_is(verb, "apply"), a, answer);
}
