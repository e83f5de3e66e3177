/* A test bed for one contact centre: a world over plain tables, a store in memory that holds what
 * was committed, virtual time. bed_restart() is a crash: the world is rebuilt from the rows. */
#ifndef SIM_BED_H
#define SIM_BED_H
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "domain/agent/commands.h"
#include "domain/core/core.h"
#include "domain/event/event.h"
#include "domain/task/commands.h"
#include "domain/telephony/commands.h"
#include "invariants.h"
#include "store/memory/store_memory.h"
#include "table_config.h"
struct bed {
    struct table_config config;
    struct store *store;
    struct world *world;
    struct arena *arena;
    struct effects fx;
    int64_t now_ms;
    uint64_t worlds;
    struct uuid task; /* of the last task_create */
};

static inline void bed_open(struct bed *b)
{
    struct config_view view = table_view(&b->config);
    struct centre_settings settings = { .rona_ms = 18000,
                                        .recovery_ms = 60000,
                                        .device_answer_ms = -1 };
    struct world_options o = { .seed = ++b->worlds, .now_ms = b->now_ms };
    b->world = world_new(&o);
    if (centre_attach(b->world, &view, &settings) != ERR_OK ||
        world_load(b->world, b->store) != ERR_OK)
        abort();
}

/* Queue 0: telephony, 1: chat, 2: email; team 0. */
static inline void bed_init(struct bed *b, unsigned users)
{
    *b = (struct bed){ .now_ms = 1000 };
    table_init(&b->config, 2, 4, users);
    for (unsigned i = 0; i < 4; i++)
        b->config.serves[i] = 1;
    b->arena = arena_new(16 << 20);
    if (!b->arena || store_memory_open(&b->store) != ERR_OK)
        abort();
    bed_open(b);
}

static inline void bed_release(struct bed *b)
{
    world_free(b->world);
    b->store->ops->close(b->store);
    arena_free(b->arena);
}

static inline void bed_restart(struct bed *b)
{
    world_free(b->world);
    bed_open(b);
}

static inline struct centre *bed_centre(const struct bed *b)
{
    return centre_find(centres_of(b->world), b->config.org);
}

/* One step, committed; the invariants hold afterwards or the test ends here. */
static inline enum err bed_run(struct bed *b, command_fn *command, const void *args)
{
    arena_reset(b->arena);
    effects_init(&b->fx, b->arena);
    enum err err = core_step(b->world, b->now_ms, command, args, &b->fx);
    struct store_batch batch = { .writes = b->fx.writes, .write_count = b->fx.write_count };
    const char *wrong = bed_centre(b) ? check_centre(bed_centre(b)) : NULL;
    if (wrong || b->fx.failed || b->store->ops->commit(b->store, &batch, 1) != ERR_OK) {
        fprintf(stderr, "bed: %s\n", wrong ? wrong : "effects or commit failed");
        abort();
    }
    return err;
}

/* Time passes; everything due on the way happens when it is due. */
static inline void bed_wait(struct bed *b, int64_t ms)
{
    int64_t until = b->now_ms + ms;
    while (core_next_due(b->world) <= until) {
        if (core_next_due(b->world) > b->now_ms)
            b->now_ms = core_next_due(b->world);
        bed_run(b, core_fire_due, NULL);
    }
    b->now_ms = until;
}

static inline bool bed_heard(const struct bed *b, enum event_type type)
{
    for (size_t i = 0; i < b->fx.event_count; i++)
        if (b->fx.events[i].type == type)
            return true;
    return false;
}

static inline bool bed_said(const struct bed *b, enum event_type type, const char *word)
{
    for (size_t i = 0; i < b->fx.event_count; i++)
        if (b->fx.events[i].type == type &&
            memmem(b->fx.events[i].body.at, b->fx.events[i].body.len, word, strlen(word)))
            return true;
    return false;
}

static inline struct agent_call bed_call(const struct bed *b, unsigned user)
{
    return (struct agent_call){ b->config.org, b->config.user[user].id, SLICE("track") };
}

static inline enum err bed_login(struct bed *b, unsigned user)
{
    char number[12];
    snprintf(number, sizeof number, "%u", 1000 + user);
    struct agent_login_args in = { .call = bed_call(b, user),
                                   .as_agent = true,
                                   .team = b->config.team[0].id,
                                   .dial_number = slice_of(number),
                                   .device_type = DEVICE_EXTENSION };
    return bed_run(b, agent_login, &in);
}

static inline enum err bed_state(struct bed *b, unsigned user, enum agent_state state)
{
    struct agent_set_state_args in = { .call = bed_call(b, user),
                                       .state = state,
                                       .idle_code = b->config.code[CODE_LUNCH].id };
    return bed_run(b, agent_set_state, &in);
}

static inline void bed_ready(struct bed *b, unsigned user)
{
    if (bed_login(b, user) != ERR_OK || bed_state(b, user, AGENT_AVAILABLE) != ERR_OK)
        abort();
}

static inline enum err bed_arrive(struct bed *b, enum channel_type channel)
{
    struct task_create_args in = { .org = b->config.org,
                                   .channel = channel,
                                   .entry_point = b->config.entry[channel].id,
                                   .from = SLICE("+4930123456") };
    enum err err = bed_run(b, task_create, &in);
    if (err == ERR_OK)
        uuid_parse(slice_sub(b->fx.result, 11, 11 + UUID_TEXT_LEN), &b->task);
    return err;
}

static inline struct task_call bed_task_call(const struct bed *b, unsigned user)
{
    return (struct task_call){ .org = b->config.org,
                               .task = b->task,
                               .user = b->config.user[user].id,
                               .tracking_id = SLICE("track") };
}

static inline enum err bed_do(struct bed *b, command_fn *command, unsigned user)
{
    struct task_call call = bed_task_call(b, user);
    return bed_run(b, command, &call);
}

static inline enum err bed_wrapup(struct bed *b, unsigned user)
{
    struct task_wrapup_args in = { .call = bed_task_call(b, user),
                                   .code = b->config.code[CODE_RESOLVED].id,
                                   .reason = SLICE("done") };
    return bed_run(b, task_wrapup, &in);
}

static inline enum err bed_phone(struct bed *b, command_fn *command, unsigned user)
{
    char number[12];
    snprintf(number, sizeof number, "%u", 1000 + user);
    struct device_call call = { b->config.org, slice_of(number), SLICE("track") };
    return bed_run(b, command, &call);
}

static inline const struct task *bed_task(const struct bed *b) /* NULL: ended */
{
    return task_find(bed_centre(b), b->task);
}

static inline const struct agent *bed_agent(const struct bed *b, unsigned user)
{
    return agent_find(bed_centre(b), b->config.user[user].id);
}
#endif
