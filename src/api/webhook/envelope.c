/* The envelope, its id and its signature. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "api/webhook/payload.h"
#include "base/json_write.h"
#include "base/text.h"

/* A UUID of version 8 (RFC 9562 section 5.8): the first 16 bytes of a hash over the three parts. */
struct uuid webhook_delivery_id(struct uuid subscription, uint64_t seq, unsigned index)
{
    uint8_t in[16 + 8 + 4], digest[EVP_MAX_MD_SIZE];
    struct uuid id = { { 0 } };
    unsigned len = 0;
    memcpy(in, subscription.bytes, 16);
    for (int i = 0; i < 8; i++)
        in[16 + i] = (uint8_t)(seq >> (56 - 8 * i));
    for (int i = 0; i < 4; i++)
        in[24 + i] = (uint8_t)(index >> (24 - 8 * i));
    if (EVP_Digest(in, sizeof in, digest, &len, EVP_sha256(), NULL) != 1)
        memcpy(digest, in + 8, 16); /* still the same each time */
    memcpy(id.bytes, digest, sizeof id.bytes);
    id.bytes[6] = (uint8_t)(0x80 | (id.bytes[6] & 0x0f));
    id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3f));
    return id;
}

/* The contract's examples show it as a text for agents and as a number for everything else. */
static void put_timestamp(struct json_writer *w, const struct webhook_envelope *e)
{
    char text[24];
    if (strcmp(webhook_events[e->type].resource, "agent") != 0) {
        json_member_i64(w, "comciscotimestamp", e->dispatched_ms);
        return;
    }
    snprintf(text, sizeof text, "%lld", (long long)e->dispatched_ms);
    json_member_cstr(w, "comciscotimestamp", text);
}

void webhook_envelope_write(struct buf *out, const struct subscription *s,
                            const struct webhook_envelope *e)
{
    char id[UUID_TEXT_LEN + 1], org[UUID_TEXT_LEN + 1], sub[UUID_TEXT_LEN + 1];
    char source[sizeof "/com/cisco/wxcc/" + UUID_TEXT_LEN];
    struct json_writer w;
    uuid_format(webhook_delivery_id(s->id, e->seq, e->index), id);
    uuid_format(s->org, org);
    uuid_format(s->id, sub);
    snprintf(source, sizeof source, "/com/cisco/wxcc/%s", sub);
    json_writer_init(&w, out);
    json_object_begin(&w);
    json_member_cstr(&w, "id", id);
    json_member_cstr(&w, "specversion", "1.0");
    json_member_cstr(&w, "type", webhook_events[e->type].name);
    json_member_cstr(&w, "source", source);
    json_member_cstr(&w, "comciscoorgid", org);
    if (s->generation == 2)
        put_timestamp(&w, e);
    json_member_cstr(&w, "datacontenttype", "application/json");
    json_member_raw(&w, "data", e->data);
    json_object_end(&w);
}

enum err webhook_sign(struct slice secret, struct slice body, char out[WEBHOOK_SIGNATURE_LEN + 1])
{
    unsigned char digest[32];
    size_t len = 0;
    char name[] = "SHA256";
    OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                            OSSL_PARAM_construct_end() };
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;
    bool done = ctx &&
                EVP_MAC_init(ctx, (const unsigned char *)secret.at, secret.len, params) == 1 &&
                EVP_MAC_update(ctx, (const unsigned char *)body.at, body.len) == 1 &&
                EVP_MAC_final(ctx, digest, &len, sizeof digest) == 1 && len == sizeof digest;
    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(mac);
    if (!done)
        return ERR_INTERNAL;
    hex_encode(digest, sizeof digest, out);
    return ERR_OK;
}
