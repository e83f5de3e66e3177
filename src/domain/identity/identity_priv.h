/* What the files of this room share. Every noun is an `item`: an immutable record, made whole and
 * replaced whole. The core's maps point at the newest one, the published maps at the newest durable
 * one; an item that neither needs any more is retired by the epoch. Only the fields under `core`
 * change, and only the core thread looks at them. */
#ifndef DOMAIN_IDENTITY_IDENTITY_PRIV_H
#define DOMAIN_IDENTITY_IDENTITY_PRIV_H
#include <stdatomic.h>

#include "base/buf.h"
#include "base/cmap.h"
#include "base/heap.h"
#include "base/json_read.h"
#include "base/map.h"
#include "domain/catalog/security.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"
#include "domain/identity/commands.h"
#include "domain/identity/identity.h"
#include "domain/identity/secret.h"

enum item_kind {
    ITEM_TOKEN,
    ITEM_CODE,
    ITEM_SESSION,
    ITEM_CLIENT,
    ITEM_CREDENTIAL,
    ITEM_CONSENT,
    ITEM_DEVICE,
    ITEM_KIND_COUNT
};
enum { ITEM_KEY_LEN = 32 };
struct shelf;
struct item {
    enum item_kind kind;
    uint8_t key[ITEM_KEY_LEN]; /* SHA-256 of a secret, or two ids */
    struct uuid org, user;     /* whose; user nil: the organisation's (or the server's) */
    int64_t created_ms;
    int64_t expires_ms; /* INT64_MAX: never */
    struct {
        struct heap_node due;
        struct shelf *shelf;
        struct item *older, *newer; /* on the shelf, by created_ms */
    } core;
};
static inline struct slice item_key(const struct item *it)
{
    return (struct slice){ (const char *)it->key, ITEM_KEY_LEN };
}

enum token_use { TOKEN_ACCESS, TOKEN_REFRESH, TOKEN_REFRESH_USED };
struct token {
    struct item item;
    enum token_use use;
    enum token_kind kind; /* of a machine: item.user is the client's id, which owns the shelf */
    struct uuid client, family; /* the family: all that came of one authorization */
    int64_t began_ms;           /* when its first token was given */
    uint64_t scopes;
};
struct code {
    struct item item;
    struct uuid client, family;
    uint64_t scopes;
    bool used;
    char *redirect, *challenge; /* challenge "": none */
};
struct session {
    struct item item;
    /* When it was last used; 0: not since the start. The one thing of an item that readers write.
     */
    _Atomic int64_t seen_ms;
};
struct client {
    struct item item; /* key: organisation-free, see client_key */
    struct uuid id;
    enum client_kind kind;
    struct uuid owner; /* the user who registered it; nil: the command line */
    bool confidential, device;
    uint8_t secret_hash[SECRET_HASH_LEN];
    uint8_t previous_hash[SECRET_HASH_LEN]; /* good until previous_until_ms; 0: none */
    int64_t previous_until_ms;
    uint64_t scopes;
    uint64_t authorized; /* service app: what an administrator allowed; 0: nothing */
    uint32_t per_minute; /* see principal.h */
    char *name;
    char **redirects;
    size_t redirect_count;
};
struct credential {
    struct item item;
    char *hash;
    char *was;      /* core thread: of the same password, before it was hashed anew; NULL: none */
    bool temporary; /* set by somebody else: its user has to choose another one */
};
struct consent {
    struct item item;
    struct uuid client;
    uint64_t scopes;
};
enum device_state { DEVICE_PENDING, DEVICE_ALLOWED, DEVICE_DENIED };
struct device {       /* a request by a device without a browser: RFC 8628 */
    struct item item; /* key: of the device code; owner: the client, then the user who allowed it */
    struct uuid client;
    uint64_t scopes;
    enum device_state state;
    uint8_t user_code[SECRET_HASH_LEN]; /* its hash */
    struct { /* core thread only; lost at a restart, which costs a client nothing */
        int64_t not_before_ms, interval_ms;
    } poll;
};

/* What one owner has, in order of age; owner is a user, or an organisation for its clients. */
struct shelf_list {
    struct item *oldest, *newest;
    size_t count;
};
struct shelf {
    uint8_t key[ITEM_KEY_LEN];
    struct shelf_list lists[ITEM_KIND_COUNT];
};

struct person {
    struct uuid org, user;
};
struct identity {
    struct identity_directory directory;
    char cluster[17];
    int64_t access_ms, refresh_ms, session_ms, idle_ms, personal_ms;
    int64_t authorization_ms; /* 0: no end */
    struct cmap *published[ITEM_KIND_COUNT];
    /* core thread only */
    struct map items[ITEM_KIND_COUNT];
    struct map user_codes; /* devices that still wait for a decision, by the user code's hash */
    struct map shelves;
    struct heap due;
    struct timer sweep;     /* attach.c */
    struct person *changed; /* attach.c: in this step */
    size_t changed_count, changed_cap;
    bool changed_lost;         /* memory was short: the step fails */
    struct failures *failures; /* failures.c; */
    struct timer window;       /* its end */
    uint64_t order;
};

/* item.c: the core's side. */
size_t identity_item_size(enum item_kind kind);
void *identity_item_new(enum item_kind kind, size_t size); /* NULL: out of memory; expires never */
void identity_item_free(void *item);
struct item *identity_item_find(struct identity *id, enum item_kind kind,
                                const uint8_t key[ITEM_KEY_LEN]);
/* Takes `fresh` (NULL: memory was short), which replaces an item of the same key: row, maps, and
 * published once durable. Failure sets fx->failed. */
void identity_item_put(struct identity *id, void *fresh, struct effects *fx);
void identity_item_remove(struct identity *id, struct item *it, struct effects *fx);
/* Into the maps without effects: loading. ERR_OUT_OF_MEMORY: `it` stays the caller's. */
enum err identity_item_adopt(struct identity *id, struct item *it);
/* NULL: the owner has nothing. */
struct shelf_list *identity_shelf_list(struct identity *id, struct uuid org, struct uuid owner,
                                       enum item_kind kind);
/* Removes all of the kind that the owner has. A shelf is short, so one step can clear it. */
void identity_shelf_clear(struct identity *id, struct uuid org, struct uuid owner,
                          enum item_kind kind, struct effects *fx);
/* Removes the oldest until there is room for one more. */
void identity_shelf_make_room(struct identity *id, struct uuid org, struct uuid owner,
                              enum item_kind kind, size_t max, struct effects *fx);
/* Removes at most `max` items due at `now_ms`. */
void identity_item_sweep(struct identity *id, int64_t now_ms, size_t max, struct effects *fx);
enum { SWEEP_IN_PASSING = 8 }; /* what every growing command clears away */

/* client_view.c */
/* A copy that may be changed and put in the old one's place; NULL: out of memory. */
struct client *identity_client_copy(const struct client *c);
bool identity_client_set_words(struct client *c, struct slice name, const struct slice *redirects,
                               size_t redirect_count); /* false: out of memory */
enum err identity_client_view_fill(const struct client *c, struct arena *a,
                                   struct client_view *out);
/* The answer of every command that makes or changes a client. */
void identity_client_answer(const struct client *c, struct slice secret, struct effects *fx);
const struct client *identity_client_published(struct identity *id, struct slice text);
/* Between epoch_enter and epoch_leave. */
const void *identity_published(struct identity *id, enum item_kind kind, const uint8_t *key);
enum err identity_token_check(struct identity *id, const struct token *t, int64_t now_ms,
                              struct principal *out);
bool identity_redirect_registered(const struct client *c, struct slice redirect);

/* row.c: items as rows of the store. */
const char *identity_row_kind(enum item_kind kind);
void identity_row_id(const struct item *it, struct arena *a, struct slice *out);
void identity_row_write(const struct item *it, struct buf *out);
/* ERR_CORRUPT, ERR_OUT_OF_MEMORY. */
enum err identity_row_read(enum item_kind kind, struct slice org, struct slice row_id,
                           const struct json *body, struct item **out);

/* words.c */
struct slice identity_scope_name(enum scope s);
bool client_id_parse(struct slice text, struct uuid *out);
enum { CLIENT_ID_LEN = 33 };
void client_id_format(struct uuid id, char text[CLIENT_ID_LEN + 1]);
void identity_key_of_ids(struct uuid a, struct uuid b, uint8_t key[ITEM_KEY_LEN]);
char *identity_text_copy(struct slice s); /* heap, NUL at the end; NULL: out of memory */

/* tokens.c */
struct grant {
    struct uuid org, user, client, family;
    enum token_kind kind;
    int64_t began_ms; /* 0: now */
    uint64_t scopes;  /* of the access token */
    uint64_t granted; /* of a new refresh token; 0: the same */
};
struct token_order {
    struct grant grant;
    enum token_use use;
    const uint8_t *secret; /* IDENTITY_SECRET_LEN bytes */
    int64_t now_ms, life_ms;
};
struct token_answer {
    struct slice access, refresh; /* refresh may be empty */
    int64_t access_ms, refresh_ms;
    uint64_t scopes;
};
struct client *identity_client_find(struct identity *id, struct slice text); /* NULL: none */
/* login.c: the credential alone. */
/* login.c: ends all that the user is signed in with. */
void identity_sign_out(struct identity *id, struct uuid org, struct uuid user, struct effects *fx);
void identity_credential_put(const struct identity_set_password_args *a, struct effects *fx);
/* The core's view of a user; false: gone or inactive. */
bool identity_user_find(struct identity *id, struct uuid org, struct uuid user,
                        struct identity_user *out);
bool identity_token_text_key(struct slice text,
                             uint8_t key[ITEM_KEY_LEN]); /* false: another shape */
struct slice identity_token_text(struct identity *id, struct arena *a,
                                 const uint8_t secret[IDENTITY_SECRET_LEN], struct uuid org);
struct slice identity_token_add(struct identity *id, const struct token_order *o,
                                struct effects *fx);
void identity_token_answer_write(const struct token_answer *t, struct effects *fx);
/* An access token and, unless one is kept, a refresh token; writes the answer. */
void identity_grant_answer(struct identity *id, const struct identity_args *base,
                           const struct grant *g, const struct slice *kept_refresh,
                           struct effects *fx);
void identity_tokens_revoke_family(struct identity *id, struct uuid org, struct uuid user,
                                   struct uuid family, struct effects *fx);
void identity_replay_answer(struct effects *fx); /* {"error":"invalid_grant"} */

/* note.c: security events. */
struct identity_news {
    enum event_type type;
    struct uuid org, user, client; /* nil: nobody */
    struct slice detail;
};
void identity_note(struct world *w, const struct identity_args *base, const struct identity_news *n,
                   struct effects *fx);
void identity_note_token(struct world *w, const struct identity_args *base, enum event_type type,
                         const struct grant *g, struct effects *fx);
void identity_note_client(struct world *w, const struct identity_args *base, enum event_type type,
                          const struct client *c, const char *detail, struct effects *fx);
struct failures *identity_failures_new(void); /* failures.c; NULL: out of memory; freed by free */
#endif
