/* What a user's profile allows: modules (permissions) and entities (resource collections).
 *
 * - A module that the profile does not name, or names with NONE, is closed to administrators;
 *   VIEW lets them read. People who handle contacts may read all modules, for their desktops do.
 * - With resourceAccessLevel SPECIFIC only what one of the collections holds is there; agents see
 *   all, and everybody what they are made of: themselves, their site, teams and profiles.
 * - Machine accounts are not restricted; their scopes say what they may do. */
#ifndef DOMAIN_CATALOG_ACCESS_H
#define DOMAIN_CATALOG_ACCESS_H
#include "domain/catalog/references.h"
struct catalog_change;
struct effects;
struct world;
enum access_level { ACCESS_NONE, ACCESS_VIEW, ACCESS_EDIT };
struct access {
    enum access_level level; /* of the resource's module */
    bool all;                /* no collection restricts it */
    struct uuid *ids;        /* sorted: those that can be seen */
    size_t count, cap;
    struct uuid *own; /* sorted: what the user is made of, seen as well */
    size_t own_count;
};
/* For a user (nil: a machine account) and a resource. Memory of the arena; the entities of the view
 * must stay. ERR_OUT_OF_MEMORY. A user who is not there any more has no access. */
enum err access_read(const struct catalog_view *view, struct uuid user, enum resource r,
                     struct arena *a, struct access *out);
/* What a user profile shows of a kind as collections name it (NULL: of what they do not know).
 * Fills all, ids and count of *out alone. */
enum err access_of_collections(const struct catalog_view *view, const struct entity *profile,
                               const char *kind, struct arena *a, struct access *out);
/* What the user's desktop profile offers of queues, entry points and auxiliary codes; everything of
 * other resources, and nothing without a profile. */
enum err access_of_desktop(const struct catalog_view *view, struct uuid user, enum resource r,
                           struct arena *a, struct access *out);
/* The word of collections for a resource; NULL: they do not know it. */
const char *access_kind(enum resource r);
/* May the user read what tells of everything, such as the audit trail? Only with its permission,
 * and with a profile that collections do not narrow. */
bool access_reads_all(const struct catalog_view *view, struct uuid user, const char *permission,
                      struct arena *a);
/* Does the profile narrow the user in nothing? So a machine account (nil) is; who is not there any
 * more is not. */
bool access_is_whole(const struct catalog_view *view, struct uuid user);
/* After a create, in the same step: into the maker's default collection (default_collection.c). */
void access_collect(struct world *w, const struct catalog_change *change, struct uuid id,
                    struct effects *fx);
bool access_holds(const struct access *access, struct uuid id); /* by collections alone */
bool access_shows(const struct access *access, const struct entity *e);
#endif
