#include "server/journal.h"

#include "base/log.h"
#include "domain/event/event.h"
#include "store/store.h"

struct reader {
    journal_event_fn *fn;
    void *ctx;
};

static enum err pass_on(void *ctx, const struct store_event *stored)
{
    const struct reader *r = ctx;
    struct event event = {
        .seq = stored->seq, .at_ms = stored->at_ms, .org = stored->org, .body = stored->body
    };
    if (!event_type_find(stored->type, &event.type)) {
        log_write(LOG_WARN, "journal_unknown_event", LOG_TEXT("type", stored->type),
                  LOG_NUM("seq", (long long)stored->seq));
        return ERR_OK;
    }
    return r->fn(r->ctx, &event);
}

static enum err read_journal(void *ctx, uint64_t after, size_t max, journal_event_fn *fn,
                             void *fn_ctx)
{
    struct store *s = ctx;
    struct reader reader = { fn, fn_ctx };
    return s->ops->journal_read(s, after, max, pass_on, &reader);
}

struct journal_source journal_of_store(struct store *s)
{
    return (struct journal_source){ .ctx = s, .read = read_journal };
}
