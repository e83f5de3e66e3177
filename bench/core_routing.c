/* needs: domain/core */
/* Does a decision cost more where there is more to decide among? The same life-cycles of chats as
 * in core_lifecycles, with 60 agents and one queue, and with 3,000 agents in 30 teams and 600
 * queues that each ask for skills; and what a change of a user and of a queue costs there. */
#include <stdlib.h>

#include "../tests/sim/table_config.h"
#include "base/clock.h"
#include "domain/agent/commands.h"
#include "domain/core/centre.h"
#include "domain/core/centre_state.h"
#include "domain/core/effects.h"
#include "domain/task/commands.h"
#include "domain/task/task.h"

enum { QUEUES_MAX = 600, AGENTS_MAX = 3000, TEAMS_MAX = 30, SKILLS = 20, ROUNDS = 60000 };
struct bench {
    struct table_config codes; /* for what is not made here */
    unsigned agents, queues, teams;
    struct world *world;
    struct arena *arena;
    struct effects fx;
    int64_t now_ms;
};

/* ---- the configuration, worked out from numbers ---- */

static bool in_org(const struct bench *b, struct uuid org)
{
    return uuid_eq(org, b->codes.org);
}

static unsigned number_of(struct uuid id)
{
    return (unsigned)id.bytes[14] << 8 | id.bytes[15];
}

static bool get_entry(void *ctx, struct uuid org, struct uuid id, struct config_entry_point *out)
{
    *out = (struct config_entry_point){ .name = SLICE("Entry"),
                                        .active = true,
                                        .channel = CHANNEL_CHAT,
                                        .default_queue = table_id(2, number_of(id)) };
    return in_org(ctx, org);
}

static bool get_queue(void *ctx, struct uuid org, struct uuid id, struct config_queue *out)
{
    (void)id;
    *out = (struct config_queue){
        .name = SLICE("Queue"), .active = true, .channel = CHANNEL_CHAT, .rona_ms = 18000
    };
    return in_org(ctx, org);
}

static bool get_team(void *ctx, struct uuid org, struct uuid id, struct config_team *out)
{
    (void)id;
    *out = (struct config_team){ .name = SLICE("Team"), .active = true };
    return in_org(ctx, org);
}

static bool get_user(void *ctx, struct uuid org, struct uuid id, struct config_user *out)
{
    (void)id;
    out->name = out->sign_in = SLICE("Agent");
    out->active = true;
    out->agent_profile = out->multimedia_profile = (struct uuid){ { 0 } };
    return in_org(ctx, org);
}

static bool is_member(void *ctx, struct uuid org, struct uuid user, struct uuid team)
{
    const struct bench *b = ctx;
    return in_org(b, org) && number_of(user) % b->teams == number_of(team);
}

static bool get_capacity(void *ctx, struct uuid org, struct uuid user, struct uuid team,
                         struct config_capacity *out)
{
    (void)user;
    (void)team;
    *out = (struct config_capacity){ .profile = table_id(6, 0), .units = { 1, 2, 2, 1 } };
    return in_org(ctx, org);
}

static bool get_code(void *ctx, struct uuid org, struct uuid id, struct config_aux_code *out)
{
    return table_code(&((struct bench *)ctx)->codes, org, id, out);
}

static bool get_idle(void *ctx, struct uuid org, struct config_aux_code *out)
{
    return table_idle(&((struct bench *)ctx)->codes, org, out);
}

static struct uuid get_profile(void *ctx, struct uuid org, struct uuid user, struct uuid team)
{
    (void)ctx;
    (void)org;
    (void)team;
    return table_id(11, number_of(user) % 50);
}

static bool get_skills(void *ctx, struct uuid org, struct uuid profile, struct arena *a,
                       struct skills *out)
{
    (void)ctx;
    (void)org;
    out->items = arena_alloc(a, SKILLS * sizeof *out->items);
    for (unsigned i = 0; out->items && i < SKILLS; i++)
        out->items[out->count++] =
            (struct skill_held){ table_skill((int)i), { "", 0 }, (profile.bytes[15] + i) % 11 };
    return out->items != NULL;
}

static bool get_own_skills(void *ctx, struct uuid org, struct uuid user, struct arena *a,
                           struct skills *out)
{
    (void)ctx;
    (void)org;
    (void)user;
    (void)a;
    (void)out;
    return true;
}

static bool get_ranks(void *ctx, struct uuid org, struct uuid team, struct arena *a,
                      struct config_rank **list, size_t *count)
{
    (void)ctx;
    (void)org;
    (void)team;
    (void)a;
    (void)list;
    *count = 0;
    return true;
}

/* Queue q is served by three teams; in the large centre it asks for three skills. */
static bool each_queue(void *ctx, struct uuid org,
                       void (*fn)(void *arg, const struct config_routing *r), void *arg)
{
    const struct bench *b = ctx;
    for (unsigned q = 0; in_org(b, org) && q < b->queues; q++) {
        struct config_group_team teams[3];
        struct skill_ask asks[3];
        for (unsigned i = 0; i < 3; i++) {
            teams[i] = (struct config_group_team){ table_id(1, (q + i) % b->teams), 0 };
            asks[i] = (struct skill_ask){ .skill = table_skill((int)((q + 7 * i) % SKILLS)),
                                          .condition = SKILL_GTE,
                                          .level = 2 + q % 3,
                                          .weight = 1 };
        }
        fn(arg, &(struct config_routing){ .queue = table_id(2, q),
                                          .channel = CHANNEL_CHAT,
                                          .strategy = q % 2 ? SLICE("BEST_AVAILABLE_AGENT")
                                                            : SLICE("LONGEST_AVAILABLE_AGENT"),
                                          .asks = asks,
                                          .ask_count = b->queues > 1 ? 3 : 0,
                                          .teams = teams,
                                          .team_count = b->teams < 3 ? b->teams : 3 });
    }
    return true;
}

static const struct config_view_ops ops = {
    .entry_point = get_entry,
    .queue = get_queue,
    .team = get_team,
    .user = get_user,
    .user_in_team = is_member,
    .capacity = get_capacity,
    .aux_code = get_code,
    .default_idle_code = get_idle,
    .rona_code = get_idle,
    .skill_profile = get_profile,
    .profile_skills = get_skills,
    .user_skills = get_own_skills,
    .queue_ranks = get_ranks,
    .each_routing = each_queue,
};

/* ---- a day ---- */

static void step(struct bench *b, command_fn *command, const void *args)
{
    arena_reset(b->arena);
    effects_init(&b->fx, b->arena);
    b->fx.plain_events = b->fx.no_rows = true;
    enum err err = core_step(b->world, b->now_ms, command, args, &b->fx);
    if (err == ERR_OK && !b->fx.failed)
        return;
    fprintf(stderr, "core_routing: %s\n", err_code(err));
    exit(1);
}

static void begin(struct bench *b)
{
    table_init(&b->codes, 1, 1, 1);
    struct config_view view = { &ops, b };
    struct world_options o = { .seed = 1, .now_ms = 1000 };
    b->world = world_new(&o);
    b->arena = arena_new(64 << 20);
    b->now_ms = 1000;
    if (!b->world || !b->arena || centre_attach(b->world, &view, NULL) != ERR_OK)
        exit(1);
    for (unsigned i = 0; i < b->agents; i++) {
        struct agent_call call = { b->codes.org, table_id(4, i), SLICE("") };
        char number[12];
        snprintf(number, sizeof number, "%u", 10000 + i);
        struct agent_login_args in = { .call = call,
                                       .as_agent = true,
                                       .team = table_id(1, i % b->teams),
                                       .dial_number = slice_of(number),
                                       .device_type = DEVICE_EXTENSION };
        struct agent_set_state_args ready = { .call = call, .state = AGENT_AVAILABLE };
        step(b, agent_login, &in);
        step(b, agent_set_state, &ready);
    }
}

static struct uuid owner(const struct bench *b, struct uuid task)
{
    const struct centre *c = centre_find(centres_of(b->world), b->codes.org);
    const struct task *t = task_find(c, task);
    return t && t->agent ? t->s.agent_id : (struct uuid){ { 0 } };
}

static void lifecycle(struct bench *b, unsigned q)
{
    struct task_create_args create = { .org = b->codes.org,
                                       .channel = CHANNEL_CHAT,
                                       .entry_point = table_id(3, q),
                                       .from = SLICE("+4930123456") };
    struct task_call call = { .org = b->codes.org };
    step(b, task_create, &create);
    if (!uuid_parse(slice_sub(b->fx.result, 11, 11 + UUID_TEXT_LEN), &call.task))
        exit(1);
    call.user = owner(b, call.task);
    if (uuid_is_nil(call.user)) { /* nobody has the skills */
        step(b, task_hangup, &call);
        return;
    }
    struct task_wrapup_args wrapup = { .call = call, .code = b->codes.code[CODE_RESOLVED].id };
    step(b, task_accept, &call);
    b->now_ms++;
    step(b, task_end, &call);
    step(b, task_wrapup, &wrapup);
}

static enum err change(struct world *w, const void *args, struct effects *fx)
{
    (void)fx;
    world_config_changed(w, ((const struct bench *)args)->codes.org);
    return ERR_OK;
}

static enum err change_user(struct world *w, const void *args, struct effects *fx)
{
    (void)fx;
    world_user_changed(w, ((const struct bench *)args)->codes.org, table_id(4, 7));
    return ERR_OK;
}

static void measure_edits(struct bench *b, command_fn *edit, const char *what, const char *name)
{
    int64_t from = clock_mono_ns();
    for (int i = 0; i < 10; i++)
        step(b, edit, b);
    printf("core_routing_edit_%s_%s %.3f ms\n", what, name, (double)(clock_mono_ns() - from) / 1e7);
}

static double measure(struct bench *b, const char *name)
{
    begin(b);
    for (unsigned i = 0; i < ROUNDS / 10; i++)
        lifecycle(b, i % b->queues);
    int64_t from = clock_mono_ns();
    for (unsigned i = 0; i < ROUNDS; i++)
        lifecycle(b, i * 7 % b->queues);
    double rate = ROUNDS / ((double)(clock_mono_ns() - from) / 1e9);
    printf("core_routing_%s %.0f per_second\n", name, rate);
    measure_edits(b, change_user, "user", name);
    measure_edits(b, change, "queue", name);
    world_free(b->world);
    arena_free(b->arena);
    return rate;
}

int main(void)
{
    struct bench small = { .agents = 60, .queues = 1, .teams = 1 };
    struct bench large = { .agents = AGENTS_MAX, .queues = QUEUES_MAX, .teams = TEAMS_MAX };
    double one = measure(&small, "60_agents_1_queue");
    double many = measure(&large, "3000_agents_600_queues");
    printf("core_routing_large_to_small %.2f ratio\n", many / one);
    return 0;
}
