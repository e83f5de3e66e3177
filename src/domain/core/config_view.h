/* The configuration as the living contact centre needs it: a port, so that tests and the simulator
 * bring their own tables. In the server it is config_catalog (over the catalogue's working
 * version). Slices live until the end of the step: what is kept is copied. Inactive entities are
 * found, with active false. */
#ifndef DOMAIN_CORE_CONFIG_VIEW_H
#define DOMAIN_CORE_CONFIG_VIEW_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "base/uuid.h"
#include "domain/core/skill_match.h"
#include "domain/event/words.h"
struct arena;
struct config_entry_point {
    struct slice name;
    bool active;
    enum channel_type channel;
    struct uuid default_queue; /* nil: none */
    int64_t max_contacts;      /* at once; 0: any number */
};
struct config_queue {
    struct slice name;
    bool active;
    enum channel_type channel;
    int64_t service_level_ms;
    int64_t max_wait_ms;  /* 0: may wait for ever */
    int64_t rona_ms;      /* <= 0: centre_settings.rona_ms */
    int64_t max_contacts; /* at once; 0: any number */
};
struct config_team {
    struct slice name;
    bool active;
    struct uuid site;
    struct slice site_name;
};
enum { CONFIG_NAME_MAX = 256 };
struct config_user {
    struct slice name; /* first and last; may lie in name_space, so do not copy the struct */
    char name_space[CONFIG_NAME_MAX];
    struct slice sign_in;
    bool active; /* and enabled for the contact centre */
    struct uuid agent_profile;
    struct uuid multimedia_profile; /* of the user; nil: none */
};
struct config_capacity {
    struct uuid profile;
    enum blending blending;
    unsigned units[channel_type_count];
};
struct config_aux_code {
    struct uuid id;
    struct slice name;
    bool active, is_idle /* else wrap-up */;
};
/* Whom a queue offers its contacts to, and in which order. */
enum staffing { STAFF_TEAMS, STAFF_SKILLED /* everybody who fits */, STAFF_AGENTS };
struct config_group_team {
    struct uuid team;
    int64_t after_ms; /* so long a contact has to wait before the team may take it */
};
struct config_rank {
    struct uuid queue;
    int64_t rank; /* the lowest is served first */
};
struct config_routing {
    struct uuid queue;
    enum channel_type channel;
    enum staffing staffing;
    struct slice strategy;        /* a name in strategies[] (domain/routing/strategy.h) */
    const struct skill_ask *asks; /* all have to be met */
    size_t ask_count;
    const struct config_group_team *teams; /* STAFF_TEAMS: in the order of their groups */
    size_t team_count;
    const struct uuid *agents; /* STAFF_AGENTS: users, in their order */
    size_t agent_count;
};
/* All false: not there. */
struct config_view_ops {
    bool (*entry_point)(void *ctx, struct uuid org, struct uuid id, struct config_entry_point *out);
    bool (*queue)(void *ctx, struct uuid org, struct uuid id, struct config_queue *out);
    bool (*team)(void *ctx, struct uuid org, struct uuid id, struct config_team *out);
    bool (*user)(void *ctx, struct uuid org, struct uuid id, struct config_user *out);
    bool (*user_in_team)(void *ctx, struct uuid org, struct uuid user, struct uuid team);
    /* The profile that counts for this user in this team: user's, else team's, else site's. */
    bool (*capacity)(void *ctx, struct uuid org, struct uuid user, struct uuid team,
                     struct config_capacity *out);
    bool (*aux_code)(void *ctx, struct uuid org, struct uuid id, struct config_aux_code *out);
    bool (*default_idle_code)(void *ctx, struct uuid org, struct config_aux_code *out);
    /* The system's idle code for an agent who did not answer. */
    bool (*rona_code)(void *ctx, struct uuid org, struct config_aux_code *out);
    /* The skill profile that counts for this user in this team: user's, else team's; nil: none. */
    struct uuid (*skill_profile)(void *ctx, struct uuid org, struct uuid user, struct uuid team);
    /* What it says, and what was given to the user alone. Memory of the arena and the
     * configuration; false: out of memory. */
    bool (*profile_skills)(void *ctx, struct uuid org, struct uuid profile, struct arena *a,
                           struct skills *out);
    bool (*user_skills)(void *ctx, struct uuid org, struct uuid user, struct arena *a,
                        struct skills *out);
    /* In which order the team serves queues; those that are not on the list come last. *count 0: in
     * no order. Memory of the arena; false: out of memory. */
    bool (*queue_ranks)(void *ctx, struct uuid org, struct uuid team, struct arena *a,
                        struct config_rank **list, size_t *count);
    /* Calls fn for each active queue; what it is given lives until it returns. False: out of
     * memory. */
    bool (*each_routing)(void *ctx, struct uuid org,
                         void (*fn)(void *arg, const struct config_routing *r), void *arg);
};
struct config_view {
    const struct config_view_ops *ops;
    void *ctx;
};
#endif
