#include "server/media_wiring.h"

#include <string.h>

#include "api/media/media.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/random.h"
#include "server/house.h"
#include "server/save.h"
#include "store/store.h"

/* Made at the first start and kept, so that an address outlives a restart. */
static enum err make_key(struct house *h, uint8_t key[MEDIA_KEY_LEN])
{
    enum err e = random_secret(key, MEDIA_KEY_LEN);
    struct store_write write = { .kind = SLICE("secret"),
                                 .id = SLICE("media"),
                                 .body = { (const char *)key, MEDIA_KEY_LEN } };
    return e == ERR_OK ? save_rows(h->writer, &write, 1) : e;
}

static enum err find_key(struct house *h, uint8_t key[MEDIA_KEY_LEN])
{
    struct slice kept;
    struct arena *a = arena_new(LIMIT_request_arena_bytes_max);
    if (!a)
        return ERR_OUT_OF_MEMORY;
    enum err e = h->store->ops->get(h->store, SLICE("secret"), (struct slice){ 0 }, SLICE("media"),
                                    a, &kept);
    if (e == ERR_OK && kept.len != MEDIA_KEY_LEN)
        e = ERR_CORRUPT;
    if (e == ERR_OK)
        memcpy(key, kept.at, MEDIA_KEY_LEN);
    arena_free(a);
    return e == ERR_NOT_FOUND ? make_key(h, key) : e;
}

enum err media_wire(struct house *h, struct media **out)
{
    struct media_options options = { .blobs = blobs_of_store(h->store) };
    enum err e = find_key(h, options.key);
    return e == ERR_OK ? media_new(&options, out) : e;
}
