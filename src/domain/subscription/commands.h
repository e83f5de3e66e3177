/* What may happen to a webhook subscription. All answer with the subscription as the result
 * (subscription_write without the secret). Refused: ERR_INVALID_FIELD with one line for each field
 * ("name: ..."), ERR_NOT_FOUND (also for one of the other generation). */
#ifndef DOMAIN_SUBSCRIPTION_COMMANDS_H
#define DOMAIN_SUBSCRIPTION_COMMANDS_H
#include "base/buf.h"
#include "domain/core/core.h"
#include "domain/subscription/subscription.h"
/* What a client sent. at == NULL: not there. */
struct subscription_draft {
    struct uuid org;
    int generation;
    bool allow_private; /* loopback, any port and plain http for the URL */
    struct slice by;    /* the user's e-mail address */
    struct slice name, description, url, secret, resource_version, status;
    bool has_events;
    const struct slice *events;
    size_t event_count;
};
/* struct subscription_draft. ERR_BAD_REQUEST: the organisation has all it may have. */
command_fn subscription_create;
struct subscription_change {
    struct uuid id;
    struct subscription_draft draft; /* of which name is ignored */
};
command_fn subscription_update;
struct subscription_name {
    struct uuid org, id;
    int generation;
};
command_fn subscription_delete;
/* By the system, after the last failed delivery. ERR_CONFLICT: it is inactive already. */
command_fn subscription_deactivate;
/* What is wrong with a destination URL, or NULL. */
const char *subscription_url_flaw(struct slice url, bool allow_private);
/* All flaws of a draft, a line each; empty: none. `creating`: what is required must be there. */
void subscription_flaws(const struct subscription_draft *d, bool creating, struct buf *out);
#endif
