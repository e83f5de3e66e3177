/* Who came in, who did not, and who changed what others may do: one event each (security.* in
 * spec/events.yaml), journaled in the step that does it, and the newest of each organisation kept
 * to be asked for. Never a secret: ids, addresses and words only. An event is
 *
 *   {id, time, type, user?, userName?, by?, byName?, client?, address?, detail?, count?, since?}
 *
 * `type` is the event's name without "security.". What a token's everyday life leaves (issued,
 * refreshed, revoked) has a list of its own, so that it does not push out the rest. */
#ifndef DOMAIN_CATALOG_SECURITY_H
#define DOMAIN_CATALOG_SECURITY_H
#include "base/uuid.h"
#include "domain/core/core.h"
#include "domain/event/event.h"
struct arena;
struct entity;
struct json;
struct org;
struct security_note {
    enum event_type type;
    struct uuid org;      /* nil: nobody's, such as a login with an unknown address; journal only */
    struct uuid user;     /* whom it is about; nil: nobody known */
    struct uuid by;       /* who did it, when that is somebody else */
    struct slice client;  /* id as text */
    struct slice address; /* where the request came from; empty: this machine's command line */
    struct slice detail;  /* what of it: scopes, a reason */
    uint32_t count;       /* 0 is 1: so many at once, */
    int64_t since_ms;     /* the first of them then */
};
/* A world without a catalogue (tests of other rooms) keeps and tells nothing. */
void security_note(struct world *w, const struct security_note *n, struct effects *fx);
/* rights-changed, when the change of an entity is one: of users and user profiles. By the
 * catalogue's actor. */
void security_note_change(struct world *w, struct uuid org, const struct entity *before,
                          const struct entity *now, struct effects *fx);
/* Command: the newest first; args: struct security_question; result: the array of events; *total
 * is filled. Empty members ask for all. */
struct security_question {
    struct uuid org, user;
    int type; /* enum event_type, -1: all */
    struct slice client, address;
    int64_t from_ms, to_ms; /* from <= time < to; 0: open */
    size_t first, count;
    size_t *total;
};
command_fn security_read;
bool security_type_find(struct slice word, enum event_type *out); /* "login-failed" */

/* For the catalogue: the lists of a new organisation, and the key of an entry that was kept. */
#define SECURITY_KIND       "security-event"
#define SECURITY_TOKEN_KIND "security-token"
void security_init(struct org *o);
struct slice security_key(const struct json *event, struct arena *a);
#endif
