/* See core.h and world.h: the loop around the parts. A step is: begin of every part, the command,
 * settling of every part in their order. */
#include "domain/core/world.h"

#include <assert.h>
#include <stdlib.h>

#include "base/random.h"
#include "domain/core/effects.h"

struct attached {
    void *state;
    const struct world_part_ops *ops;
};

struct world {
    int64_t now_ms;
    struct random random;
    struct heap timers;
    uint64_t timer_order;
    struct attached parts[WORLD_PART_COUNT];
};

static const struct world_part_ops no_ops;

struct world *world_new(const struct world_options *options)
{
    struct world *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->now_ms = options->now_ms;
    random_seed(&w->random, options->seed);
    heap_init(&w->timers);
    for (int i = 0; i < WORLD_PART_COUNT; i++)
        w->parts[i].ops = &no_ops;
    return w;
}

void world_free(struct world *w)
{
    if (!w)
        return;
    for (int i = WORLD_PART_COUNT - 1; i >= 0; i--)
        if (w->parts[i].ops->free)
            w->parts[i].ops->free(w->parts[i].state);
    heap_release(&w->timers);
    free(w);
}

void world_attach(struct world *w, enum world_part part, void *state,
                  const struct world_part_ops *ops)
{
    assert(!w->parts[part].state);
    w->parts[part] = (struct attached){ state, ops };
}

void *world_state(const struct world *w, enum world_part part)
{
    return w->parts[part].state;
}

const struct world_part_ops *world_ops(const struct world *w, enum world_part part)
{
    return w->parts[part].ops;
}

enum err world_load(struct world *w, struct store *s)
{
    for (int i = 0; i < WORLD_PART_COUNT; i++) {
        const struct attached *p = &w->parts[i];
        enum err err = p->ops->load ? p->ops->load(w, p->state, s) : ERR_OK;
        if (err != ERR_OK)
            return err;
    }
    return ERR_OK;
}

int64_t world_now_ms(const struct world *w)
{
    return w->now_ms;
}

struct uuid world_new_id(struct world *w)
{
    return uuid_v7(w->now_ms, &w->random);
}

uint64_t world_random(struct world *w)
{
    return random_u64(&w->random);
}

void world_config_changed(struct world *w, struct uuid org)
{
    for (int i = 0; i < WORLD_PART_COUNT; i++)
        if (w->parts[i].ops->config_changed)
            w->parts[i].ops->config_changed(w, w->parts[i].state, org);
}

void world_user_changed(struct world *w, struct uuid org, struct uuid user)
{
    for (int i = 0; i < WORLD_PART_COUNT; i++)
        if (w->parts[i].ops->user_changed)
            w->parts[i].ops->user_changed(w, w->parts[i].state, org, user);
}

/* ---- steps ---- */

enum err core_step(struct world *w, int64_t now_ms, command_fn *command, const void *args,
                   struct effects *fx)
{
    assert(now_ms >= w->now_ms);
    w->now_ms = now_ms;
    for (int i = 0; i < WORLD_PART_COUNT; i++)
        if (w->parts[i].ops->begin)
            w->parts[i].ops->begin(w, w->parts[i].state);
    enum err err = command(w, args, fx);
    for (int i = 0; i < WORLD_PART_COUNT; i++)
        if (w->parts[i].ops->settle)
            w->parts[i].ops->settle(w, w->parts[i].state, fx);
    return fx->failed ? ERR_OUT_OF_MEMORY : err;
}

/* ---- timers ---- */

static struct timer *timer_of(struct heap_node *node)
{
    return (struct timer *)(void *)((char *)node - offsetof(struct timer, node));
}

enum err timer_set(struct world *w, struct timer *t, int64_t due_ms, timer_fn *fire)
{
    heap_remove(&w->timers, &t->node);
    t->node.key = due_ms;
    t->node.order = ++w->timer_order;
    t->fire = fire;
    return heap_add(&w->timers, &t->node);
}

void timer_cancel(struct world *w, struct timer *t)
{
    heap_remove(&w->timers, &t->node);
}

int64_t core_next_due(const struct world *w)
{
    const struct heap_node *first = heap_first(&w->timers);
    return first ? first->key : INT64_MAX;
}

enum err core_fire_due(struct world *w, const void *args, struct effects *fx)
{
    (void)args;
    struct heap_node *first = heap_first(&w->timers);
    if (!first || first->key > w->now_ms)
        return ERR_OK;
    heap_remove(&w->timers, first);
    struct timer *t = timer_of(first);
    t->fire(w, t, fx);
    return ERR_OK;
}
