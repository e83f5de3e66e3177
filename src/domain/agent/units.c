/* How many contacts an agent may have at once, while the session lasts: the multimedia profile, or
 * which one counts, can change under it. A channel is never taken away: contacts and the history
 * know it. So a session may have more channels of a type than it may use (capacity.c counts). */
#include <stdlib.h>

#include "domain/agent/agent.h"

void agent_units_note(struct agent *a, const struct config_capacity *cap)
{
    for (int i = 0; i < channel_type_count; i++)
        a->units[i] = cap->units[i] < AGENT_UNITS_MAX ? cap->units[i] : AGENT_UNITS_MAX;
}

static unsigned channels_of(const struct agent *a, enum channel_type type)
{
    unsigned n = 0;
    for (uint32_t i = 0; i < a->s.channel_count; i++)
        n += a->channels[i].type == type;
    return n;
}

/* False: out of memory. */
static bool add_channel(struct agent *a, enum channel_type type)
{
    uint32_t n = a->s.channel_count;
    bool ready = a->s.state == AGENT_AVAILABLE;
    struct channel_snapshot *channels = realloc(a->channels, (n + 2) * sizeof *channels);
    if (!channels)
        return false;
    a->s.channels = a->channels = channels;
    struct task **tasks = realloc(a->tasks, (n + 2) * sizeof(struct task *));
    if (!tasks)
        return false;
    a->tasks = tasks;
    a->tasks[n] = NULL;
    a->channels[n] = (struct channel_snapshot){
        .id = world_new_id(a->centre->all->world),
        .type = type,
        .state = ready ? CHANNEL_AVAILABLE : CHANNEL_IDLE,
        .state_time = centre_now(a->centre),
        .idle_count = !ready,
        .available_count = ready,
    };
    a->s.channel_count++;
    return true;
}

void agent_capacity_refresh(struct agent *a, struct effects *fx)
{
    const struct config_view *view = &a->centre->all->view;
    struct config_capacity cap = { 0 };
    if (a->gone || !a->s.is_agent)
        return;
    view->ops->capacity(view->ctx, a->centre->org, a->s.agent_id, a->s.team_id, &cap);
    agent_units_note(a, &cap);
    if (a->s.blending != cap.blending || !uuid_eq(a->s.multimedia_profile_id, cap.profile)) {
        agent_touch(a);
        a->s.blending = cap.blending;
        a->s.multimedia_profile_id = cap.profile;
    }
    for (int i = 0; i < channel_type_count; i++)
        while (channels_of(a, (enum channel_type)i) < a->units[i]) {
            agent_touch(a);
            if (add_channel(a, (enum channel_type)i))
                continue;
            fx->failed = true;
            return;
        }
    agent_seats_refresh(a, fx);
}
