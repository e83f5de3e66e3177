/* What a step asks the outside to do, in order. The engine makes `writes` and `events` durable in
 * one batch, then runs `after` (publishing new catalogue versions to readers), delivers events and
 * notices to subscribers, and answers. */
#ifndef DOMAIN_CORE_EFFECTS_H
#define DOMAIN_CORE_EFFECTS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "domain/event/event.h"
#include "store/store.h"
struct arena;
struct effect_after {
    void (*fn)(void *arg, bool durable); /* durable false: undo or free, nothing happened */
    void *arg;
};
struct effects {
    struct arena *arena; /* all below lives here, until the answer is out */
    struct store_write *writes;
    size_t write_count, write_cap;
    struct event *events; /* seq is 0 until the engine numbers them */
    size_t event_count, event_cap;
    struct effect_after *after;
    size_t after_count, after_cap;
    /* The command's answer: JSON in domain words, or what went wrong in detail ("name: should not
     * be null or blank"). */
    struct slice result;
    struct slice detail;
    bool
        failed; /* memory ran out: the engine gives the whole step up and restarts from the store */
    /* For the simulator and benches, set after effects_init: events come as structs (event.task,
     * event.session) with an empty body; rows of the living centre are not written at all. */
    bool plain_events, no_rows;
};
void effects_init(struct effects *fx, struct arena *a);
/* Slices are copied into the arena. */
void effects_put(struct effects *fx, struct slice kind, struct slice org, struct slice id,
                 struct slice body);
void effects_delete(struct effects *fx, struct slice kind, struct slice org, struct slice id);
void effects_event(struct effects *fx, const struct event *e);
/* The same for a body that already lives in the arena: only the other slices are copied. */
void effects_put_made(struct effects *fx, struct slice kind, struct slice org, struct slice id,
                      struct slice body);
void effects_event_made(struct effects *fx, const struct event *e);
void effects_after(struct effects *fx, void (*fn)(void *arg, bool durable), void *arg);
/* Asked before each of many changes: false when the step has used LIMIT_step_full_bytes, so that
 * the rest must be left to another request. */
bool effects_have_room(const struct effects *fx);
void effects_detail(struct effects *fx, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
#endif
