/* Who may do what: passwords, integrations (clients), codes, tokens, login sessions and consents of
 * all organisations. The state belongs to the core thread and changes only by the commands of
 * commands.h; any thread may read the published state below without a lock. Of tokens, codes and
 * sessions only SHA-256 hashes are kept, of passwords and client secrets argon2id and SHA-256
 * hashes.
 *
 * Users are the catalogue's; this room sees them through a directory (users.h has the catalogue's).
 * Times in milliseconds since 1970 UTC. Sources: RFC 6749, 6750, 7636, 9700; the token's three
 * parts from the contract's authentication page. */
#ifndef DOMAIN_IDENTITY_IDENTITY_H
#define DOMAIN_IDENTITY_IDENTITY_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "base/uuid.h"
#include "domain/core/org.h"
#include "domain/identity/principal.h"
struct arena;
struct identity;
struct json_writer;
struct store;
struct world;

enum { IDENTITY_EMAIL_MAX = 254 };
struct identity_user {
    struct uuid org, id;
    enum role role;
    bool active;      /* may come in: it is, and its organisation */
    bool suspended;   /* the organisation is: not active for that reason */
    bool must_change; /* filled by identity_session only: the password is a temporary one */
    char email[IDENTITY_EMAIL_MAX + 1]; /* filled by by_email and describe only */
    char name[IDENTITY_EMAIL_MAX + 1];  /* to be shown; the same */
};
/* Where users are found. Called on any thread; must not lock or block; by_id is on the path of
 * every request. False: no such user. */
struct identity_directory {
    void *ctx;
    bool (*by_id)(void *ctx, struct uuid org, struct uuid id, struct identity_user *out);
    bool (*describe)(void *ctx, struct uuid org, struct uuid id, struct identity_user *out);
    bool (*by_email)(void *ctx, struct slice email, struct identity_user *out);
    enum org_state (*org_state)(void *ctx, struct uuid org); /* NULL: all are active */
};
struct identity_options {
    struct identity_directory directory;
    struct slice cluster;     /* middle part of tokens, [A-Za-z0-9]+; empty: "CB01". Copied */
    int64_t access_ms;        /* lives; 0: the default, 12 h */
    int64_t refresh_ms;       /* 60 days; starts again at each use */
    int64_t authorization_ms; /* the end of all refreshing, counted from the first token; 0: none */
    int64_t session_ms;       /* 12 h */
    int64_t idle_ms;          /* a session ends when it was not used for so long; 1 h */
    int64_t personal_ms;      /* 12 h */
};
enum err identity_new(const struct identity_options *options, struct identity **out);
void identity_free(struct identity *id); /* no readers left; NULL is fine */
/* Makes it a part of the world, which loads it, sweeps it and frees it in the end. */
void identity_attach(struct world *w, struct identity *id);
/* All rows of the store; once, before the first command. ERR_CORRUPT names the row in the log. */
enum err identity_load(struct identity *id, struct store *s);
/* When the next row is to be removed (expired tokens after LIMIT_token_grace_ms_max, so that they
 * are told apart from unknown ones for a while); INT64_MAX: none. Core thread. */
int64_t identity_next_due(const struct identity *id);

/* ---- reading: any thread, no lock, no store ---- */

/* ERR_UNAUTHORIZED: unknown, of another shape, a refresh token, or its user is gone or inactive.
 * ERR_ORG_SUSPENDED. ERR_TOKEN_EXPIRED. *out is untouched on failure. */
enum err identity_check(struct identity *id, struct slice token, int64_t now_ms,
                        struct principal *out);
enum client_kind {
    CLIENT_INTEGRATION, /* acts for a person who has allowed it */
    CLIENT_SERVICE /* a service app: acts for the organisation, once an administrator allowed it */
};
struct client_view {
    struct slice id, name;
    struct uuid org;
    struct uuid owner; /* the user who registered it; nil: the command line */
    enum client_kind kind;
    const struct slice *redirects;
    uint32_t redirect_count;
    uint64_t scopes;           /* those it is registered for */
    uint64_t authorized;       /* service app: those an administrator has allowed; 0: not yet */
    uint32_t per_minute;       /* its own rate limit: principal.h */
    bool confidential, device; /* device: may use the device grant */
};
/* Copies into `a`. ERR_NOT_FOUND. */
enum err identity_client(struct identity *id, struct slice client, struct arena *a,
                         struct client_view *out);
/* All clients of the organisation (nil: of every one), ordered by nothing. */
enum err identity_clients(struct identity *id, struct uuid org, struct arena *a,
                          struct client_view **out, size_t *count);
/* How long what a client is given lasts after its last use. */
int64_t identity_refresh_ms(const struct identity *id);
/* What a client may be registered for: all that an administrator's token carries. */
uint64_t identity_client_scopes(void);
struct slice identity_client_text(struct arena *a, struct uuid client); /* its public id */
/* As JSON, the same everywhere; with its secret when that is not empty. */
void identity_client_write(struct json_writer *w, const struct client_view *c, struct slice secret,
                           struct arena *a);
/* Is `redirect` one of its registered ones? To the byte; a public client's loopback address with
 * any port (RFC 8252 7.3). */
bool identity_client_may_redirect(const struct client_view *c, struct slice redirect);
/* Constant-time comparison, also with the previous secret while it is good; false for a public or
 * unknown client. */
bool identity_client_secret_is(struct identity *id, struct slice client, struct slice secret,
                               int64_t now_ms);
struct token_view {
    struct principal principal; /* org, user, client, kind, scopes, expires_ms */
    bool refresh;
    int64_t created_ms;
};
/* RFC 7662: what `client` may know about a token: its own access and refresh tokens, and access
 * tokens of its organisation. ERR_NOT_FOUND: everything else, and what is no longer valid. */
enum err identity_introspect(struct identity *id, struct slice token, struct slice client,
                             int64_t now_ms, struct token_view *out);
/* The user's encoded argon2id hash; ERR_NOT_FOUND: none was set. */
enum err identity_password_hash(struct identity *id, struct uuid org, struct uuid user,
                                struct arena *a, struct slice *out);
/* Who is signed in by this cookie; ERR_UNAUTHORIZED or ERR_TOKEN_EXPIRED. With name and email. */
enum err identity_session(struct identity *id, struct slice cookie, int64_t now_ms,
                          struct identity_user *out);
/* Scopes the user has already allowed this client. */
uint64_t identity_consented(struct identity *id, struct uuid org, struct uuid user,
                            struct slice client);
bool identity_user_by_email(struct identity *id, struct slice email, struct identity_user *out);
bool identity_user_by_id(struct identity *id, struct uuid org, struct uuid user,
                         struct identity_user *out); /* with name and email */

/* ---- words ---- */

/* Space-separated names to bits. ERR_INVALID_SCOPE on an unknown or malformed one. */
enum err identity_scopes_parse(struct slice names, uint64_t *out);
struct slice identity_scopes_print(struct arena *a, uint64_t scopes);
/* What of the asked scopes a role may carry: an agent's token never reaches configuration writes.
 * `cjp:config` shrinks to `cjp:config_read` where only reading is left. */
uint64_t identity_role_scopes(enum role role, uint64_t asked);
/* `asked`, or is something in it that `held` does not allow? cjp:config holds its two halves. */
bool identity_scopes_cover(uint64_t held, uint64_t asked);
const char *identity_role_title(enum role role); /* for people */
/* What is wrong with a redirect URI that somebody wants to register; NULL: nothing. */
const char *identity_redirect_flaw(struct slice uri);
/* Bytes of a secret, and the longest text made of one: 64 hexadecimal digits (no '_' inside, so
 * that a token has exactly three parts), '_', cluster, '_', organisation. */
enum { IDENTITY_SECRET_LEN = 32, IDENTITY_TOKEN_MAX = 128 };
#endif
