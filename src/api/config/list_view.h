/* Lists as somebody needs them at a desk: what a desktop profile offers, the people a supervisor is
 * responsible for, the agents of a queue. Each is a switch of the query that leaves rows out. */
#ifndef API_CONFIG_LIST_VIEW_H
#define API_CONFIG_LIST_VIEW_H
#include "api/config/config.h"
#include "base/json_write.h"
#include "domain/catalog/access.h"
struct list_ids {
    struct uuid *at; /* in order */
    size_t count;
};
struct list_view {
    struct access desktop;     /* what it offers, when asked for; else all */
    bool idle_only;            /* and of codes those of a pause */
    bool in_queue, unassigned; /* userInQueue: only its agents, or only the others */
    struct list_ids agents;    /* of that queue */
    bool managed;              /* only agents of the sites and teams that the caller may see */
    struct access sites, teams;
    bool buddies, all_buddies; /* only members of the caller's buddy teams, or of any team */
    struct list_ids buddy_teams;
};
/* Reads the switches of the resource. ERR_INVALID_FIELD names the bad one in *why. Between
 * epoch_enter and epoch_leave, as is its use. */
enum err list_view_read(struct rest_call *call, const struct catalog_view *view,
                        struct list_view *out, struct slice *why);
bool list_view_hides(const struct list_view *v); /* any row at all */
bool list_view_shows(const struct list_view *v, const struct entity *e);
/* includeAIMappingCount: members of `meta`, how many entities of the organisation a feature is on
 * for, those that the caller may not see among them. */
void list_view_counts(struct http_request *req, const struct catalog_view *view, enum resource r,
                      struct json_writer *w);
#endif
