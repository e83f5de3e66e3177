/* Names of scopes, what roles may carry, ids of clients. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/random.h"
#include "base/text.h"
#include "domain/identity/identity_priv.h"

static const struct slice scope_names[] = {
#define SCOPE(symbol, name, about) { name, sizeof(name) - 1 },
#include "scopes.def"
};

#define BIT(scope) (UINT64_C(1) << SCOPE_##scope)

struct slice identity_scope_name(enum scope s)
{
    return scope_names[s];
}

static bool scope_find(struct slice name, uint64_t *bit)
{
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (slice_eq(scope_names[i], name)) {
            *bit = UINT64_C(1) << i;
            return true;
        }
    return false;
}

enum err identity_scopes_parse(struct slice names, uint64_t *out)
{
    uint64_t all = 0, bit;
    struct slice name;
    while (slice_cut(&names, ' ', &name)) {
        if (name.len == 0)
            continue;
        if (!scope_find(name, &bit))
            return ERR_INVALID_SCOPE;
        all |= bit;
    }
    *out = all;
    return ERR_OK;
}

struct slice identity_scopes_print(struct arena *a, uint64_t scopes)
{
    struct buf text;
    buf_init_arena(&text, a);
    for (size_t i = 0; i < SCOPE_COUNT; i++) {
        if (!(scopes >> i & 1))
            continue;
        if (text.len)
            buf_add_char(&text, ' ');
        buf_add(&text, scope_names[i]);
    }
    return text.len ? buf_slice(&text) : SLICE("");
}

static const struct {
    const char *title;
    uint64_t ceiling;
} roles[] = {
#define ROLE(symbol, title, scopes) { title, scopes },
#include "domain/identity/roles.def"
};

const char *identity_role_title(enum role role)
{
    return roles[role].title;
}

uint64_t identity_role_scopes(enum role role, uint64_t asked)
{
    if ((asked & BIT(CONFIG)) && !(roles[role].ceiling & BIT(CONFIG)))
        asked |= BIT(CONFIG_READ);
    return asked & roles[role].ceiling;
}

uint64_t identity_client_scopes(void)
{
    return roles[ROLE_ADMIN].ceiling;
}

bool identity_scopes_cover(uint64_t held, uint64_t asked)
{
    if (held & BIT(CONFIG))
        held |= BIT(CONFIG_READ) | BIT(CONFIG_WRITE);
    if ((held & BIT(CONFIG_READ)) && (held & BIT(CONFIG_WRITE)))
        held |= BIT(CONFIG);
    return !(asked & ~held);
}

bool client_id_parse(struct slice text, struct uuid *out)
{
    struct uuid id;
    if (text.len != CLIENT_ID_LEN || text.at[0] != 'C')
        return false;
    if (!hex_decode(slice_sub(text, 1, text.len), id.bytes, sizeof id.bytes))
        return false;
    *out = id;
    return true;
}

void client_id_format(struct uuid id, char text[CLIENT_ID_LEN + 1])
{
    text[0] = 'C';
    hex_encode(id.bytes, sizeof id.bytes, text + 1);
}

struct slice identity_client_text(struct arena *a, struct uuid client)
{
    char text[CLIENT_ID_LEN + 1];
    client_id_format(client, text);
    return arena_copy(a, slice_of(text));
}

void identity_key_of_ids(struct uuid a, struct uuid b, uint8_t key[ITEM_KEY_LEN])
{
    memcpy(key, a.bytes, sizeof a.bytes);
    memcpy(key + sizeof a.bytes, b.bytes, sizeof b.bytes);
}

char *identity_text_copy(struct slice s)
{
    char *copy = malloc(s.len + 1);
    if (!copy)
        return NULL;
    if (s.len)
        memcpy(copy, s.at, s.len);
    copy[s.len] = '\0';
    return copy;
}

enum err identity_draw(struct identity_draw *out)
{
    return random_secret(out, sizeof *out);
}
