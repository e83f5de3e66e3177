#include "domain/catalog/once.h"

#include "base/arena.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "domain/catalog/catalog_priv.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

/* The row, which is also what is kept: the answer as a text, for it may be empty. */
static struct slice write_row(const struct catalog_once *once, int64_t now_ms, struct slice result,
                              struct arena *a)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, a);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_member_text(&w, "key", once->key);
    json_member_i64(&w, "time", now_ms);
    json_member_text(&w, "fingerprint", once->fingerprint);
    json_member_text(&w, "result", result);
    json_object_end(&w);
    return buf_failed(&out) ? (struct slice){ NULL, 0 } : buf_slice(&out);
}

static enum err answer_again(const struct catalog_once *once, struct slice row, struct effects *fx)
{
    struct json *node;
    enum err e = json_parse(fx->arena, arena_copy(fx->arena, row), &node, NULL);
    if (e != ERR_OK)
        return e;
    if (!slice_eq(json_text(json_get(node, "fingerprint"), SLICE("")), once->fingerprint)) {
        effects_detail(fx, "Idempotency-Key: was used for another request");
        return ERR_CONFLICT;
    }
    *once->again = true;
    fx->result = json_text(json_get(node, "result"), SLICE(""));
    return ERR_OK;
}

enum err catalog_once(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_once *once = args;
    struct org *o = catalog_org(world_catalog(w), once->org, false);
    const int64_t now_ms = world_now_ms(w);
    if (!o)
        return once->run(w, once->args, fx);
    trail_expire(&o->once, once->org, now_ms - LIMIT_idempotency_ms_max, fx);
    const struct trail_item *known = trail_find(&o->once, once->key);
    if (known)
        return answer_again(once, known->text, fx);
    enum err e = once->run(w, once->args, fx);
    if (e != ERR_OK)
        return e;
    struct trail_item item = { .id = world_new_id(w), .at_ms = now_ms, .key = once->key };
    item.text = write_row(once, now_ms, fx->result, fx->arena);
    if (!item.text.at || trail_add(&o->once, once->org, &item, item.text, fx) != ERR_OK)
        fx->failed = true; /* done but not remembered: rather not done */
    return ERR_OK;
}
