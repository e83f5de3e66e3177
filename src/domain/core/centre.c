/* See centre_state.h: the part of the world that holds the living centres, and what it does before
 * and after each step. */
#include <stdlib.h>

#include "base/limits.h"
#include "domain/agent/agent.h"
#include "domain/core/centre_state.h"
#include "domain/core/publish.h"
#include "domain/routing/lines.h"
#include "domain/task/task.h"
#include "domain/telephony/phones.h"

struct centres *centres_of(const struct world *w)
{
    return world_state(w, WORLD_CENTRE);
}

struct centre *centre_find(struct centres *all, struct uuid org)
{
    return map_get(&all->by_org, id_key(&org));
}

struct centre *centre_make(struct centres *all, struct uuid org)
{
    struct centre *c = centre_find(all, org);
    if (c)
        return c;
    c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->all = all;
    c->org = org;
    uuid_format(org, c->org_text);
    if (map_put(&all->by_org, id_key(&c->org), c) != ERR_OK) {
        free(c);
        return NULL;
    }
    return c;
}

bool centres_next(const struct centres *all, size_t *at, struct centre **out)
{
    struct slice key;
    void *value;
    if (!map_next(&all->by_org, at, &key, &value))
        return false;
    *out = value;
    return true;
}

/* ---- the end of a life ---- */

static void free_ended(struct centres *all)
{
    while (all->ended_tasks) {
        struct task *t = all->ended_tasks;
        all->ended_tasks = t->next_dirty;
        task_free(t);
    }
    while (all->gone_agents) {
        struct agent *a = all->gone_agents;
        all->gone_agents = a->next_dirty;
        agent_free(a);
    }
}

static void centre_free(struct centre *c)
{
    size_t at = 0;
    struct slice key;
    void *value;
    while (map_next(&c->tasks, &at, &key, &value))
        task_free(value);
    at = 0;
    while (map_next(&c->agents, &at, &key, &value))
        agent_free(value);
    at = 0;
    while (map_next(&c->devices, &at, &key, &value))
        device_free(value);
    lines_free(c);
    task_entries_free(c);
    map_release(&c->tasks);
    map_release(&c->agents);
    map_release(&c->devices);
    map_release(&c->numbers);
    free(c);
}

static void part_free(void *state)
{
    struct centres *all = state;
    size_t at = 0;
    struct centre *c;
    free_ended(all);
    while (centres_next(all, &at, &c))
        centre_free(c);
    map_release(&all->by_org);
    free(all);
}

/* ---- around a step ---- */

static void part_begin(struct world *w, void *state)
{
    (void)w;
    free_ended(state);
}

static void write_task_rows(struct centres *all, struct effects *fx)
{
    struct task *next;
    for (struct task *t = all->dirty_tasks; t; t = next) {
        next = t->next_dirty;
        publish_task_row(fx, t);
        t->dirty = false;
        if (t->s.state != TASK_ENDED)
            continue;
        t->next_dirty = all->ended_tasks;
        all->ended_tasks = t;
    }
    all->dirty_tasks = NULL;
    all->dirty_tasks_end = &all->dirty_tasks;
}

static void write_agent_rows(struct centres *all, struct effects *fx)
{
    struct agent *next;
    for (struct agent *a = all->dirty_agents; a; a = next) {
        next = a->next_dirty;
        publish_agent_row(fx, a);
        a->dirty = false;
        if (!a->gone)
            continue;
        a->next_dirty = all->gone_agents;
        all->gone_agents = a;
    }
    all->dirty_agents = NULL;
    all->dirty_agents_end = &all->dirty_agents;
}

static void write_device_rows(struct centres *all, struct effects *fx)
{
    struct device *next;
    for (struct device *d = all->dirty_devices; d; d = next) {
        next = d->next_dirty;
        publish_device_row(fx, d);
        d->dirty = false;
        if (device_is_plain(d))
            device_forget(d);
    }
    all->dirty_devices = NULL;
    all->dirty_devices_end = &all->dirty_devices;
}

static void part_settle(struct world *w, void *state, struct effects *fx)
{
    (void)w;
    struct centres *all = state;
    routing_settle(all, fx);
    write_task_rows(all, fx);
    write_agent_rows(all, fx);
    write_device_rows(all, fx);
}

static void part_config_changed(struct world *w, void *state, struct uuid org)
{
    (void)w;
    struct centres *all = state;
    struct centre *c = centre_find(all, org);
    if (!c || c->must_rematch)
        return;
    c->has_routes = false;
    c->must_rematch = true;
    c->next_rematch = all->rematch;
    all->rematch = c;
}

/* ---- closing and erasing an organisation ---- */

/* Contacts first: with them the agents who serve them are let go (task_farewell). */
static bool part_close(struct world *w, void *state, struct uuid org, size_t max,
                       struct effects *fx)
{
    struct centre *c = centre_find(state, org);
    struct slice key;
    void *value;
    size_t n = 0;
    (void)w;
    if (!c)
        return true;
    for (size_t at = 0; n < max && map_next(&c->tasks, &at, &key, &value); n++)
        task_close(value, fx);
    for (size_t at = 0; n < max && map_next(&c->agents, &at, &key, &value); n++)
        task_farewell(value, fx);
    return c->tasks.count == 0 && c->agents.count == 0;
}

/* The centre itself goes in a step that has touched nothing of it. */
static bool part_erase(struct world *w, void *state, struct uuid org, size_t max,
                       struct effects *fx)
{
    struct centres *all = state;
    struct centre *c = centre_find(all, org);
    struct slice key;
    void *value;
    size_t n = 0;
    (void)w, (void)fx;
    if (!c)
        return true;
    for (size_t at = 0; n < max && map_next(&c->devices, &at, &key, &value); n++)
        device_clear(value);
    if (n > 0 || c->tasks.count > 0 || c->agents.count > 0 || c->must_rematch)
        return false;
    map_remove(&all->by_org, id_key(&c->org));
    centre_free(c);
    return true;
}

static void part_user_changed(struct world *w, void *state, struct uuid org, struct uuid user)
{
    (void)w;
    struct centre *c = centre_find(state, org);
    struct agent *a = c ? agent_find(c, user) : NULL;
    if (a)
        routing_refit(a);
}

static enum err part_load(struct world *w, void *state, struct store *s)
{
    (void)w;
    enum err err = agents_load(state, s);
    if (err == ERR_OK)
        err = tasks_load(state, s);
    if (err == ERR_OK)
        err = devices_load(state, s);
    size_t at = 0;
    struct centre *c;
    while (err == ERR_OK && centres_next(state, &at, &c))
        if (c->tasks.count > 0 && !lines_link(c))
            err = ERR_OUT_OF_MEMORY;
    return err;
}

static const struct world_part_ops part_ops = {
    .load = part_load,
    .begin = part_begin,
    .settle = part_settle,
    .config_changed = part_config_changed,
    .user_changed = part_user_changed,
    .close_org = part_close,
    .erase_org = part_erase,
    .free = part_free,
};

enum err centre_attach(struct world *w, const struct config_view *view,
                       const struct centre_settings *settings)
{
    struct centres *all = calloc(1, sizeof *all);
    if (!all)
        return ERR_OUT_OF_MEMORY;
    all->world = w;
    all->view = *view;
    all->settings = settings ? *settings
                             : (struct centre_settings){
                                   .rona_ms = LIMIT_rona_ms_default,
                                   .recovery_ms = LIMIT_recovery_ms_default,
                                   .device_answer_ms = LIMIT_device_answer_ms_default,
                               };
    all->port = &phones_port;
    all->dirty_tasks_end = &all->dirty_tasks;
    all->dirty_agents_end = &all->dirty_agents;
    all->dirty_devices_end = &all->dirty_devices;
    all->refits_end = &all->refits;
    all->hungry_tasks_end = &all->hungry_tasks;
    all->hungry_agents_end = &all->hungry_agents;
    world_attach(w, WORLD_CENTRE, all, &part_ops);
    return ERR_OK;
}
