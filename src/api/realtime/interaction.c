/* What clients read of it: Cisco's SDK merges each message's interaction into its own copy and
 * deletes what is missing, so every message carries all of it. Boolean-like values of
 * callProcessingDetails are texts in the contract, times of media and participants are null until
 * they happened. */
#include "api/realtime/interaction.h"

#include "base/json_write.h"
#include "base/uuid.h"
#include "domain/event/snapshot.h"

static void key_id(struct json_writer *w, struct uuid id)
{
    char text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    json_key(w, text);
}

static void member_time(struct json_writer *w, const char *name, int64_t ms)
{
    if (ms)
        json_member_i64(w, name, ms);
    else
        json_member_null(w, name);
}

/* Who takes part on the agents' side. A task without an owner still names the agent a message is
 * about. */
struct party_view {
    struct uuid id, team, site, session, channel;
    struct slice name, dn, team_name;
    bool joined, left, wrapping_up;
};

static bool party_of(const struct task_snapshot *t, const struct agent_snapshot *a,
                     struct party_view *p)
{
    bool owned = !uuid_is_nil(t->agent_id);
    if (!owned && !a)
        return false;
    *p = owned ? (struct party_view){ .id = t->agent_id,
                                      .team = t->team_id,
                                      .site = t->site_id,
                                      .session = t->agent_session_id,
                                      .channel = t->agent_channel_id,
                                      .name = t->agent_name,
                                      .dn = t->agent_dn,
                                      .team_name = t->team_name }
               : (struct party_view){ .id = a->agent_id,
                                      .team = a->team_id,
                                      .site = a->site_id,
                                      .session = a->id,
                                      .name = a->agent_name,
                                      .dn = a->dial_number,
                                      .team_name = a->team_name };
    p->joined = owned && t->state != TASK_OFFERED;
    p->left = !owned || t->is_terminated;
    p->wrapping_up = owned && t->state == TASK_WRAPUP;
    return true;
}

static void write_agent(struct json_writer *w, const struct task_snapshot *t,
                        const struct party_view *p)
{
    key_id(w, p->id);
    json_object_begin(w);
    json_member_uuid(w, "id", p->id);
    json_member_cstr(w, "pType", "Agent");
    json_member_cstr(w, "type", "Agent");
    json_member_text(w, "name", p->name);
    json_member_text(w, "dn", p->dn);
    json_member_uuid(w, "teamId", p->team);
    json_member_text(w, "teamName", p->team_name);
    json_member_uuid(w, "siteId", p->site);
    json_member_uuid(w, "queueId", t->queue_id);
    json_member_cstr(w, "queueMgrId", "aqm");
    json_member_uuid(w, "channelId", p->channel);
    json_member_uuid(w, "sessionId", p->session);
    json_member_null(w, "callerId");
    json_member_bool(w, "hasJoined", p->joined);
    json_member_bool(w, "hasLeft", p->left);
    json_member_bool(w, "isInPredial", false);
    json_member_bool(w, "isConsulted", false);
    json_member_bool(w, "isOffered", t->state == TASK_OFFERED);
    json_member_bool(w, "isWrapUp", p->wrapping_up);
    member_time(w, "wrapUpTimestamp", p->wrapping_up ? t->state_time : 0);
    member_time(w, "joinTimestamp", p->joined ? t->connected_time : 0);
    json_member_cstr(w, "currentState", p->wrapping_up ? "wrapUp" : "connected");
    member_time(w, "currentStateTimestamp", t->state_time);
    json_member_null(w, "consultState");
    json_member_null(w, "consultTimestamp");
    json_member_bool(w, "autoAnswerEnabled", false);
    json_member_bool(w, "bargedIn", false);
    json_object_end(w);
}

static void write_customer(struct json_writer *w, const struct task_snapshot *t)
{
    json_key_slice(w, t->origin);
    json_object_begin(w);
    json_member_text(w, "id", t->origin);
    json_member_cstr(w, "pType", "Customer");
    json_member_cstr(w, "type", "Customer");
    json_member_text(w, "name", t->origin);
    json_member_text(w, "callerId", t->origin);
    json_member_bool(w, "hasJoined", true);
    json_member_bool(w, "hasLeft", t->is_terminated);
    json_member_bool(w, "isInPredial", false);
    json_object_end(w);
}

static void write_media(struct json_writer *w, const struct task_snapshot *t,
                        const struct party_view *p)
{
    json_key(w, "media");
    json_object_begin(w);
    key_id(w, t->id);
    json_object_begin(w);
    json_member_uuid(w, "mediaResourceId", t->id);
    json_member_text(w, "mediaType", words_text(&words_channel_type, (int)t->channel_type));
    json_member_cstr(w, "mediaMgr", t->channel_type == CHANNEL_TELEPHONY ? "callmm" : "digitalmm");
    json_key(w, "participants");
    json_array_begin(w);
    json_put_text(w, t->origin);
    if (p) {
        char text[UUID_TEXT_LEN + 1];
        uuid_format(p->id, text);
        json_put_cstr(w, text);
    }
    json_array_end(w);
    json_member_cstr(w, "mType", "mainCall");
    json_member_bool(w, "isHold", t->held_time != 0);
    member_time(w, "holdTimestamp", t->held_time);
    json_object_end(w);
    json_object_end(w);
}

static void member_number_text(struct json_writer *w, const char *name, int64_t n)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)n);
    json_member_cstr(w, name, text);
}

static void write_processing_details(struct json_writer *w, const struct task_snapshot *t)
{
    json_key(w, "callProcessingDetails");
    json_object_begin(w);
    json_member_cstr(w, "QMgrName", "aqm");
    json_member_uuid(w, "tenantId", t->org);
    json_member_text(w, "ani", t->origin);
    json_member_text(w, "displayAni", t->origin);
    json_member_text(w, "dnis", t->destination);
    json_member_uuid(w, "QueueId", t->queue_id);
    json_member_uuid(w, "vteamId", t->queue_id);
    json_member_text(w, "virtualTeamName", t->queue_name);
    json_member_uuid(w, "EP_ID", t->entry_point_id);
    member_number_text(w, "priority", t->priority);
    member_number_text(w, "ronaTimeout", t->rona_seconds);
    json_member_cstr(w, "isParked", t->state == TASK_PARKED ? "true" : "false");
    json_member_cstr(w, "pauseResumeEnabled", "false");
    json_member_cstr(w, "recordInProgress", "false");
    json_member_cstr(w, "isPaused", "false");
    json_member_cstr(w, "taskToBeSelfServiced", "false");
    json_object_end(w);
}

/* Call associated data twice, as the contract has it: with its declaration, and flat. */
static void write_attributes(struct json_writer *w, const struct task_snapshot *t)
{
    json_key(w, "callAssociatedData");
    json_object_begin(w);
    for (uint32_t i = 0; i < t->attribute_count; i++) {
        const struct attribute *a = &t->attributes[i];
        json_key_slice(w, a->name);
        json_object_begin(w);
        json_member_text(w, "name", a->name);
        json_member_text(w, "displayName", a->name);
        json_member_text(w, "value", a->value);
        json_member_cstr(w, "type", "STRING");
        json_member_bool(w, "agentEditable", true);
        json_member_bool(w, "agentViewable", true);
        json_member_bool(w, "global", false);
        json_member_bool(w, "isSecure", false);
        json_object_end(w);
    }
    json_object_end(w);
    json_key(w, "callAssociatedDetails");
    json_object_begin(w);
    for (uint32_t i = 0; i < t->attribute_count; i++) {
        json_key_slice(w, t->attributes[i].name);
        json_put_text(w, t->attributes[i].value);
    }
    json_object_end(w);
}

static struct slice state_text(const struct task_snapshot *t)
{
    return words_text(&words_task_state, t->state == TASK_OFFERED ? TASK_NEW : (int)t->state);
}

static void write_head(struct json_writer *w, const struct task_snapshot *t)
{
    struct slice channel = words_text(&words_channel_type, (int)t->channel_type);
    json_member_uuid(w, "interactionId", t->id);
    json_member_uuid(w, "mainInteractionId", t->id);
    json_member_null(w, "parentInteractionId");
    json_member_uuid(w, "orgId", t->org);
    json_member_text(w, "state", state_text(t));
    json_member_text(w, "mediaType", channel);
    json_member_text(w, "mediaChannel", channel);
    json_member_null(w, "mediaProperties");
    json_member_uuid(w, "owner", t->agent_id);
    json_member_bool(w, "isFcManaged", false);
    json_member_bool(w, "isTerminated", t->is_terminated);
    json_member_bool(w, "isMediaForked", false);
    json_member_uuid(w, "currentVTeam", t->queue_id);
    json_key(w, "previousVTeams");
    json_array_begin(w);
    json_array_end(w);
    json_key(w, "contactDirection");
    json_object_begin(w);
    json_member_text(w, "type", words_text(&words_direction, (int)t->direction));
    json_object_end(w);
    json_member_null(w, "outboundType");
    json_member_null(w, "workflowManager");
    json_member_null(w, "flowProperties");
    json_member_raw(w, "callFlowParams", SLICE("{}"));
    json_member_i64(w, "createdTimestamp", t->created_time);
    member_time(w, "queuedTimestamp", t->queued_time);
}

void interaction_write(struct json_writer *w, const struct task_snapshot *t,
                       const struct agent_snapshot *agent)
{
    struct party_view party;
    bool has_party = party_of(t, agent, &party);
    json_object_begin(w);
    write_head(w, t);
    write_processing_details(w, t);
    write_attributes(w, t);
    json_key(w, "participants");
    json_object_begin(w);
    if (has_party)
        write_agent(w, t, &party);
    write_customer(w, t);
    json_object_end(w);
    write_media(w, t, has_party ? &party : NULL);
    json_object_end(w);
}
