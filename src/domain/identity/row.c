/* Items as rows: kind and id name the row, the body is a flat JSON object. Times are milliseconds,
 * hashes hexadecimal. A field that is not needed is left out. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/json_write.h"
#include "base/text.h"
#include "domain/identity/identity_priv.h"

static const char *const kinds[ITEM_KIND_COUNT] = {
    [ITEM_TOKEN] = "token",           [ITEM_CODE] = "code",
    [ITEM_SESSION] = "session",       [ITEM_CLIENT] = "client",
    [ITEM_CREDENTIAL] = "credential", [ITEM_CONSENT] = "consent",
    [ITEM_DEVICE] = "device-code",
};
static const char *const uses[] = { "access", "refresh", "refresh-used" };
static const char *const token_kinds[TOKEN_KIND_COUNT] = {
    [TOKEN_OF_PERSON] = "person",
    [TOKEN_OF_PORTAL] = "portal",
    [TOKEN_OF_MACHINE] = "machine",
    [TOKEN_OF_OPERATOR] = "operator",
};

static const char *const client_kinds[] = {
    [CLIENT_INTEGRATION] = "integration", [CLIENT_SERVICE] = "service"
};
static const char *const device_states[] = {
    [DEVICE_PENDING] = "pending", [DEVICE_ALLOWED] = "allowed", [DEVICE_DENIED] = "denied"
};
#define COUNT(words) (sizeof(words) / sizeof *(words))

const char *identity_row_kind(enum item_kind kind)
{
    return kinds[kind];
}

void identity_row_id(const struct item *it, struct arena *a, struct slice *out)
{
    char hex[2 * ITEM_KEY_LEN + 1], user[UUID_TEXT_LEN + 1], client[CLIENT_ID_LEN + 1];
    uuid_format(it->user, user);
    switch (it->kind) {
    case ITEM_TOKEN:
    case ITEM_CODE:
    case ITEM_SESSION:
    case ITEM_DEVICE:
        hex_encode(it->key, ITEM_KEY_LEN, hex);
        *out = arena_copy(a, slice_of(hex));
        return;
    case ITEM_CLIENT:
        client_id_format(((const struct client *)it)->id, client);
        *out = arena_copy(a, slice_of(client));
        return;
    case ITEM_CREDENTIAL:
        *out = arena_copy(a, slice_of(user));
        return;
    case ITEM_CONSENT:
        client_id_format(((const struct consent *)it)->client, client);
        *out = arena_printf(a, "%s.%s", user, client);
        return;
    case ITEM_KIND_COUNT:
        break;
    }
}

/* ---- writing ---- */

static void put_uuid(struct json_writer *w, const char *name, struct uuid id)
{
    if (!uuid_is_nil(id))
        json_member_uuid(w, name, id);
}

static void put_scopes(struct json_writer *w, const char *name, uint64_t scopes)
{
    json_key(w, name);
    json_array_begin(w);
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (scopes >> i & 1)
            json_put_text(w, identity_scope_name((enum scope)i));
    json_array_end(w);
}

static void token_write(const struct token *t, struct json_writer *w)
{
    json_member_cstr(w, "use", uses[t->use]);
    json_member_cstr(w, "kind", token_kinds[t->kind]);
    put_uuid(w, "client", t->client);
    put_uuid(w, "family", t->family);
    json_member_i64(w, "began", t->began_ms);
    put_scopes(w, "scopes", t->scopes);
}

static void code_write(const struct code *c, struct json_writer *w)
{
    put_uuid(w, "client", c->client);
    put_uuid(w, "family", c->family);
    put_scopes(w, "scopes", c->scopes);
    json_member_bool(w, "used", c->used);
    json_member_cstr(w, "redirect", c->redirect);
    json_member_cstr(w, "challenge", c->challenge);
}

static void put_hash(struct json_writer *w, const char *name, const uint8_t *hash)
{
    char hex[2 * SECRET_HASH_LEN + 1];
    hex_encode(hash, SECRET_HASH_LEN, hex);
    json_member_cstr(w, name, hex);
}

static void device_write(const struct device *d, struct json_writer *w)
{
    put_uuid(w, "client", d->client);
    put_scopes(w, "scopes", d->scopes);
    json_member_cstr(w, "state", device_states[d->state]);
    put_hash(w, "userCodeHash", d->user_code);
}

static void client_write(const struct client *c, struct json_writer *w)
{
    json_member_cstr(w, "name", c->name);
    json_member_cstr(w, "kind", client_kinds[c->kind]);
    put_uuid(w, "owner", c->owner);
    if (c->confidential)
        put_hash(w, "secretHash", c->secret_hash);
    if (c->previous_until_ms) {
        put_hash(w, "previousHash", c->previous_hash);
        json_member_i64(w, "previousUntil", c->previous_until_ms);
    }
    if (c->device)
        json_member_bool(w, "device", true);
    if (c->authorized)
        put_scopes(w, "authorized", c->authorized);
    json_key(w, "redirectUris");
    json_array_begin(w);
    for (size_t i = 0; i < c->redirect_count; i++)
        json_put_cstr(w, c->redirects[i]);
    json_array_end(w);
    put_scopes(w, "scopes", c->scopes);
    if (c->per_minute != RATE_AS_SERVER)
        json_member_i64(w, "perMinute", c->per_minute);
}

static void credential_write(const struct credential *c, struct json_writer *w)
{
    json_member_cstr(w, "hash", c->hash);
    if (c->temporary)
        json_member_bool(w, "temporary", true);
}

void identity_row_write(const struct item *it, struct buf *out)
{
    struct json_writer w;
    json_writer_init(&w, out);
    json_object_begin(&w);
    put_uuid(&w, "user", it->user);
    json_member_i64(&w, "created", it->created_ms);
    if (it->expires_ms != INT64_MAX)
        json_member_i64(&w, "expires", it->expires_ms);
    if (it->kind == ITEM_TOKEN)
        token_write((const struct token *)it, &w);
    if (it->kind == ITEM_CODE)
        code_write((const struct code *)it, &w);
    if (it->kind == ITEM_DEVICE)
        device_write((const struct device *)it, &w);
    if (it->kind == ITEM_CLIENT)
        client_write((const struct client *)it, &w);
    if (it->kind == ITEM_CREDENTIAL)
        credential_write((const struct credential *)it, &w);
    if (it->kind == ITEM_CONSENT) {
        put_uuid(&w, "client", ((const struct consent *)it)->client);
        put_scopes(&w, "scopes", ((const struct consent *)it)->scopes);
    }
    json_object_end(&w);
}

/* ---- reading ---- */

static bool get_uuid(const struct json *body, const char *name, struct uuid *out)
{
    const struct json *v = json_get(body, name);
    return !v || uuid_parse(json_text(v, SLICE("")), out);
}

/* A scope that this version no longer knows is dropped: less may be done, never more. */
static uint64_t get_scopes(const struct json *body, const char *member)
{
    uint64_t all = 0, bit;
    JSON_EACH(name, json_get(body, member))
    {
        if (identity_scopes_parse(json_text(name, SLICE("")), &bit) == ERR_OK)
            all |= bit;
    }
    return all;
}

static char *get_text(const struct json *body, const char *name)
{
    return identity_text_copy(json_text(json_get(body, name), SLICE("")));
}

/* Index of the member's text among the words; `count` when it is none of them. */
static size_t get_word(const struct json *body, const char *name, const char *missing,
                       const char *const *words, size_t count)
{
    struct slice text = json_text(json_get(body, name), slice_of(missing));
    size_t i = 0;
    while (i < count && !slice_is(text, words[i]))
        i++;
    return i;
}

static enum err token_read(struct token *t, struct slice id, const struct json *body)
{
    size_t use = get_word(body, "use", "", uses, COUNT(uses));
    size_t kind = get_word(body, "kind", "person", token_kinds, TOKEN_KIND_COUNT);
    if (use == COUNT(uses) || kind == TOKEN_KIND_COUNT ||
        !hex_decode(id, t->item.key, ITEM_KEY_LEN) || !get_uuid(body, "client", &t->client) ||
        !get_uuid(body, "family", &t->family))
        return ERR_CORRUPT;
    t->use = (enum token_use)use;
    t->kind = (enum token_kind)kind;
    t->began_ms = json_i64(json_get(body, "began"), t->item.created_ms);
    t->scopes = get_scopes(body, "scopes");
    return ERR_OK;
}

static enum err code_read(struct code *c, struct slice id, const struct json *body)
{
    if (!hex_decode(id, c->item.key, ITEM_KEY_LEN) || !get_uuid(body, "client", &c->client) ||
        !get_uuid(body, "family", &c->family))
        return ERR_CORRUPT;
    c->scopes = get_scopes(body, "scopes");
    c->used = json_bool(json_get(body, "used"), false);
    c->redirect = get_text(body, "redirect");
    c->challenge = get_text(body, "challenge");
    return c->redirect && c->challenge ? ERR_OK : ERR_OUT_OF_MEMORY;
}

/* True: not there, or as it should be. */
static bool get_hash(const struct json *body, const char *name, uint8_t *out)
{
    const struct json *v = json_get(body, name);
    return !v || hex_decode(json_text(v, SLICE("")), out, SECRET_HASH_LEN);
}

static enum err device_read(struct device *d, struct slice id, const struct json *body)
{
    size_t state = get_word(body, "state", "", device_states, COUNT(device_states));
    if (state == COUNT(device_states) || !hex_decode(id, d->item.key, ITEM_KEY_LEN) ||
        !get_uuid(body, "client", &d->client) || !get_hash(body, "userCodeHash", d->user_code))
        return ERR_CORRUPT;
    d->state = (enum device_state)state;
    d->scopes = get_scopes(body, "scopes");
    return ERR_OK;
}

static enum err client_read(struct client *c, struct slice id, const struct json *body)
{
    const struct json *redirects = json_get(body, "redirectUris");
    size_t kind = get_word(body, "kind", "integration", client_kinds, COUNT(client_kinds));
    if (kind == COUNT(client_kinds) || !client_id_parse(id, &c->id) ||
        !get_uuid(body, "owner", &c->owner) || !get_hash(body, "secretHash", c->secret_hash) ||
        !get_hash(body, "previousHash", c->previous_hash))
        return ERR_CORRUPT;
    identity_key_of_ids(c->id, (struct uuid){ { 0 } }, c->item.key);
    c->kind = (enum client_kind)kind;
    c->confidential = json_get(body, "secretHash") != NULL;
    c->previous_until_ms = json_i64(json_get(body, "previousUntil"), 0);
    c->device = json_bool(json_get(body, "device"), false);
    c->scopes = get_scopes(body, "scopes");
    c->authorized = get_scopes(body, "authorized");
    c->per_minute = (uint32_t)json_i64(json_get(body, "perMinute"), RATE_AS_SERVER);
    c->name = get_text(body, "name");
    c->redirects = calloc(redirects && redirects->count ? redirects->count : 1, sizeof(char *));
    if (!c->name || !c->redirects)
        return ERR_OUT_OF_MEMORY;
    JSON_EACH(uri, redirects)
    {
        char *copy = identity_text_copy(json_text(uri, SLICE("")));
        if (!copy)
            return ERR_OUT_OF_MEMORY;
        c->redirects[c->redirect_count++] = copy;
    }
    return ERR_OK;
}

static enum err credential_read(struct credential *c, const struct json *body)
{
    identity_key_of_ids(c->item.org, c->item.user, c->item.key);
    c->hash = get_text(body, "hash");
    c->temporary = json_bool(json_get(body, "temporary"), false);
    if (!c->hash)
        return ERR_OUT_OF_MEMORY;
    return c->hash[0] ? ERR_OK : ERR_CORRUPT;
}

static enum err consent_read(struct consent *c, const struct json *body)
{
    if (!get_uuid(body, "client", &c->client))
        return ERR_CORRUPT;
    identity_key_of_ids(c->item.user, c->client, c->item.key);
    c->scopes = get_scopes(body, "scopes");
    return ERR_OK;
}

static enum err read_rest(struct item *it, struct slice id, const struct json *body)
{
    switch (it->kind) {
    case ITEM_TOKEN:
        return token_read((struct token *)it, id, body);
    case ITEM_CODE:
        return code_read((struct code *)it, id, body);
    case ITEM_SESSION:
        return hex_decode(id, it->key, ITEM_KEY_LEN) ? ERR_OK : ERR_CORRUPT;
    case ITEM_CLIENT:
        return client_read((struct client *)it, id, body);
    case ITEM_CREDENTIAL:
        return credential_read((struct credential *)it, body);
    case ITEM_CONSENT:
        return consent_read((struct consent *)it, body);
    case ITEM_DEVICE:
        return device_read((struct device *)it, id, body);
    case ITEM_KIND_COUNT:
        break;
    }
    return ERR_CORRUPT;
}

enum err identity_row_read(enum item_kind kind, struct slice org, struct slice id,
                           const struct json *body, struct item **out)
{
    struct item *it = identity_item_new(kind, identity_item_size(kind));
    if (!it)
        return ERR_OUT_OF_MEMORY;
    it->created_ms = json_i64(json_get(body, "created"), 0);
    it->expires_ms = json_i64(json_get(body, "expires"), INT64_MAX);
    enum err e = uuid_parse(org, &it->org) && get_uuid(body, "user", &it->user)
                     ? read_rest(it, id, body)
                     : ERR_CORRUPT;
    if (e == ERR_OK)
        *out = it;
    else
        identity_item_free(it);
    return e;
}
