/* Moving time: the port through which POST /sandbox/v1/clock reaches the virtual clock
 * (src/server/time_machine.c). */
#ifndef API_SANDBOX_CLOCK_H
#define API_SANDBOX_CLOCK_H
#include <stdint.h>

#include "base/err.h"
struct sandbox_clock {
    /* Moves time on by `ms` (0 or more), from due time to due time; `done` runs on another thread
     * when all that fell due has happened. ERR_CONFLICT: the clock is the real one; ERR_LIMIT: too
     * many advances wait; then `done` is not called. */
    enum err (*advance)(struct sandbox_clock *c, int64_t ms,
                        void (*done)(void *ctx, enum err result), void *ctx);
};
#endif
