/* The changes of identity, as commands for the core thread (domain/core/core.h). Secrets, ids and
 * the time are drawn outside and come in with the arguments, so that a step stays deterministic.
 * Argument structs and what they point to must live until the command is done. What a command
 * changed is readable only once it is durable. Answers are JSON in `result`; they hold the secrets'
 * text and must not be logged.
 *
 * Errors common to all: ERR_LIMIT (spec/limits.def), ERR_OUT_OF_MEMORY. RFC 6749's refusals are
 * ERR_INVALID_CLIENT, ERR_INVALID_GRANT, ERR_INVALID_SCOPE; `detail` says why. */
#ifndef DOMAIN_IDENTITY_COMMANDS_H
#define DOMAIN_IDENTITY_COMMANDS_H
#include "domain/core/core.h"
#include "domain/identity/identity.h"

/* What the kernel's generator gave for one command. */
struct identity_draw {
    uint8_t first[IDENTITY_SECRET_LEN];  /* access token, code, session, client secret */
    uint8_t second[IDENTITY_SECRET_LEN]; /* refresh token */
    uint8_t id[16];                      /* family or client id */
};
enum err identity_draw(struct identity_draw *out); /* ERR_IO */

/* Every argument struct begins so. */
struct identity_args {
    struct identity *identity;
    int64_t now_ms;
    struct identity_draw draw;
};

/* Result: {"clientId","clientSecret"?,"name","redirectUris","scope","confidential"}. The secret is
 * shown this once. ERR_INVALID_FIELD: name, redirect URI or scope (detail). */
struct identity_register_client_args {
    struct identity_args base;
    struct uuid org;
    struct slice name;
    const struct slice *redirects;
    size_t redirect_count;
    uint64_t scopes;
    bool confidential;
    uint32_t per_minute; /* principal.h */
};
command_fn identity_register_client;

/* Gives a client of `org` a rate limit of its own. ERR_NOT_FOUND. */
struct identity_limit_client_args {
    struct identity_args base;
    struct uuid org;
    struct slice client;
    uint32_t per_minute;
};
command_fn identity_limit_client;

/* `hash`: encoded argon2id, made outside (password.h). Ends the user's sessions. */
struct identity_set_password_args {
    struct identity_args base;
    struct uuid org, user;
    struct slice hash;
};
command_fn identity_set_password;

/* A new organisation with the defaults of spec/defaults.yaml and its first administrator. Result:
 * {"orgId","name","adminId","adminEmail"}. ERR_INVALID_FIELD; ERR_DUPLICATE: somebody on this
 * server has the address, or the id is taken; ERR_LIMIT: LIMIT_organizations_max. */
struct identity_organization_args {
    struct identity_args base;
    struct uuid org;             /* nil: made */
    struct slice name, timezone; /* no time zone: UTC */
    struct slice email, first_name, last_name;
    struct slice hash; /* of the password: made outside (password.h) */
};
command_fn identity_create_organization;

/* Remembers the consent and makes a code. Result: {"code"}. `challenge`: S256, required for public
 * clients; `redirect` must be one of the client's, to the byte. */
struct identity_issue_code_args {
    struct identity_args base;
    struct uuid org, user;
    struct slice client, redirect, challenge;
    uint64_t scopes;
};
command_fn identity_issue_code;

/* Result: the token answer (access_token, expires_in, refresh_token, refresh_token_expires_in,
 * token_type, scope). A second use of a code revokes what the first one gave; because that is a
 * change which must last, the command then succeeds with {"error":"invalid_grant"} as its result.
 * `authenticated`: the client has proven its secret (a confidential one must). */
struct identity_exchange_code_args {
    struct identity_args base;
    struct slice code, client, redirect, verifier;
    bool authenticated;
};
command_fn identity_exchange_code;

/* Confidential clients keep the refresh token and its clock starts again; public ones get a new
 * one, and showing an old one again revokes the whole family (result {"error":"invalid_grant"}).
 * `scopes` 0: as granted; never more.
 */
struct identity_refresh_args {
    struct identity_args base;
    struct slice refresh_token, client;
    uint64_t scopes;
    bool authenticated;
};
command_fn identity_refresh;

/* An access token without the dance: the portal's personal token and the command line. `client` may
 * be empty. `scopes` 0: all the user's role may have; more than that is left out, nothing
 * left is ERR_INVALID_SCOPE.
 * `with_refresh` needs a client. ERR_NOT_FOUND: no such active user. Result as in
 * identity_exchange_code. */
struct identity_issue_token_args {
    struct identity_args base;
    struct uuid org, user;
    struct slice client;
    uint64_t scopes;
    bool with_refresh;
    enum token_kind kind; /* TOKEN_OF_PERSON or TOKEN_OF_PORTAL */
};
command_fn identity_issue_token;

/* RFC 7009: a refresh token takes its family along. A token that is unknown or another client's is
 * not told apart: ERR_OK. Empty `client`: any (the owner's own page). */
struct identity_revoke_args {
    struct identity_args base;
    struct slice token, client;
};
command_fn identity_revoke;

/* Result: {"session"}: the cookie's value. */
struct identity_session_args {
    struct identity_args base;
    struct uuid org, user; /* open */
    struct slice session;  /* close */
};
command_fn identity_open_session;
command_fn identity_close_session;

/* Removes rows that fell due, at most LIMIT_identity_sweep_max; run again while identity_next_due
 * is not in the future. Arguments: struct identity_args. */
command_fn identity_sweep;
#endif
