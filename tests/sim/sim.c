/* needs: domain/core store/memory */
/* The simulator: a contact centre lives through seeded random days in virtual time. Agents come and
 * go, contacts arrive, phones ring, configuration changes, the process dies and starts again from
 * the rows it had committed. After every step invariants.h and story.h are asked. The same seed
 * gives the same days: a failure prints the seed and the step.
 *
 *     sim --days N --seed S [--long]     (--long: 10,000 days)                                  */
#include <stdlib.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "base/random.h"
#include "domain/agent/commands.h"
#include "domain/core/core.h"
#include "domain/task/commands.h"
#include "domain/telephony/commands.h"
#include "edits.h"
#include "invariants.h"
#include "oracle.h"
#include "store/memory/store_memory.h"
#include "store/store.h"
#include "story.h"

enum { START_MS = 1000, STEPS_MIN = 300, STEPS_MORE = 1700 };
struct sim {
    struct random random;
    struct table_config config;
    struct store *store;
    struct world *world;
    struct arena *arena;
    struct effects fx;
    struct story story;
    int64_t now_ms;
    uint64_t seed;
    unsigned long long steps, crashes, worlds;
    enum err refused; /* the last command's answer */
    bool as_json;     /* this day's events come as JSON */
};

static uint64_t below(struct sim *s, uint64_t n)
{
    return random_below(&s->random, n);
}

static void fail(struct sim *s, const char *why)
{
    fprintf(stderr, "sim: %s (seed %llu, step %llu, at %lld ms)\n", why,
            (unsigned long long)s->seed, s->steps, (long long)s->now_ms);
    abort();
}

static struct centre *centre(struct sim *s)
{
    return centre_find(centres_of(s->world), s->config.org);
}

/* ---- steps ---- */

static void begin_world(struct sim *s)
{
    struct config_view view = table_view(&s->config);
    struct world_options o = { .seed = s->seed * 7919 + ++s->worlds, .now_ms = s->now_ms };
    s->world = world_new(&o);
    if (!s->world || centre_attach(s->world, &view, NULL) != ERR_OK)
        fail(s, "no world");
    enum err err = world_load(s->world, s->store);
    if (err != ERR_OK)
        fail(s, err_code(err));
}

static enum err step(struct sim *s, command_fn *command, const void *args)
{
    arena_reset(s->arena);
    effects_init(&s->fx, s->arena);
    s->fx.plain_events = !s->as_json;
    s->steps++;
    return core_step(s->world, s->now_ms, command, args, &s->fx);
}

/* Those of this step that still stand. */
static const char *check_offers(struct sim *s, const struct centre *c)
{
    const char *wrong = NULL;
    for (unsigned i = 0; !wrong && i < s->story.count; i++) {
        struct story_task *known = &s->story.task[i];
        const struct task *t = known->offered ? task_find(c, known->id) : NULL;
        known->offered = false;
        if (t && t->s.state == TASK_OFFERED)
            wrong = oracle_offer(&s->config, t);
    }
    return wrong;
}

/* Durable: now others hear of it. */
static void commit(struct sim *s)
{
    struct store_batch batch = { .writes = s->fx.writes, .write_count = s->fx.write_count };
    const char *wrong = NULL;
    if (s->fx.failed)
        fail(s, "effects failed");
    if (s->store->ops->commit(s->store, &batch, 1) != ERR_OK)
        fail(s, "commit failed");
    for (size_t i = 0; i < s->fx.event_count && !wrong; i++)
        wrong = story_hear(&s->story, &s->fx.events[i], s->arena);
    struct centre *c = centre(s);
    if (!wrong && c)
        wrong = check_centre(c);
    if (!wrong)
        wrong = story_compare(&s->story, c);
    if (!wrong && c)
        wrong = check_offers(s, c);
    if (!wrong && c && core_next_due(s->world) > s->now_ms) /* else more may still happen now */
        wrong = oracle_check(&s->config, c);
    if (wrong)
        fail(s, wrong);
}

static void fire_due(struct sim *s)
{
    while (core_next_due(s->world) <= s->now_ms) {
        step(s, core_fire_due, NULL);
        commit(s);
    }
}

/* A command; a refused one may leave notices but no rows and no journaled events. */
static void run(struct sim *s, command_fn *command, const void *args)
{
    fire_due(s);
    enum err err = s->refused = step(s, command, args);
    for (size_t i = 0; err != ERR_OK && i < s->fx.event_count; i++)
        if (event_is_journaled(s->fx.events[i].type))
            fail(s, "a refused command was journaled");
    if (err != ERR_OK && s->fx.write_count > 0)
        fail(s, "a refused command wrote rows");
    commit(s);
}

/* ---- crashes ---- */

static uint64_t mix_json(struct sim *s, struct buf *b)
{
    (void)s;
    uint64_t h = 1469598103934665603ULL;
    for (size_t i = 0; i < b->len; i++)
        h = (h ^ (unsigned char)b->data[i]) * 1099511628211ULL;
    return h;
}

/* One number for everything in the world, whatever the order of its maps. */
static uint64_t digest(struct sim *s)
{
    struct centre *c = centre(s);
    struct map *maps[] = { &c->tasks, &c->agents, &c->devices };
    uint64_t sum = 0;
    for (int m = 0; m < 3; m++) {
        size_t at = 0;
        struct slice key;
        void *value;
        while (map_next(maps[m], &at, &key, &value)) {
            struct buf b;
            struct json_writer w;
            buf_init_arena(&b, s->arena);
            json_writer_init(&w, &b);
            if (m == 0)
                task_snapshot_write(&w, &((struct task *)value)->s);
            else if (m == 1)
                agent_snapshot_write(&w, &((struct agent *)value)->s, (struct uuid){ { 0 } });
            else
                device_snapshot_write(&w, &((struct device *)value)->s);
            sum += mix_json(s, &b);
        }
    }
    return sum;
}

/* The process dies, in half of the cases between deciding and committing, and starts again. */
static void crash(struct sim *s, command_fn *command, const void *args)
{
    if (!centre(s))
        return;
    arena_reset(s->arena);
    uint64_t before = digest(s);
    int64_t due = core_next_due(s->world);
    if (below(s, 2))
        step(s, command, args);
    world_free(s->world);
    begin_world(s);
    s->crashes++;
    arena_reset(s->arena);
    if (s->story.count > 0 || centre(s)) {
        if ((centre(s) ? digest(s) : 0) != before)
            fail(s, "the world after the crash is another one");
        if (core_next_due(s->world) != due)
            fail(s, "deadlines were lost in the crash");
    }
}

/* ---- what can happen ---- */

static struct uuid some_user(struct sim *s)
{
    return s->config.user[below(s, s->config.users)].id;
}

static struct task_call some_call(struct sim *s)
{
    struct task_call call = { .org = s->config.org, .tracking_id = SLICE("t") };
    call.task = table_id(8, 1);
    call.user = some_user(s);
    if (s->story.count == 0 || below(s, 20) == 0)
        return call;
    const struct story_task *t = &s->story.task[below(s, s->story.count)];
    for (int tries = 0; tries < 6 && uuid_is_nil(t->agent); tries++) /* rather one that is served */
        t = &s->story.task[below(s, s->story.count)];
    call.task = t->id;
    if (!uuid_is_nil(t->agent) && below(s, 10) > 0)
        call.user = t->agent;
    return call;
}

static void do_login(struct sim *s)
{
    char number[16];
    unsigned i = (unsigned)below(s, s->config.users);
    snprintf(number, sizeof number, "%u", 1000 + (below(s, 30) == 0 ? 0 : i));
    struct agent_login_args in = {
        .call = { s->config.org, s->config.user[i].id, SLICE("t") },
        .as_agent = below(s, 20) > 0,
        .as_supervisor = below(s, 10) == 0,
        .team = s->config.team[below(s, s->config.teams)].id,
        .dial_number = slice_of(number),
        .device_type = below(s, 4) == 0 ? DEVICE_BROWSER : DEVICE_EXTENSION,
    };
    if (!in.as_agent && below(s, 2))
        in.team = (struct uuid){ { 0 } };
    run(s, agent_login, &in);
}

static void do_logout(struct sim *s)
{
    struct agent_logout_args in = { .call = { s->config.org, some_user(s), SLICE("t") },
                                    .reason = SLICE("User requested logout") };
    run(s, agent_logout, &in);
}

static void do_state(struct sim *s)
{
    struct agent_set_state_args in = {
        .call = { s->config.org, some_user(s), SLICE("t") },
        .state = below(s, 8) ? AGENT_AVAILABLE : AGENT_IDLE,
        .idle_code = s->config.code[below(s, TABLE_CODES)].id,
        .by = below(s, 10) ? (struct uuid){ { 0 } } : some_user(s),
    };
    run(s, agent_set_state, &in);
}

static void do_socket(struct sim *s)
{
    struct agent_call call = { s->config.org, some_user(s), SLICE("t") };
    command_fn *commands[] = { agent_socket_lost, agent_socket_back, agent_reload };
    struct agent_buddies_args buddies = { .call = call,
                                          .media = (enum channel_type)below(s, 4),
                                          .any_state = below(s, 2),
                                          .state = AGENT_IDLE };
    if (below(s, 4) == 0)
        run(s, agent_buddies, &buddies);
    else
        run(s, commands[below(s, 3)], &call);
}

/* A limit counts from the arrival, whatever the configuration says later. */
static void check_max_wait(struct sim *s, int64_t max_ms)
{
    struct uuid id;
    if (s->fx.result.len < 11 + UUID_TEXT_LEN ||
        !uuid_parse(slice_sub(s->fx.result, 11, 11 + UUID_TEXT_LEN), &id))
        return;
    const struct task *t = task_find(centre(s), id);
    if (t && t->s.queue_due != (max_ms > 0 ? s->now_ms + max_ms : 0))
        fail(s, "a contact's longest wait is not its queue's");
}

/* Counted the slow way: talks that are not over. */
static bool is_full(struct sim *s, unsigned q)
{
    const struct table_config *t = &s->config;
    int64_t open = 0;
    for (unsigned i = 0; i < s->story.count; i++) {
        const struct task *task = task_find(centre(s), s->story.task[i].id);
        open += task->s.state != TASK_WRAPUP && uuid_eq(task->s.queue_id, t->queue[q].id);
    }
    return (t->queue_max[q] > 0 && open >= t->queue_max[q]) ||
           (t->entry_max[q] > 0 && open >= t->entry_max[q]);
}

static void do_create(struct sim *s)
{
    unsigned q = (unsigned)below(s, s->config.queues);
    struct attribute a = { SLICE("customerName"), SLICE("Grace") };
    struct task_create_args in = { .org = s->config.org,
                                   .channel = s->config.channel[q],
                                   .entry_point = s->config.entry[q].id,
                                   .from = SLICE("+4930123456"),
                                   .attributes = &a,
                                   .attribute_count = (uint32_t)below(s, 2) };
    if (below(s, 50) == 0)
        in.channel = (enum channel_type)below(s, channel_type_count);
    if (s->story.count >= 20 && below(s, 8) != 0)
        return;
    fire_due(s); /* what ends by itself now is no longer there */
    bool full = is_full(s, q);
    run(s, task_create, &in);
    if (full != (s->refused == ERR_LIMIT) && s->refused != ERR_INVALID_FIELD)
        fail(s, "a full queue or entry point takes a contact, or one with room does not");
    check_max_wait(s, s->config.max_wait_ms[q]);
}

static void do_call(struct sim *s)
{
    /* What suits the state, more often than not. */
    static command_fn *const suits[task_state_count][4] = {
        [TASK_PARKED] = { task_hangup, task_accept, task_describe, task_end },
        [TASK_OFFERED] = { task_accept, task_accept, task_accept, task_reject },
        [TASK_CONNECTED] = { task_hold, task_end, task_end, task_hangup },
        [TASK_HELD] = { task_unhold, task_unhold, task_end, task_hangup },
        [TASK_WRAPUP] = { task_hangup, task_hold, task_reject, task_accept },
    };
    static command_fn *const any[] = { task_accept, task_reject, task_hold,
                                       task_unhold, task_end,    task_hangup };
    struct task_call call = some_call(s);
    const struct story_task *t = story_find(&s->story, call.task);
    bool odd = !t || below(s, 8) == 0;
    run(s, odd ? any[below(s, 6)] : suits[t->state][below(s, 4)], &call);
}

static void do_wrapup(struct sim *s)
{
    struct task_wrapup_args in = { .call = some_call(s),
                                   .code = s->config.code[below(s, 10) ? CODE_RESOLVED : 0].id,
                                   .reason = SLICE("done") };
    run(s, task_wrapup, &in);
}

static void do_update(struct sim *s)
{
    char name[16], value[16];
    snprintf(name, sizeof name, "n%u", (unsigned)below(s, 5));
    snprintf(value, sizeof value, "%s", below(s, 3) ? "value" : "");
    struct attribute a = { slice_of(name), slice_of(value) };
    struct task_update_args in = { .call = some_call(s), .attributes = &a, .attribute_count = 1 };
    run(s, task_update, &in);
}

static void do_device(struct sim *s)
{
    char number[16];
    command_fn *commands[] = { device_answer, device_answer, device_hangup, device_decline };
    struct task_call on = some_call(s); /* the telephone of an agent who has a contact */
    unsigned user = below(s, 4) ? on.user.bytes[15] : (unsigned)below(s, s->config.users);
    snprintf(number, sizeof number, "%u", 1000 + user);
    struct device_call call = { s->config.org, slice_of(number), SLICE("t") };
    struct device_set_args set = { .call = call,
                                   .answers = below(s, 3) > 0,
                                   .answer_after_ms = (int64_t)below(s, 25000),
                                   .unreachable = below(s, 15) == 0 };
    if (below(s, 10) == 0)
        run(s, device_set, &set);
    else
        run(s, commands[below(s, 4)], &call);
}

static enum err edit_config(struct world *w, const void *args, struct effects *fx)
{
    (void)fx;
    struct sim *s = *(struct sim *const *)args;
    struct edits e = { &s->random, &s->config };
    if (below(s, 3) == 0) {
        world_user_changed(w, s->config.org, edits_user(&e));
        return ERR_OK;
    }
    edits_one(&e);
    world_config_changed(w, s->config.org);
    return ERR_OK;
}

static void do_crash(struct sim *s)
{
    struct task_call call = some_call(s);
    crash(s, below(s, 2) ? task_hangup : task_end, &call);
}

static void do_config(struct sim *s)
{
    struct sim *self = s;
    run(s, edit_config, &self);
}

static void do_wait(struct sim *s)
{
    s->now_ms += (int64_t)below(s, below(s, 50) ? 3000 : 200000);
    fire_due(s);
}

static const struct {
    unsigned weight;
    void (*act)(struct sim *s);
} acts[] = {
    { 16, do_create }, { 8, do_login },  { 3, do_logout },  { 14, do_state },
    { 3, do_socket },  { 30, do_call },  { 18, do_wrapup }, { 2, do_update },
    { 12, do_device }, { 2, do_config }, { 20, do_wait },   { 1, do_crash },
};

static void act(struct sim *s)
{
    unsigned all = 0, at = 0;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        all += acts[i].weight;
    uint64_t pick = below(s, all);
    while (pick >= acts[at].weight)
        pick -= acts[at++].weight;
    acts[at].act(s);
}

/* ---- days ---- */

/* A day stands alone, so that its number and the seed are all one needs to see it again. */
static void live_day(struct sim *s, uint64_t seed, uint64_t day)
{
    s->seed = seed + day;
    random_seed(&s->random, s->seed);
    s->now_ms = START_MS;
    s->worlds = 0;
    s->as_json = day % 10 == 0;
    s->story.count = 0;
    memset(s->story.in, 0, sizeof s->story.in);
    edits_make(&(struct edits){ &s->random, &s->config });
    if (store_memory_open(&s->store) != ERR_OK)
        fail(s, "no store");
    begin_world(s);
    uint64_t steps = STEPS_MIN + below(s, STEPS_MORE);
    for (uint64_t i = 0; i < steps; i++)
        act(s);
    world_free(s->world);
    s->store->ops->close(s->store);
}

/* Here the configuration is plain tables, and there is one organisation. */
static bool is_of_this_world(enum event_type type)
{
    return type != EVENT_CONFIG_CHANGED && type != EVENT_ORGANIZATION_STATE &&
           type != EVENT_ORGANIZATION_CLOSED && type != EVENT_EVENT_ERASED &&
           !slice_starts(slice_of(event_name(type)), SLICE("security."));
}

/* Days in which something never happens prove nothing about it. */
static int print_events(const struct sim *s, bool must_have_all)
{
    int missing = 0;
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        printf("%s %llu\n", event_name((enum event_type)i), s->story.heard[i]);
        missing += s->story.heard[i] == 0 && is_of_this_world((enum event_type)i);
    }
    if (missing > 0 && must_have_all)
        fprintf(stderr, "sim: %d kinds of events never happened\n", missing);
    return must_have_all && missing > 0;
}

int main(int argc, char **argv)
{
    uint64_t days = 200, seed = 1;
    for (int i = 1; i < argc; i++) {
        if (slice_is(slice_of(argv[i]), "--long"))
            days = 10000;
        else if (slice_is(slice_of(argv[i]), "--days") && i + 1 < argc)
            days = strtoull(argv[++i], NULL, 10);
        else if (slice_is(slice_of(argv[i]), "--seed") && i + 1 < argc)
            seed = strtoull(argv[++i], NULL, 10);
        else {
            fprintf(stderr, "usage: sim [--days N] [--seed S] [--long]\n");
            return 2;
        }
    }
    struct sim *s = calloc(1, sizeof *s);
    if (!s || !(s->arena = arena_new(256 << 20)))
        return 1;
    s->story.hash = 1469598103934665603ULL;
    for (uint64_t day = 0; day < days; day++)
        live_day(s, seed, day);
    printf("days %llu seed %llu steps %llu contacts %llu ended %llu crashes %llu hash %016llx\n",
           (unsigned long long)days, (unsigned long long)seed, s->steps, s->story.arrived,
           s->story.finished, s->crashes, (unsigned long long)s->story.hash);
    int result = print_events(s, days >= 100);
    arena_free(s->arena);
    free(s);
    return result;
}
