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
#include "domain/event/event.h"
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
    struct uuid by; /* who asks for it, for the security events; nil: the operator, or nobody */
    struct slice address; /* from where; empty: this machine's command line */
};

/* Result: the client as identity_client_write shows it. The secret is shown this once.
 * ERR_INVALID_FIELD: name, redirect URI or scope (detail). A service app is confidential and has no
 * redirect URIs; an integration needs one unless it may use the device grant. */
struct identity_register_client_args {
    struct identity_args base;
    struct uuid org, owner; /* owner: see client_view */
    enum client_kind kind;
    struct slice name;
    const struct slice *redirects;
    size_t redirect_count;
    uint64_t scopes;
    bool confidential, device;
    uint32_t per_minute; /* principal.h */
};
command_fn identity_register_client;

/* All following ones act on a client of `org`; ERR_NOT_FOUND otherwise. Result as above. */

/* Everything but id, kind, secret and whether there is one. Tokens that exist keep what they were
 * granted; what is no longer registered goes with their next refresh. */
struct identity_update_client_args {
    struct identity_args base;
    struct uuid org;
    struct slice client, name;
    const struct slice *redirects;
    size_t redirect_count;
    uint64_t scopes;
    bool device;
};
command_fn identity_update_client;

/* A new secret (shown this once); the old one is good for `overlap_ms` more, at most
 * LIMIT_secret_overlap_ms_max. A still older one is no longer. ERR_CONFLICT: it has none. */
struct identity_rotate_secret_args {
    struct identity_args base;
    struct uuid org;
    struct slice client;
    int64_t overlap_ms;
};
command_fn identity_rotate_secret;

/* Its tokens are worth nothing from then on. No result. */
struct identity_remove_client_args {
    struct identity_args base;
    struct uuid org;
    struct slice client;
};
command_fn identity_remove_client;

/* An administrator allows a service app `scopes` (some of those it asks for; 0 withdraws). A change
 * ends the app's tokens. ERR_INVALID_SCOPE. */
struct identity_authorize_client_args {
    struct identity_args base;
    struct uuid org;
    struct slice client;
    uint64_t scopes;
};
command_fn identity_authorize_client;

/* Tokens without a person, for an authorized service app that has proven its secret. Result as in
 * identity_exchange_code. ERR_ACCESS_DENIED: not authorized in `org`. */
struct identity_machine_token_args {
    struct identity_args base;
    struct uuid org;
    struct slice client;
    bool authenticated;
};
command_fn identity_machine_token;

/* Gives a client of `org` a rate limit of its own. ERR_NOT_FOUND. */
struct identity_limit_client_args {
    struct identity_args base;
    struct uuid org;
    struct slice client;
    uint32_t per_minute;
};
command_fn identity_limit_client;

/* `hash`: encoded argon2id, made outside (password.h). Ends the user's sessions and tokens.
 * `temporary`: whoever signs in with it has to choose another one first. */
struct identity_set_password_args {
    struct identity_args base;
    struct uuid org, user;
    struct slice hash;
    bool temporary;
    struct slice proven; /* the hash the old password fitted; ERR_FORBIDDEN: there is another one
                            by now. Empty: not asked for */
};
command_fn identity_set_password;

/* The same password, hashed with a higher cost: takes the place of `was`, if that is still there.
 */
struct identity_rehash_args {
    struct identity_args base;
    struct uuid org, user;
    struct slice was, hash;
};
command_fn identity_rehash_password;

/* A new organisation with the defaults of spec/defaults.yaml and its first administrator. Result:
 * {"orgId","name","adminId","adminEmail"}. ERR_INVALID_FIELD; ERR_DUPLICATE: somebody on this
 * server has the address, or the id is taken; ERR_LIMIT: LIMIT_organizations_max. */
struct identity_organization_args {
    struct identity_args base;
    struct uuid org;             /* nil: made */
    struct slice name, timezone; /* no time zone: UTC */
    struct slice email, first_name, last_name;
    struct slice hash; /* of the password: made outside (password.h) */
    bool temporary;    /* the password: see identity_set_password */
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

/* A token for whoever runs the server: of no organisation, with no scopes but the operator's. As
 * long as a personal one. args: struct identity_args. */
command_fn identity_issue_operator_token;

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
    struct slice session;  /* close; open: the one it replaces, may be empty */
    struct slice proven;   /* open: as in identity_set_password */
};
command_fn identity_open_session;
command_fn identity_close_session;

/* Ends all sessions, codes and tokens of a user. */
struct identity_sign_out_args {
    struct identity_args base;
    struct uuid org, user;
};
command_fn identity_sign_out_everywhere;

/* What a user has allowed. List: result {"items":[{"client","name","scope","since"}]}, the consents
 * that are remembered and the clients that hold a live refresh token. Withdraw: the consent of
 * `client` and all its codes and tokens of this user go; ERR_NOT_FOUND: not a client's id. */
struct identity_consent_args {
    struct identity_args base;
    struct uuid org, user;
    struct slice client; /* withdraw only */
};
command_fn identity_list_consents;
command_fn identity_withdraw_consent;

/* ---- the device grant: RFC 8628 ---- */

/* Result: {"device_code","user_code","expires_in","interval"}. ERR_UNAUTHORIZED_CLIENT: not
 * registered for it. Past device_codes_per_client_max the client's oldest code goes. */
struct identity_start_device_args {
    struct identity_args base;
    struct slice client;
    uint64_t scopes; /* 0: all it is registered for */
};
command_fn identity_start_device;

/* Result: {"client","scope"}. ERR_NOT_FOUND: unknown, decided, expired, or not of `org`. */
struct identity_device_args {
    struct identity_args base;
    struct slice user_code; /* as typed: letters of any case, with or without the hyphen */
    struct uuid org, user;
    bool allow;
};
command_fn identity_find_device;
/* What the user may not grant is left out; nothing left is ERR_INVALID_SCOPE. */
command_fn identity_decide_device;

/* Result: the token answer, once and only for the client that began; {"error":
 * "authorization_pending" or "slow_down"} while nobody has decided. ERR_EXPIRED_TOKEN,
 * ERR_ACCESS_DENIED, ERR_INVALID_GRANT. */
struct identity_poll_device_args {
    struct identity_args base;
    struct slice device_code, client;
    bool authenticated;
};
command_fn identity_poll_device;

/* Something was tried and refused: a security event (failures.c). No result. */
struct identity_failure_args {
    struct identity_args base;
    enum event_type type;
    struct uuid org, user; /* nil: not known */
    struct slice client;   /* id as text, of a client that exists; else empty */
    const char *detail;    /* static: why */
};
command_fn identity_note_failure;

/* Removes rows that fell due, at most LIMIT_identity_sweep_max; run again while identity_next_due
 * is not in the future. Arguments: struct identity_args. */
command_fn identity_sweep;
#endif
