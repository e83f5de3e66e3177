/* What an agent's client asks for; nothing changes. */
#include "base/arena.h"
#include "domain/agent/agent.h"
#include "domain/agent/agent_call.h"
#include "domain/core/publish.h"

enum err agent_reload(struct world *w, const void *args, struct effects *fx)
{
    const struct agent_call *call = args;
    struct centre *c = centre_make(centres_of(w), call->org);
    if (!c)
        return ERR_OUT_OF_MEMORY;
    struct agent *a = agent_find(c, call->user);
    if (!a)
        return agent_refuse(c, call, EVENT_AGENT_RELOAD_FAILED, ERR_NOT_FOUND, AGENT_NOT_FOUND, fx);
    const struct task **tasks =
        arena_alloc(fx->arena, (a->engaged + 1) * sizeof(const struct task *));
    if (!tasks)
        return ERR_OUT_OF_MEMORY;
    size_t n = 0;
    for (uint32_t i = 0; i < a->s.channel_count; i++)
        if (a->tasks[i])
            tasks[n++] = a->tasks[i];
    publish(fx, &(struct news){ .type = EVENT_AGENT_RELOAD,
                                .centre = c,
                                .agent = a,
                                .tasks = tasks,
                                .task_count = n,
                                .tracking_id = call->tracking_id });
    return ERR_OK;
}

static bool takes(const struct agent *a, enum channel_type media)
{
    for (uint32_t i = 0; i < a->s.channel_count; i++)
        if (a->channels[i].type == media)
            return true;
    return false;
}

static bool is_buddy(const struct agent *a, const struct agent_buddies_args *in)
{
    return !uuid_eq(a->s.agent_id, in->call.user) && takes(a, in->media) &&
           (in->any_state || a->s.state == in->state);
}

enum err agent_buddies(struct world *w, const void *args, struct effects *fx)
{
    const struct agent_buddies_args *in = args;
    struct centre *c = centre_make(centres_of(w), in->call.org);
    if (!c)
        return ERR_OUT_OF_MEMORY;
    if (!agent_find(c, in->call.user))
        return agent_refuse(c, &in->call, EVENT_AGENT_BUDDIES_FAILED, ERR_NOT_FOUND,
                            AGENT_NOT_FOUND, fx);
    const struct agent **list =
        arena_alloc(fx->arena, LIMIT_buddies_max * sizeof(const struct agent *));
    if (!list)
        return ERR_OUT_OF_MEMORY;
    size_t n = 0, at = 0;
    struct slice key;
    void *agent;
    while (n < LIMIT_buddies_max && map_next(&c->agents, &at, &key, &agent))
        if (is_buddy(agent, in))
            list[n++] = agent;
    publish(fx, &(struct news){ .type = EVENT_AGENT_BUDDIES,
                                .centre = c,
                                .user = in->call.user,
                                .agents = list,
                                .agent_count = n,
                                .tracking_id = in->call.tracking_id });
    return ERR_OK;
}

enum err agent_describe(struct world *w, const void *args, struct effects *fx)
{
    const struct agent_call *call = args;
    struct centre *c = centre_find(centres_of(w), call->org);
    struct agent *a = c ? agent_find(c, call->user) : NULL;
    if (!a)
        return ERR_NOT_FOUND;
    publish_result_agent(fx, a);
    return ERR_OK;
}
