/* The agent as a noun: memory, its place in the lines, moves of its channels. */
#include "domain/agent/agent.h"

#include <assert.h>
#include <stdlib.h>

#include "domain/core/publish.h"
#include "domain/routing/lines.h"
#include "domain/task/task.h"

struct agent *agent_find(const struct centre *c, struct uuid user)
{
    return map_get(&c->agents, id_key(&user));
}

/* ---- memory ---- */

static struct slice put_text(void *box, struct slice text)
{
    return textbox_put(box, text);
}

static void move_box(struct agent *a)
{
    struct textbox box = { 0 };
    struct agent_snapshot s = a->s;
    if (!agent_snapshot_move_texts(&s, put_text, &box)) {
        textbox_release(&box);
        return; /* the old box serves on */
    }
    textbox_release(&a->box);
    a->box = box;
    a->box.settled = box.used;
    a->s = s;
}

void agent_touch(struct agent *a)
{
    struct centres *all = a->centre->all;
    if (a->dirty)
        return;
    if (textbox_is_due(&a->box))
        move_box(a);
    a->dirty = true;
    a->next_dirty = NULL;
    *all->dirty_agents_end = a;
    all->dirty_agents_end = &a->next_dirty;
    a->s.updated_time = world_now_ms(all->world);
}

static bool fill(struct agent *a, const struct agent_snapshot *s)
{
    uint32_t n = s->channel_count;
    a->s = *s;
    a->channels = calloc(n + 1, sizeof *a->channels);
    a->tasks = calloc(n + 1, sizeof(struct task *));
    a->s.channels = a->channels;
    if (!a->channels || !a->tasks || !agent_snapshot_move_texts(&a->s, put_text, &a->box))
        return false;
    if (n > 0)
        memcpy(a->channels, s->channels, n * sizeof *a->channels);
    if (s->dial_number.len > 0)
        memcpy(a->number, s->dial_number.at, s->dial_number.len);
    return true;
}

static bool enlist(struct agent *a)
{
    struct centre *c = a->centre;
    if (map_put(&c->agents, id_key(&a->s.agent_id), a) != ERR_OK)
        return false;
    struct slice number = { a->number, a->s.dial_number.len };
    return number.len == 0 || map_put(&c->numbers, number, a) == ERR_OK;
}

struct agent *agent_new(struct centre *c, const struct agent_snapshot *s)
{
    assert(s->dial_number.len <= LIMIT_dial_number_bytes_max);
    struct agent *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->centre = c;
    if (!fill(a, s)) {
        agent_free(a);
        return NULL;
    }
    if (!enlist(a)) {
        agent_retire(a);
        agent_free(a);
        return NULL;
    }
    return a;
}

void agent_retire(struct agent *a)
{
    struct centre *c = a->centre;
    struct slice number = { a->number, a->s.dial_number.len };
    if (agent_find(c, a->s.agent_id) == a)
        map_remove(&c->agents, id_key(&a->s.agent_id));
    if (number.len > 0 && map_get(&c->numbers, number) == a)
        map_remove(&c->numbers, number);
    seats_leave(a);
    timer_cancel(c->all->world, &a->recovery);
    a->gone = true;
}

void agent_free(struct agent *a)
{
    textbox_release(&a->box);
    free(a->channels);
    free(a->tasks);
    free(a->seats);
    free(a);
}

/* ---- lines ---- */

int agent_free_channel(const struct agent *a, enum channel_type type)
{
    return capacity_pick(a->s.blending, a->channels, a->s.channel_count, type, a->units[type]);
}

void agent_seats_refresh(struct agent *a, struct effects *fx)
{
    struct centre *c = a->centre;
    if (a->gone)
        return;
    if (!lines_link(c) || (a->seated != c->routes_number && !seats_take(a))) {
        fx->failed = true;
        return;
    }
    if (seats_refresh(a, fx))
        routing_hungry_agent(a);
}

/* ---- channels ---- */

#define CLOCK(state, field)                                       \
    [state] = { offsetof(struct channel_snapshot, field##_count), \
                offsetof(struct channel_snapshot, field##_duration) }
static const struct {
    size_t count, duration;
} clocks[channel_state_count] = {
    CLOCK(CHANNEL_IDLE, idle),
    CLOCK(CHANNEL_AVAILABLE, available),
    CLOCK(CHANNEL_RINGING, ringing),
    CLOCK(CHANNEL_CONNECTED, connected),
    CLOCK(CHANNEL_ON_HOLD, hold),
    CLOCK(CHANNEL_WRAPUP, wrapup),
    CLOCK(CHANNEL_NOT_RESPONDING, not_responding),
};

static int64_t *number_at(struct channel_snapshot *ch, size_t offset)
{
    return (int64_t *)(void *)((char *)ch + offset);
}

void agent_channel_move(struct agent *a, uint32_t channel, enum channel_event on)
{
    struct channel_snapshot *ch = &a->channels[channel];
    int64_t now = centre_now(a->centre);
    *number_at(ch, clocks[ch->state].duration) += centre_since(a->centre, ch->state_time);
    enum err err = channel_step(&ch->state, on);
    assert(err == ERR_OK);
    (void)err;
    ch->state_time = now;
    if (on != CHANNEL_EVENT_UNHOLD) /* still the same answered contact */
        ++*number_at(ch, clocks[ch->state].count);
}

void agent_channel_take(struct agent *a, uint32_t channel, struct task *t)
{
    assert(!a->tasks[channel]);
    agent_channel_move(a, channel, CHANNEL_EVENT_RING);
    a->channels[channel].task_id = t->s.id;
    a->channels[channel].is_outbound = t->s.direction == DIRECTION_OUTBOUND;
    a->tasks[channel] = t;
    a->engaged++;
}

void agent_channel_drop(struct agent *a, uint32_t channel, enum channel_event on)
{
    assert(a->tasks[channel]);
    agent_channel_move(a, channel, on);
    a->channels[channel].task_id = (struct uuid){ { 0 } };
    a->channels[channel].is_outbound = false;
    a->tasks[channel] = NULL;
    a->engaged--;
}

enum channel_event agent_release(const struct agent *a)
{
    return a->s.state == AGENT_AVAILABLE ? CHANNEL_EVENT_FREE : CHANNEL_EVENT_REST;
}
