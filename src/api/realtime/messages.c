/* One row of the table below for each event that reaches sockets; a row names the messages and what
 * writes their data. */
#include "api/realtime/messages.h"

#include "api/realtime/interaction.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/random.h"
#include "domain/event/event.h"
#include "domain/event/snapshot.h"

/* An event taken apart. */
struct news {
    const struct event *event;
    const struct json *body;
    struct task_snapshot task;   /* has_task */
    struct agent_snapshot agent; /* has_agent */
    bool has_task, has_agent;
    struct slice tracking_id;
};

static struct slice new_tracking_id(struct arena *a, const char *prefix)
{
    struct uuid id = { { 0 } };
    char text[UUID_TEXT_LEN + 1];
    (void)random_secret(
        id.bytes, sizeof id.bytes); /* a tracking id may repeat, it only helps searching logs */
    uuid_format(id, text);
    return arena_printf(a, "%s%s", prefix, text);
}

/* ---- data of agent messages ---- */

static void write_channels_map(struct json_writer *w, const struct agent_snapshot *a)
{
    json_key(w, "channelsMap");
    json_object_begin(w);
    for (int type = 0; type < words_channel_type.count; type++) {
        json_key_slice(w, words_text(&words_channel_type, type));
        json_array_begin(w);
        for (uint32_t i = 0; i < a->channel_count; i++) {
            char text[UUID_TEXT_LEN + 1];
            uuid_format(a->channels[i].id, text);
            if ((int)a->channels[i].type == type)
                json_put_cstr(w, text);
        }
        json_array_end(w);
    }
    json_object_end(w);
}

static void write_roles(struct json_writer *w, const struct agent_snapshot *a)
{
    json_key(w, "roles");
    json_array_begin(w);
    if (a->is_agent)
        json_put_cstr(w, "agent");
    if (a->is_supervisor)
        json_put_cstr(w, "supervisor");
    json_array_end(w);
}

/* Contacts the agent has, from its channels. */
static void write_interaction_ids(struct json_writer *w, const struct agent_snapshot *a)
{
    json_key(w, "interactionIds");
    json_array_begin(w);
    for (uint32_t i = 0; i < a->channel_count; i++) {
        char text[UUID_TEXT_LEN + 1];
        uuid_format(a->channels[i].task_id, text);
        if (!uuid_is_nil(a->channels[i].task_id))
            json_put_cstr(w, text);
    }
    json_array_end(w);
}

static void write_state(struct json_writer *w, const struct agent_snapshot *a)
{
    json_member_uuid(w, "agentSessionId", a->id);
    if (a->state == AGENT_AVAILABLE)
        json_member_cstr(w, "auxCodeId", "0");
    else
        json_member_uuid(w, "auxCodeId", a->idle_code_id);
    json_member_cstr(w, "status", a->state == AGENT_LOGGED_OUT ? "LoggedOut" : "LoggedIn");
    json_member_text(w, "subStatus", words_text(&words_agent_state, (int)a->state));
    json_member_i64(w, "lastIdleCodeChangeTimestamp", a->idle_code_time);
    json_member_i64(w, "lastStateChangeTimestamp", a->state_time);
    if (a->state_reason.len)
        json_member_text(w, "lastStateChangeReason", a->state_reason);
}

static void write_login(struct json_writer *w, const struct news *n)
{
    const struct agent_snapshot *a = &n->agent;
    write_state(w, a);
    json_member_uuid(w, "teamId", a->team_id);
    json_member_text(w, "teamName", a->team_name);
    json_member_uuid(w, "siteId", a->site_id);
    json_member_text(w, "dn", a->dial_number);
    json_member_text(w, "dialNumber", a->dial_number);
    json_member_text(w, "deviceType", words_text(&words_device_type, (int)a->device_type));
    json_member_text(w, "deviceId", a->device_id);
    json_member_bool(w, "isExtension", a->device_type == DEVICE_EXTENSION);
    json_member_text(w, "profileType", words_text(&words_blending, (int)a->blending));
    write_roles(w, a);
    write_interaction_ids(w, a);
    write_channels_map(w, a);
}

static void write_state_change(struct json_writer *w, const struct news *n)
{
    const struct agent_snapshot *a = &n->agent;
    bool by_other = !uuid_is_nil(a->changed_by_id);
    write_state(w, a);
    json_member_cstr(w, "changedBy", by_other ? "Supervisor" : NULL);
    json_member_uuid(w, "changedById", a->changed_by_id);
    if (by_other)
        json_member_text(w, "changedByName", a->changed_by_name);
    else
        json_member_null(w, "changedByName");
}

static void write_logout(struct json_writer *w, const struct news *n)
{
    write_state(w, &n->agent);
    write_roles(w, &n->agent);
    struct slice by = json_text(json_get(n->body, "loggedOutBy"), SLICE(""));
    if (by.len)
        json_member_text(w, "loggedOutBy", by);
}

static void write_reason(struct json_writer *w, const struct news *n)
{
    struct slice reason = json_text(json_get(n->body, "reason"), SLICE(""));
    if (!reason.len)
        return;
    json_member_text(w, "reason", reason);
    json_member_i64(w, "reasonCode", json_i64(json_get(n->body, "reasonCode"), 0));
}

static void write_buddies(struct json_writer *w, const struct news *n)
{
    json_key(w, "agentList");
    json_array_begin(w);
    JSON_EACH(one, json_get(n->body, "agents"))
    {
        json_object_begin(w);
        json_member_text(w, "agentId", json_text(json_get(one, "agentId"), SLICE("")));
        json_member_text(w, "state", json_text(json_get(one, "state"), SLICE("")));
        json_member_text(w, "teamId", json_text(json_get(one, "teamId"), SLICE("")));
        json_member_text(w, "dn", json_text(json_get(one, "dialNumber"), SLICE("")));
        json_member_text(w, "agentName", json_text(json_get(one, "agentName"), SLICE("")));
        json_member_text(w, "siteId", json_text(json_get(one, "siteId"), SLICE("")));
        json_object_end(w);
    }
    json_array_end(w);
}

/* ---- data of contact messages ---- */

static void write_contact(struct json_writer *w, const struct news *n)
{
    const struct task_snapshot *t = &n->task;
    json_member_uuid(w, "interactionId", t->id);
    json_member_uuid(w, "mediaResourceId", t->id);
    json_member_null(w, "consultMediaResourceId");
    json_member_text(w, "destAgentId", n->event->agent);
    json_member_uuid(w, "owner", t->agent_id);
    json_member_cstr(w, "queueMgr", "aqm");
    json_member_text(w, "queueName", t->queue_name);
    json_member_bool(w, "isConsulted", false);
    json_key(w, "interaction");
    interaction_write(w, t, n->has_agent ? &n->agent : NULL);
    write_reason(w, n);
}

static void write_offer(struct json_writer *w, const struct news *n)
{
    write_contact(w, n);
    json_member_i64(w, "ronaTimeout", n->task.rona_seconds);
}

/* Clients drop a contact at once unless they find themselves among those who still have to wrap up.
 */
static void write_ended(struct json_writer *w, const struct news *n)
{
    write_contact(w, n);
    json_key(w, "agentsPendingWrapUp");
    json_array_begin(w);
    if (n->task.state == TASK_WRAPUP)
        json_put_text(w, n->event->agent);
    json_array_end(w);
    json_member_text(w, "terminatingParty", words_text(&words_party, (int)n->task.terminating_end));
}

static void write_wrapped_up(struct json_writer *w, const struct news *n)
{
    write_contact(w, n);
    json_member_uuid(w, "wrapUpAuxCodeId", n->task.wrapup_code_id);
}

/* ---- the envelope ---- */

struct message_form {
    const char *top, *name; /* `type` and `data.type` */
    void (*write)(struct json_writer *w, const struct news *n);
};

static void write_envelope(struct json_writer *w, struct arena *a, const struct news *n,
                           const struct message_form *f)
{
    bool routing = strcmp(f->top, "RoutingMessage") == 0;
    json_object_begin(w);
    json_member_cstr(w, "type", f->top);
    json_member_text(w, "orgId", n->event->org);
    json_member_text(w, "trackingId", new_tracking_id(a, "notifs_"));
    json_key(w, "data");
    json_object_begin(w);
    json_member_cstr(w, "type", f->name);
    json_member_cstr(w, "eventType", routing ? "RoutingMessage" : "AgentDesktopMessage");
    json_member_i64(w, "eventTime", n->event->at_ms);
    json_member_text(w, "agentId", n->event->agent);
    json_member_text(w, "orgId", n->event->org);
    json_member_text(w, "trackingId", n->tracking_id.len ? n->tracking_id : new_tracking_id(a, ""));
    f->write(w, n);
    json_object_end(w);
    json_object_end(w);
}

static enum err add_message(struct arena *a, const struct news *n, const struct message_form *f,
                            struct message_list *out)
{
    if (out->count == MESSAGES_MAX)
        return ERR_LIMIT;
    struct buf text;
    struct json_writer w;
    buf_init_arena(&text, a);
    json_writer_init(&w, &text);
    write_envelope(&w, a, n, f);
    if (buf_failed(&text))
        return ERR_OUT_OF_MEMORY;
    out->texts[out->count++] = buf_slice(&text);
    return ERR_OK;
}

/* ---- which event becomes what ---- */

enum { FORMS_MAX = 2 };
#define AGENT_MESSAGE(top, name, write) \
    {                                   \
        top, name, write                \
    }
#define TASK_MESSAGE(name, write)     \
    {                                 \
        "RoutingMessage", name, write \
    }
static const struct message_form forms[EVENT_TYPE_COUNT][FORMS_MAX] = {
    [EVENT_AGENT_LOGIN] = { AGENT_MESSAGE("StationLogin", "AgentStationLoginSuccess",
                                          write_login) },
    [EVENT_AGENT_LOGIN_FAILED] = { AGENT_MESSAGE("StationLogin", "AgentStationLoginFailed",
                                                 write_reason) },
    [EVENT_AGENT_LOGOUT] = { AGENT_MESSAGE("Logout", "AgentLogoutSuccess", write_logout) },
    [EVENT_AGENT_LOGOUT_FAILED] = { AGENT_MESSAGE("Logout", "AgentLogoutFailed", write_reason) },
    [EVENT_AGENT_STATE] = { AGENT_MESSAGE("AgentStateChange", "AgentStateChangeSuccess",
                                          write_state_change) },
    [EVENT_AGENT_STATE_FAILED] = { AGENT_MESSAGE("AgentStateChange", "AgentStateChangeFailed",
                                                 write_reason) },
    [EVENT_AGENT_RELOAD] = { AGENT_MESSAGE("AgentReloginSuccess", "AgentReloginSuccess",
                                           write_login) },
    [EVENT_AGENT_RELOAD_FAILED] = { AGENT_MESSAGE("AgentReloginFailed", "AgentReloginFailed",
                                                  write_reason) },
    [EVENT_AGENT_BUDDIES] = { AGENT_MESSAGE("BuddyAgents", "BuddyAgents", write_buddies) },
    [EVENT_AGENT_BUDDIES_FAILED] = { AGENT_MESSAGE("BuddyAgents", "BuddyAgentsRetrieveFailed",
                                                   write_reason) },
    [EVENT_TASK_CONNECT] = { TASK_MESSAGE("AgentContactReserved", write_offer),
                             TASK_MESSAGE("AgentOfferContact", write_offer) },
    [EVENT_TASK_CONNECTED] = { TASK_MESSAGE("AgentContactAssigned", write_contact) },
    [EVENT_TASK_ASSIGNED_AGAIN] = { TASK_MESSAGE("AgentContactAssigned", write_contact) },
    [EVENT_TASK_RONA] = { TASK_MESSAGE("AgentOfferContactRona", write_contact) },
    [EVENT_TASK_DECLINED] = { TASK_MESSAGE("AgentContactAssignFailed", write_contact) },
    [EVENT_TASK_WITHDRAWN] = { TASK_MESSAGE("AgentInviteFailed", write_contact) },
    [EVENT_TASK_ON_HOLD] = { TASK_MESSAGE("AgentContactHeld", write_contact) },
    [EVENT_TASK_HOLD_DONE] = { TASK_MESSAGE("AgentContactUnheld", write_contact) },
    [EVENT_TASK_UPDATED] = { TASK_MESSAGE("ContactUpdated", write_contact) },
    [EVENT_TASK_ENDED] = { TASK_MESSAGE("ContactEnded", write_ended) },
    [EVENT_TASK_WRAPUP] = { TASK_MESSAGE("AgentWrapup", write_contact) },
    [EVENT_TASK_WRAPPED_UP] = { TASK_MESSAGE("AgentWrappedUp", write_wrapped_up) },
};

/* task.refused says which call did not fit; each has its own message. */
static const struct {
    const char *operation;
    struct message_form form;
} refusals[] = {
    { "accept", TASK_MESSAGE("AgentContactAssignFailed", write_contact) },
    { "reject", TASK_MESSAGE("AgentContactAssignFailed", write_contact) },
    { "hold", TASK_MESSAGE("AgentContactHoldFailed", write_contact) },
    { "unhold", TASK_MESSAGE("AgentContactUnHoldFailed", write_contact) },
    { "end", TASK_MESSAGE("AgentContactEndFailed", write_contact) },
    { "wrapup", TASK_MESSAGE("AgentWrapupFailed", write_contact) },
};

/* A call on a contact that is not there has no snapshot: then only the reason is told. */
static void write_bare_refusal(struct json_writer *w, const struct news *n)
{
    json_member_text(w, "interactionId", json_text(json_get(n->body, "taskId"), SLICE("")));
    write_reason(w, n);
}

static enum err add_refusal(struct arena *a, const struct news *n, struct message_list *out)
{
    struct slice operation = json_text(json_get(n->body, "operation"), SLICE(""));
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct message_form form = refusals[i].form;
        if (!slice_is(operation, refusals[i].operation))
            continue;
        if (!n->has_task)
            form.write = write_bare_refusal;
        return add_message(a, n, &form, out);
    }
    return ERR_OK;
}

/* The contacts of a reload, one AgentContact each. */
static enum err add_reloaded(struct arena *a, const struct news *n, struct message_list *out)
{
    static const struct message_form form = TASK_MESSAGE("AgentContact", write_contact);
    enum err err = ERR_OK;
    JSON_EACH(one, json_get(n->body, "tasks"))
    {
        struct news each = *n;
        each.has_task = true;
        err = task_snapshot_read(one, a, &each.task);
        if (err == ERR_OK)
            err = add_message(a, &each, &form, out);
        if (err != ERR_OK)
            break;
    }
    return err;
}

static enum err news_read(const struct event *event, struct arena *a, struct news *n)
{
    struct json *body;
    enum err err = json_parse(a, event->body, &body, NULL);
    if (err != ERR_OK)
        return err == ERR_OUT_OF_MEMORY ? err : ERR_CORRUPT;
    *n = (struct news){ .event = event, .body = body };
    n->tracking_id = json_text(json_get(body, "trackingId"), SLICE(""));
    const struct json *task = json_get(body, "task"), *agent = json_get(body, "agent");
    if (task && (err = task_snapshot_read(task, a, &n->task)) != ERR_OK)
        return err;
    if (agent && (err = agent_snapshot_read(agent, a, &n->agent)) != ERR_OK)
        return err;
    n->has_task = task != NULL;
    n->has_agent = agent != NULL;
    return ERR_OK;
}

enum err messages_of_event(const struct event *event, struct arena *a, struct message_list *out)
{
    struct news n;
    const struct message_form *row = forms[event->type];
    out->count = 0;
    if (!row[0].name && event->type != EVENT_TASK_REFUSED)
        return ERR_OK;
    enum err err = news_read(event, a, &n);
    if (err != ERR_OK)
        return err;
    if (event->type == EVENT_TASK_REFUSED)
        return add_refusal(a, &n, out);
    for (int i = 0; i < FORMS_MAX && row[i].name && err == ERR_OK; i++)
        err = add_message(a, &n, &row[i], out);
    if (err == ERR_OK && event->type == EVENT_AGENT_RELOAD)
        err = add_reloaded(a, &n, out);
    return err;
}

/* ---- what no event tells ---- */

struct slice message_welcome(struct arena *a, struct uuid org, struct uuid user)
{
    char org_text[UUID_TEXT_LEN + 1], user_text[UUID_TEXT_LEN + 1];
    uuid_format(org, org_text);
    uuid_format(user, user_text);
    struct slice tracking = new_tracking_id(a, "notifs_");
    return arena_printf(a,
                        "{\"type\":\"Welcome\",\"orgId\":\"%s\",\"trackingId\":\"%.*s\",\"data\":{"
                        "\"agentId\":\"%s\"}}",
                        org_text, SLICE_ARG(tracking), user_text);
}

struct slice message_multi_login(struct arena *a, struct uuid org, struct uuid user)
{
    char org_text[UUID_TEXT_LEN + 1], user_text[UUID_TEXT_LEN + 1];
    uuid_format(org, org_text);
    uuid_format(user, user_text);
    struct slice tracking = new_tracking_id(a, "notifs_");
    return arena_printf(
        a,
        "{\"type\":\"AGENT_MULTI_LOGIN\",\"orgId\":\"%s\",\"trackingId\":\"%.*s\",\"data\":{"
        "\"agentId\":\"%s\",\"reason\":\"multi login\",\"type\":\"AgentMultiLoginCloseSession\"}}",
        org_text, SLICE_ARG(tracking), user_text);
}

bool message_is_keepalive(struct arena *a, struct slice text)
{
    struct json *v;
    return json_parse(a, text, &v, NULL) == ERR_OK &&
           slice_is(json_text(json_get(v, "keepalive"), SLICE("")), "true");
}
