/* What the outside's languages may call: filled by server/wiring.c, read-only afterwards. */
#ifndef API_SERVICES_H
#define API_SERVICES_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
struct catalog;
struct clock;
struct core_port;
struct facts;
struct identity;
struct media;
struct oauth;
struct quota;
struct realtime;
struct search;
struct webhooks;
struct ws_hub;
struct sandbox_clock;
struct services {
    struct clock *clock;
    struct core_port *core;
    struct catalog *catalog;
    struct identity *identity;
    const struct quota *quota; /* api/rest/quota.h; NULL: no rate limit */
    struct media *media;       /* api/media */
    struct oauth *oauth;       /* api/oauth */
    struct realtime *realtime; /* api/realtime */
    struct webhooks *webhooks; /* api/webhook */
    struct search *search;     /* api/search */
    struct facts *facts;
    struct ws_hub *hub;
    struct sandbox_clock
        *sandbox_clock;      /* moving the clock: api/sandbox/clock.h, implemented by the engine */
    struct slice public_url; /* "http://127.0.0.1:8080", without a slash at the end */
    bool allow_private_webhooks; /* setting: loopback and plain http for webhook URLs */
    bool introspection;          /* GraphQL introspection on */
    bool require_pkce;           /* of clients with a secret too */
    bool strict;                 /* compatibility mode */
    /* Ready to serve? Filled by the engine; *why gets a word when not. */
    bool (*ready)(const struct services *s, const char **why);
};
#endif
