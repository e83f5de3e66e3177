/* An agent: one logged-in user, with the channels it can take contacts on. Lives from login to
 * logout; owned by its centre. */
#ifndef DOMAIN_AGENT_AGENT_H
#define DOMAIN_AGENT_AGENT_H
#include "base/limits.h"
#include "domain/core/centre_state.h"
#include "domain/core/textbox.h"
#include "domain/event/snapshot.h"
struct ranking;
struct seat;
enum { AGENT_UNITS_MAX = 10 }; /* of one channel type, whatever a profile says */
struct agent {
    struct agent_snapshot s; /* s.channels is `channels` */
    struct centre *centre;
    struct textbox box;
    struct channel_snapshot *channels;  /* s.channel_count of them */
    struct task **tasks;                /* on channel i: NULL or the contact */
    uint32_t engaged;                   /* channels with a contact */
    unsigned units[channel_type_count]; /* how many contacts at once, as the configuration says; may
                                           be fewer than there are channels */
    struct seat *seats; /* its places in pools (domain/routing/lines.h), as of routes `seated` */
    size_t seat_count;
    const struct ranking *ranking; /* its team's; NULL: none */
    uint64_t seated;               /* centre->routes_number; 0: never */
    struct timer recovery;
    char number[LIMIT_dial_number_bytes_max]; /* its key in centre->numbers */
    bool dirty, hungry, gone, refits;
    struct agent *next_dirty, *next_hungry, *next_refit;
};
enum agent_event {
#define AGENT_EVENT(symbol) AGENT_ON_##symbol,
#include "agent_states.def"
    AGENT_EVENT_COUNT
};
enum channel_event {
#define CHANNEL_EVENT(symbol) CHANNEL_EVENT_##symbol,
#include "agent_states.def"
    CHANNEL_EVENT_COUNT
};
/* The moves of spec/agent_states.def; ERR_CONFLICT leaves *state as it was. */
enum err agent_step(enum agent_state *state, enum agent_event on);
enum err channel_step(enum channel_state *state, enum channel_event on);

/* Pure: which channel takes a contact of this type now when `units` of it may be taken at once, or
 * -1 (capacity.c). */
int capacity_pick(enum blending mode, const struct channel_snapshot *channels, uint32_t count,
                  enum channel_type type, unsigned units);
int agent_free_channel(const struct agent *a, enum channel_type type); /* the same; or -1 */
/* The multimedia profile may say something else than at login: units that are missing are added,
 * those too many stay but take nothing more (units.c). */
void agent_capacity_refresh(struct agent *a, struct effects *fx);
void agent_units_note(struct agent *a, const struct config_capacity *cap);

struct agent *agent_find(const struct centre *c, struct uuid user); /* NULL: not logged in */
void agent_touch(struct agent *a);                                  /* call before changing it */
void agent_seats_refresh(struct agent *a, struct effects *fx);      /* call after changing it */
/* Moves one channel (asserted to be legal), closing its running stretch of time. */
void agent_channel_move(struct agent *a, uint32_t channel, enum channel_event on);
/* A contact comes onto the channel (it rings) / leaves it, by CHANNEL_EVENT_LAPSE or agent_release.
 */
void agent_channel_take(struct agent *a, uint32_t channel, struct task *t);
void agent_channel_drop(struct agent *a, uint32_t channel, enum channel_event on);
/* How a channel is given back, as the agent's state wants it. */
enum channel_event agent_release(const struct agent *a);
/* READY or PAUSE with everything that follows for the channels; publishes agent.state. */
struct agent_move {
    enum agent_state to;
    struct uuid idle_code; /* AGENT_IDLE */
    struct slice idle_code_name, reason, tracking_id;
    struct uuid by; /* nil: itself, or the system */
    struct slice by_name;
    bool keeps_not_responding; /* channels that did not answer stay so */
};
void agent_move_to(struct agent *a, const struct agent_move *m, struct effects *fx);
/* The agent did not take an offer: Idle with the system's code; publishes agent.state. */
void agent_not_responding(struct agent *a, struct slice reason, struct effects *fx);
/* A contact is gone: after one that was served (not only offered) the agent joins the end of the
 * line; a pending Idle takes hold. */
void agent_contact_done(struct agent *a, bool served, struct effects *fx);
void agent_recovery_over(struct world *w, struct timer *t, struct effects *fx);
/* Its user is still there and active. */
bool agent_is_welcome(const struct agent *a);
/* Logs out an agent without contacts; publishes agent.logout. */
void agent_dismiss(struct agent *a, struct slice reason, struct effects *fx);
/* Building and taking down (login, load, logout). */
struct agent *agent_new(struct centre *c,
                        const struct agent_snapshot *s); /* copies; NULL: memory */
void agent_retire(struct agent *a); /* out of every map, freed when the next step begins */
void agent_free(struct agent *a);
enum err agents_load(struct centres *all, struct store *s);
#endif
