#include "api/webhook/payload.h"

#include "base/arena.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "domain/event/snapshot.h"

/* What the data of one piece of news is made from. */
struct source {
    const struct event *event;
    struct arena *arena;
    const struct json *body;
    struct slice channel_word; /* empty: the event names none */
    bool has_task, has_agent;
    struct task_snapshot task;
    struct agent_snapshot agent;
};

static void put_id(struct json_writer *w, const char *name, struct uuid id)
{
    char text[UUID_TEXT_LEN + 1];
    if (uuid_is_nil(id))
        return;
    uuid_format(id, text);
    json_member_cstr(w, name, text);
}

static void put_text(struct json_writer *w, const char *name, struct slice text)
{
    if (text.len)
        json_member_text(w, name, text);
}

/* ---- contacts ---- */

static void put_task(struct json_writer *w, const struct source *s, struct slice destination)
{
    const struct task_snapshot *t = &s->task;
    put_id(w, "taskId", t->id);
    json_member_text(w, "channelType", words_text(&words_channel_type, (int)t->channel_type));
    json_member_text(w, "direction", words_text(&words_direction, (int)t->direction));
    json_member_text(w, "origin", t->origin);
    json_member_text(w, "destination", destination);
    json_member_null(w, "outboundType");
    put_id(w, "queueId", t->queue_id);
    json_member_i64(w, "createdTime", s->event->at_ms);
}

/* Where the contact goes: the agent's number once there is an agent. */
static struct slice agent_number(const struct source *s)
{
    if (s->task.agent_dn.len)
        return s->task.agent_dn;
    if (s->has_agent && s->agent.dial_number.len)
        return s->agent.dial_number;
    return s->task.destination;
}

static void put_arrival(struct json_writer *w, const struct source *s)
{
    put_task(w, s, s->task.destination);
    json_member_null(w, "workflowManager");
}

static void put_connect(struct json_writer *w, const struct source *s)
{
    put_task(w, s, agent_number(s));
    json_member_null(w, "workflowManager");
}

static void put_connected(struct json_writer *w, const struct source *s)
{
    put_task(w, s, agent_number(s));
}

static void put_hold(struct json_writer *w, const struct source *s)
{
    put_task(w, s, agent_number(s));
    put_id(w, "agentId", s->has_agent ? s->agent.agent_id : s->task.agent_id);
}

static void put_ended(struct json_writer *w, const struct source *s)
{
    struct slice reason = s->task.termination_reason;
    put_arrival(w, s);
    json_member_text(w, "reason",
                     reason.len ? reason : json_text(json_get(s->body, "reason"), reason));
    json_member_text(w, "terminatingParty", words_text(&words_party, (int)s->task.terminating_end));
}

/* ---- agents ---- */

static void put_agent(struct json_writer *w, const struct source *s, struct slice state)
{
    put_id(w, "agentId", s->agent.agent_id);
    json_member_text(w, "currentState", state);
    put_text(w, "destination", s->agent.dial_number);
    put_id(w, "teamId", s->agent.team_id);
    json_member_i64(w, "createdTime", s->event->at_ms);
}

static void put_login(struct json_writer *w, const struct source *s)
{
    put_agent(w, s, SLICE("logged-in"));
}

static void put_logout(struct json_writer *w, const struct source *s)
{
    struct slice by = json_text(json_get(s->body, "loggedOutBy"), SLICE(""));
    put_agent(w, s, SLICE("logged-out"));
    if (by.len)
        json_member_text(w, "loggedOutBy", by);
    else
        put_id(w, "loggedOutBy", s->agent.agent_id);
}

/* A word that says what is over: what came of it is told after it. */
static bool is_passing(struct slice word)
{
    return slice_is(word, "wrapup-done") || slice_is(word, "hold-done");
}

/* idle or available as a whole, or what the contact's channel does. */
static struct slice agent_word(const struct source *s)
{
    if (s->channel_word.len)
        return s->channel_word;
    return s->agent.state == AGENT_AVAILABLE ? SLICE("available") : SLICE("idle");
}

static void put_contact_of_agent(struct json_writer *w, const struct source *s, struct slice word)
{
    if (slice_is(word, "idle"))
        put_id(w, "idleCodeId", s->agent.idle_code_id);
    if (!s->has_task)
        return;
    put_text(w, "origin", s->task.origin);
    put_id(w, "queueId", s->task.queue_id);
    put_id(w, "taskId", s->task.id);
    if (slice_is(word, "wrapup-done"))
        put_id(w, "wrapUpAuxCodeId", s->task.wrapup_code_id);
}

static void put_state(struct json_writer *w, const struct source *s)
{
    struct slice word = agent_word(s);
    put_agent(w, s, word);
    put_contact_of_agent(w, s, word);
}

static void put_channel(struct json_writer *w, const struct source *s,
                        const struct channel_snapshot *c)
{
    struct slice word = s->channel_word;
    if (!word.len)
        word = words_text(&words_channel_state, (int)c->state);
    put_agent(w, s, word);
    put_id(w, "channelId", c->id);
    json_member_text(w, "channelType", words_text(&words_channel_type, (int)c->type));
    put_contact_of_agent(w, s, word);
}

static struct slice channel_type_word(const struct source *s, const struct channel_snapshot *c)
{
    static const struct {
        enum channel_state state;
        struct slice word;
    } rows[] = {
        { CHANNEL_AVAILABLE, { "Available", 9 } }, { CHANNEL_RINGING, { "Reserved", 8 } },
        { CHANNEL_CONNECTED, { "Engaged", 7 } },   { CHANNEL_ON_HOLD, { "Engaged", 7 } },
        { CHANNEL_WRAPUP, { "WrapUp", 6 } },
    };
    if (s->agent.state == AGENT_LOGGED_OUT)
        return SLICE("LoggedOut");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].state == c->state)
            return rows[i].word;
    return SLICE("Idle");
}

static void put_channel_type(struct json_writer *w, const struct source *s,
                             const struct channel_snapshot *c)
{
    put_agent(w, s, channel_type_word(s, c));
    json_member_text(w, "channelType", words_text(&words_channel_type, (int)c->type));
    json_member_bool(w, "pendingIdleState", s->agent.is_pending_idle);
    put_text(w, "idleCodeName", s->agent.idle_code_name);
}

/* ---- which event becomes what ---- */

typedef void put_fn(struct json_writer *w, const struct source *s);
typedef void put_channel_fn(struct json_writer *w, const struct source *s,
                            const struct channel_snapshot *c);
enum { HOW_MAX = 3 };
struct how {
    enum webhook_event type;
    put_fn *once;
    put_channel_fn *each_channel; /* one piece of news for each channel that has just changed */
    bool by_type;                 /* of those only the first of each channel type */
};
#define STATE                                       \
    {                                               \
        WEBHOOK_AGENT_STATE, put_state, NULL, false \
    }
#define CHANNEL                                         \
    {                                                   \
        WEBHOOK_AGENT_CHANNEL, NULL, put_channel, false \
    }
#define BY_CHANNEL                                               \
    {                                                            \
        WEBHOOK_AGENT_CHANNEL_TYPE, NULL, put_channel_type, true \
    }
static const struct how hows[EVENT_TYPE_COUNT][HOW_MAX] = {
    [EVENT_AGENT_LOGIN] = { { WEBHOOK_AGENT_LOGIN, put_login, NULL, false } },
    [EVENT_AGENT_LOGOUT] = { { WEBHOOK_AGENT_LOGOUT, put_logout, NULL, false }, BY_CHANNEL },
    [EVENT_AGENT_STATE] = { STATE, CHANNEL, BY_CHANNEL },
    [EVENT_AGENT_CHANNEL] = { STATE, CHANNEL, BY_CHANNEL },
    [EVENT_TASK_NEW] = { { WEBHOOK_TASK_NEW, put_arrival, NULL, false } },
    [EVENT_TASK_PARKED] = { { WEBHOOK_TASK_PARKED, put_arrival, NULL, false } },
    [EVENT_TASK_CONNECT] = { { WEBHOOK_TASK_CONNECT, put_connect, NULL, false } },
    [EVENT_TASK_CONNECTED] = { { WEBHOOK_TASK_CONNECTED, put_connected, NULL, false } },
    [EVENT_TASK_ON_HOLD] = { { WEBHOOK_TASK_ON_HOLD, put_hold, NULL, false } },
    [EVENT_TASK_HOLD_DONE] = { { WEBHOOK_TASK_HOLD_DONE, put_hold, NULL, false } },
    [EVENT_TASK_ENDED] = { { WEBHOOK_TASK_ENDED, put_ended, NULL, false } },
};

static bool is_used(const struct how *h)
{
    return h->once || h->each_channel;
}

uint64_t webhook_events_of(enum event_type type)
{
    uint64_t bits = 0;
    for (int i = 0; i < HOW_MAX; i++)
        if (is_used(&hows[type][i]))
            bits |= (uint64_t)1 << hows[type][i].type;
    return bits;
}

static enum err read_source(const struct event *e, struct arena *a, struct source *s)
{
    struct json *body;
    *s = (struct source){ .event = e, .arena = a };
    enum err err = json_parse(a, e->body, &body, NULL);
    if (err != ERR_OK)
        return err == ERR_OUT_OF_MEMORY ? err : ERR_CORRUPT;
    s->body = body;
    s->channel_word = json_text(json_get(body, "channelState"), SLICE(""));
    s->has_task = json_get(body, "task") != NULL;
    s->has_agent = json_get(body, "agent") != NULL;
    if (s->has_task)
        err = task_snapshot_read(json_get(body, "task"), a, &s->task);
    if (err == ERR_OK && s->has_agent)
        err = agent_snapshot_read(json_get(body, "agent"), a, &s->agent);
    return err;
}

struct news_list {
    struct webhook_news *items;
    size_t count;
    bool failed;
};

static void add_news(struct news_list *l, const struct source *s, const struct how *h,
                     const struct channel_snapshot *c)
{
    struct buf b;
    struct json_writer w;
    buf_init_arena(&b, s->arena);
    json_writer_init(&w, &b);
    json_object_begin(&w);
    if (c)
        h->each_channel(&w, s, c);
    else
        h->once(&w, s);
    json_object_end(&w);
    l->failed = l->failed || buf_failed(&b);
    l->items[l->count++] = (struct webhook_news){ h->type, buf_slice(&b) };
}

/* The ones that changed in this event; all of them when none has its time (a logout). */
static bool is_changed(const struct source *s, const struct channel_snapshot *c)
{
    return s->event->type != EVENT_AGENT_STATE || c->state_time == s->event->at_ms;
}

static bool is_first_of_type(const struct source *s, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++)
        if (s->agent.channels[i].type == s->agent.channels[index].type &&
            is_changed(s, &s->agent.channels[i]))
            return false;
    return true;
}

static void add_channels(struct news_list *l, const struct source *s, const struct how *h)
{
    for (uint32_t i = 0; i < s->agent.channel_count; i++)
        if (is_changed(s, &s->agent.channels[i]) && (!h->by_type || is_first_of_type(s, i)))
            add_news(l, s, h, &s->agent.channels[i]);
}

static void add_all(struct news_list *l, const struct source *s)
{
    for (int i = 0; i < HOW_MAX; i++) {
        const struct how *h = &hows[s->event->type][i];
        if (h->once)
            add_news(l, s, h, NULL);
        else if (h->each_channel)
            add_channels(l, s, h);
    }
}

/* What came of it. A pending Idle is told by an event of its own. */
static void add_outcome(struct news_list *l, const struct source *s)
{
    static const struct how state = STATE, channel = CHANNEL;
    const struct channel_snapshot *c = s->agent.channels;
    if (!is_passing(s->channel_word) || s->agent.channel_count == 0 || s->agent.is_pending_idle)
        return;
    struct source after = *s;
    after.channel_word = words_text(&words_channel_state, (int)c->state);
    after.has_task = s->has_task && !uuid_is_nil(c->task_id);
    add_news(l, &after, &state, NULL);
    add_news(l, &after, &channel, c);
}

enum err webhook_news_of(const struct event *e, struct arena *a, const struct webhook_news **out,
                         size_t *count)
{
    struct source s;
    enum err err = read_source(e, a, &s);
    if (err != ERR_OK)
        return err;
    struct news_list l = { 0 };
    size_t most = HOW_MAX * ((size_t)s.agent.channel_count + 1) + 2; /* and an outcome */
    l.items = arena_alloc(a, most * sizeof *l.items);
    if (!l.items)
        return ERR_OUT_OF_MEMORY;
    add_all(&l, &s);
    add_outcome(&l, &s);
    *out = l.items;
    *count = l.count;
    return l.failed ? ERR_OUT_OF_MEMORY : ERR_OK;
}
