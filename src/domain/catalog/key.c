/* Unique keys: the values of one or two fields, compared without regard to the case of ASCII
 * letters (the contract's service does the same). Hashes only narrow the search, so 32 bits will
 * do; a match is compared in full. */
#include "domain/catalog/entity_priv.h"
#include "domain/catalog/schema.h"

static const uint32_t hash_start = 2166136261u; /* FNV-1a */

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

static uint32_t hash_more(uint32_t h, struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ lower((unsigned char)s.at[i])) * 16777619u;
    return (h ^ 0x1f) * 16777619u; /* ends a field */
}

uint32_t entity_text_key(struct slice value)
{
    uint32_t h = hash_more(hash_start, value);
    return h ? h : 1;
}

uint32_t entity_key(const struct entity *e, unsigned k)
{
    const struct unique_key *key = &resource_rules[entity_resource(e)].unique[k];
    uint32_t h = hash_start;
    for (unsigned i = 0; i < key->count; i++) {
        if (!entity_has(e, key->fields[i]))
            return 0;
        h = hash_more(h, entity_text(e, key->fields[i]));
    }
    return h ? h : 1;
}

bool entity_text_same(struct slice a, struct slice b)
{
    return slice_eq_nocase(a, b);
}

bool entity_same_key(const struct entity *a, const struct entity *b, unsigned k)
{
    const struct unique_key *key = &resource_rules[entity_resource(a)].unique[k];
    for (unsigned i = 0; i < key->count; i++) {
        enum field f = key->fields[i];
        if (!entity_has(a, f) || !entity_has(b, f) ||
            !entity_text_same(entity_text(a, f), entity_text(b, f)))
            return false;
    }
    return true;
}
