/* Moves a virtual clock from due time to due time over everything that has timers, letting each
 * settle, so that an hour of waiting happens in order and at once. */
#ifndef SERVER_TIME_MACHINE_H
#define SERVER_TIME_MACHINE_H
#include "api/sandbox/clock.h"
struct clock;
struct time_machine;
/* Something with timers. Both run on the machine's thread. */
struct time_source {
    int64_t (*next_due)(void *ctx); /* INT64_MAX: nothing; NULL: it has no timers, only work that
                                       follows from others' */
    enum err (*settle)(
        void *ctx); /* do what is due at the clock's present; returns when it has happened */
    void *ctx;
};
enum { TIME_SOURCE_MAX = 4 };
/* Sources settle in the order given. */
enum err time_machine_start(struct clock *clock, const struct time_source *sources, unsigned count,
                            struct time_machine **out);
void time_machine_stop(struct time_machine *m); /* an advance under way stops at the next due time
                                                   with ERR_UNAVAILABLE */
struct sandbox_clock *time_machine_port(struct time_machine *m);
#endif
