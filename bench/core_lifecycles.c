/* needs: domain/core */
/* Full life-cycles of contacts through the core on one thread, without I/O: arrival, queue, offer,
 * answer, end, wrap-up; four commands and nine events each. `plain`: events as structs, no rows, so
 * the core's own work; `json`: with every row and journal body encoded, as the engine wants it. */
#include <stdlib.h>

#include "../tests/sim/table_config.h"
#include "base/arena.h"
#include "base/clock.h"
#include "domain/agent/commands.h"
#include "domain/core/centre.h"
#include "domain/core/effects.h"
#include "domain/task/commands.h"
#include "domain/telephony/commands.h"

enum { AGENTS = 60, WARM_UP = 2000 };
struct bench {
    struct table_config config;
    struct world *world;
    struct arena *arena;
    struct effects fx;
    int64_t now_ms;
    bool plain;
    struct uuid task;
    size_t bytes;
};

static void step(struct bench *b, command_fn *command, const void *args)
{
    arena_reset(b->arena);
    effects_init(&b->fx, b->arena);
    b->fx.plain_events = b->fx.no_rows = b->plain;
    enum err err = core_step(b->world, b->now_ms, command, args, &b->fx);
    if (err != ERR_OK) {
        fprintf(stderr, "core_lifecycles: %s\n", err_code(err));
        exit(1);
    }
    for (size_t i = 0; i < b->fx.event_count; i++)
        b->bytes += b->fx.events[i].body.len;
    for (size_t i = 0; i < b->fx.write_count; i++)
        b->bytes += b->fx.writes[i].body.len;
}

static void begin(struct bench *b)
{
    table_init(&b->config, 1, 2, AGENTS);
    struct config_view view = table_view(&b->config);
    struct world_options o = { .seed = 1, .now_ms = 1000 };
    b->world = world_new(&o);
    b->arena = arena_new(64 << 20);
    b->now_ms = 1000;
    if (!b->world || !b->arena || centre_attach(b->world, &view, NULL) != ERR_OK)
        exit(1);
    for (unsigned i = 0; i < AGENTS; i++) {
        char number[12];
        snprintf(number, sizeof number, "%u", 1000 + i);
        struct agent_call call = { b->config.org, b->config.user[i].id, SLICE("") };
        struct agent_login_args in = { .call = call,
                                       .as_agent = true,
                                       .team = b->config.team[0].id,
                                       .dial_number = slice_of(number),
                                       .device_type = DEVICE_EXTENSION };
        struct agent_set_state_args ready = { .call = call, .state = AGENT_AVAILABLE };
        step(b, agent_login, &in);
        step(b, agent_set_state, &ready);
    }
}

/* The number that rings for the contact: the agents take turns. */
static void answer_phone(struct bench *b, unsigned turn)
{
    char number[12];
    snprintf(number, sizeof number, "%u", 1000 + turn % AGENTS);
    struct device_call call = { b->config.org, slice_of(number), SLICE("") };
    step(b, device_answer, &call);
}

static void lifecycle(struct bench *b, enum channel_type channel, unsigned turn)
{
    struct task_create_args create = { .org = b->config.org,
                                       .channel = channel,
                                       .entry_point = b->config.entry[channel].id,
                                       .from = SLICE("+4930123456") };
    step(b, task_create, &create);
    struct slice id = slice_sub(b->fx.result, 11, 11 + UUID_TEXT_LEN);
    if (!uuid_parse(id, &b->task))
        exit(1);
    struct task_call call = { .org = b->config.org,
                              .task = b->task,
                              .user = b->config.user[turn % AGENTS].id };
    struct task_wrapup_args wrapup = { .call = call, .code = b->config.code[CODE_RESOLVED].id };
    b->now_ms++;
    if (channel == CHANNEL_TELEPHONY)
        answer_phone(b, turn);
    else
        step(b, task_accept, &call);
    b->now_ms++;
    step(b, task_end, &call);
    step(b, task_wrapup, &wrapup);
}

static void measure(struct bench *b, const char *name, enum channel_type channel, unsigned n)
{
    unsigned turn = 0;
    for (unsigned i = 0; i < WARM_UP / AGENTS * AGENTS; i++)
        lifecycle(b, channel, turn++);
    b->bytes = 0;
    int64_t from = clock_mono_ns();
    for (unsigned i = 0; i < n; i++)
        lifecycle(b, channel, turn++);
    double seconds = (double)(clock_mono_ns() - from) / 1e9;
    printf("core_lifecycles_%s_%s %.0f per_second\n", b->plain ? "plain" : "json", name,
           n / seconds);
    if (!b->plain)
        printf("core_lifecycle_bytes_%s %.0f bytes\n", name, (double)b->bytes / n);
}

int main(void)
{
    for (int plain = 1; plain >= 0; plain--) {
        struct bench b = { .plain = plain };
        begin(&b);
        measure(&b, "chat", CHANNEL_CHAT, plain ? 300000 : 20000);
        world_free(b.world);
        arena_free(b.arena);
        b = (struct bench){ .plain = plain };
        begin(&b);
        measure(&b, "voice", CHANNEL_TELEPHONY, plain ? 300000 : 20000);
        world_free(b.world);
        arena_free(b.arena);
    }
    return 0;
}
