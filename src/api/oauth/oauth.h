/* OAuth2, sign-in and the few pages that belong to it. Operations: spec/operations/oauth.yaml. What
 * it keeps of its own is only what may be lost at a restart: failed logins, the key of form tokens
 * and the threads that check passwords. */
#ifndef API_OAUTH_OAUTH_H
#define API_OAUTH_OAUTH_H
#include "base/err.h"
#include "domain/identity/password.h"
struct oauth;
struct oauth_options {
    unsigned password_threads; /* 0: 2 */
    struct password_cost cost; /* of new hashes, and those of who signs in; all 0: the default */
};
enum err oauth_new(const struct oauth_options *options, struct oauth **out);
/* After the HTTP server has stopped and before the engine does: finishes password checks under
 * way. NULL is fine. */
void oauth_free(struct oauth *o);
#endif
