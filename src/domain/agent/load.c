/* Sessions from their rows. Contacts find their way back to the channels in tasks_load. */
#include "base/arena.h"
#include "base/json_read.h"
#include "domain/agent/agent.h"
#include "store/store.h"

static enum err restore(struct centres *all, const struct agent_snapshot *s)
{
    struct centre *c = centre_make(all, s->org);
    struct agent *a = c ? agent_new(c, s) : NULL;
    struct effects unused = { 0 };
    if (!a)
        return ERR_OUT_OF_MEMORY;
    if (all->last_login < s->login_order)
        all->last_login = s->login_order;
    struct config_capacity cap = { 0 };
    if (s->is_agent)
        all->view.ops->capacity(all->view.ctx, s->org, s->agent_id, s->team_id, &cap);
    agent_units_note(a, &cap);
    agent_seats_refresh(a, &unused);
    if (s->recovery_due != 0 &&
        timer_set(all->world, &a->recovery, s->recovery_due, agent_recovery_over) != ERR_OK)
        return ERR_OUT_OF_MEMORY;
    return unused.failed ? ERR_OUT_OF_MEMORY : ERR_OK;
}

static enum err load_row(void *ctx, struct slice org, struct slice id, struct slice body)
{
    (void)org;
    (void)id;
    struct arena *a = arena_new(LIMIT_request_arena_bytes_max);
    struct agent_snapshot s;
    struct json *v;
    if (!a)
        return ERR_OUT_OF_MEMORY;
    enum err err = json_parse(a, body, &v, NULL);
    if (err == ERR_OK)
        err = agent_snapshot_read(v, a, &s);
    if (err == ERR_OK && s.dial_number.len > LIMIT_dial_number_bytes_max)
        err = ERR_CORRUPT;
    if (err == ERR_OK)
        err = restore(ctx, &s);
    arena_free(a);
    return err == ERR_BAD_JSON || err == ERR_BAD_ENCODING ? ERR_CORRUPT : err;
}

enum err agents_load(struct centres *all, struct store *s)
{
    return s->ops->scan(s, SLICE("agent-session"), SLICE(""), load_row, all);
}
