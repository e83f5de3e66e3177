/* An identity with a store behind it and two users, for tests: commands run at once, and what they
 * wrote is committed and published as the engine would. */
#ifndef TESTS_UNIT_DOMAIN_IDENTITY_HOUSE_H
#define TESTS_UNIT_DOMAIN_IDENTITY_HOUSE_H
#include "base/arena.h"
#include "base/json_read.h"
#include "domain/core/effects.h"
#include "domain/identity/commands.h"
#include "store/memory/store_memory.h"

#define NOW INT64_C(1800000000000)
#define ORG "0192f0c4-1111-7aaa-8bbb-000000000001"
#define ADA "0192f0c4-2222-7aaa-8bbb-000000000001" /* administrator */
#define BOB "0192f0c4-2222-7aaa-8bbb-000000000002" /* agent */
#define REDIRECT "https://app.example.com/cb"
/* RFC 7636, appendix B */
#define VERIFIER  "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

struct house {
    struct identity *id;
    struct store *store;
    struct arena *arena; /* of everything a test looks at */
    struct uuid org;
    bool bob_gone;
    struct slice result, detail; /* of the last command */
    uint8_t next_byte;
};

struct uuid uuid_of(const char *text);
void house_open(struct house *h);
void house_close(struct house *h);
void house_reload(struct house *h); /* a new identity from the same rows */
enum err house_run(struct house *h, command_fn *run, const void *args);
void house_base(struct house *h, int64_t now_ms, struct identity_args *out);
struct slice house_member(struct house *h, const char *name); /* of the last result */
/* Registered with cjp:config and cjp:user; *secret empty when public. */
struct slice house_client(struct house *h, bool confidential, struct slice *secret);
struct slice house_code(struct house *h, struct slice client, const char *user, bool pkce,
                        int64_t now_ms);
struct identity_exchange_code_args house_exchange(struct house *h, struct slice client,
                                                  struct slice code, int64_t now_ms);
enum err house_check(struct house *h, struct slice token, int64_t now_ms);
#endif
