/* Who acts: what a valid access token says. Small and copied, so that no request holds on to shared
 * state. */
#ifndef DOMAIN_IDENTITY_PRINCIPAL_H
#define DOMAIN_IDENTITY_PRINCIPAL_H
#include <stdbool.h>
#include <stdint.h>

#include "base/uuid.h"
enum scope { /* rows: spec/scopes.def */
#define SCOPE(symbol, name, about) SCOPE_##symbol,
#include "scopes.def"
             SCOPE_COUNT
};
enum role { /* spec/roles.yaml */
#define ROLE(symbol, title, scopes) ROLE_##symbol,
#include "domain/identity/roles.def"
            ROLE_COUNT
};
/* Decides the class of limits: a personal token has a lower one. */
enum token_kind {
    TOKEN_OF_PERSON,   /* by an integration or the command line, for a person */
    TOKEN_OF_PORTAL,   /* a person's own, made on the account page: 12 hours, not refreshable */
    TOKEN_OF_MACHINE,  /* a service app's: no person */
    TOKEN_OF_OPERATOR, /* whoever runs the server: no person, no organisation */
    TOKEN_KIND_COUNT
};
struct principal {
    struct uuid org;    /* nil for the server's operator */
    struct uuid user;   /* nil for a machine account */
    struct uuid client; /* nil: the portal, or the command line */
    enum token_kind kind;
    enum role role;
    uint64_t scopes; /* bit 1 << enum scope */
    int64_t expires_ms;
    uint32_t per_minute; /* the client's own rate limit: RATE_AS_SERVER, RATE_OFF or a number */
};
/* A rate limit of requests a minute that is none, or is not set. */
enum { RATE_AS_SERVER = 0 };
#define RATE_OFF UINT32_MAX
static inline bool principal_has(const struct principal *p, enum scope s)
{
    return (p->scopes >> s) & 1;
}
#endif
