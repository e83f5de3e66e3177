/* Codes for texts with few values, in memory, durable through callbacks. Codes are 1, 2, 3 ... and
 * never change; what keep() forgets is found no more and gets a new code when it comes again, but
 * its code goes on giving the text to readers that still hold it, until the next start. text()
 * takes no lock; find() a read lock; code() of a new text waits for the disk, without holding up
 * the others. */
#ifndef FACTS_DICTIONARY_H
#define FACTS_DICTIONARY_H
#include "facts/facts.h"
struct dictionary;
/* Makes (code, text) durable before it returns ERR_OK. One call at a time. */
typedef enum err dictionary_save_fn(void *ctx, uint32_t code, struct slice text);
/* Takes these codes out, durably. One call at a time. */
typedef enum err dictionary_drop_fn(void *ctx, const uint32_t *codes, size_t count);
enum { DICTIONARY_DROP_MAX = 256 };
/* `drop` NULL: nothing is kept anyway. */
enum err dictionary_new(dictionary_save_fn *save, dictionary_drop_fn *drop, void *ctx,
                        struct dictionary **out);
void dictionary_free(struct dictionary *d);
/* At the start, for each saved pair, in any order. ERR_CORRUPT: the code or text is taken, or the
 * code out of range. */
enum err dictionary_load(struct dictionary *d, uint32_t code, struct slice text);
/* The port for an adapter; lives as long as `d`. code(): ERR_LIMIT at LIMIT_facts_codes_max. */
const struct facts_dictionary *dictionary_port(const struct dictionary *d);
#endif
