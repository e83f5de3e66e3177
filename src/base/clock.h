/* Time for everything above floor 0. Milliseconds since 1970-01-01 UTC. A virtual clock moves only
 * when told to. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/slice.h"
struct clock {
    bool is_virtual;
    _Atomic int64_t virtual_ms; /* is_virtual: the present */
};
void clock_init_real(struct clock *c);
void clock_init_virtual(struct clock *c, int64_t start_ms);
int64_t clock_now_ms(struct clock *c);              /* any thread */
void clock_set_ms(struct clock *c, int64_t now_ms); /* virtual only (asserted); never backwards */
int64_t clock_mono_ns(void);                        /* for measuring, never for the domain */
struct timespec clock_mono_after(int64_t ms);       /* for timed waits: that much from now */
/* RFC 3339 UTC with milliseconds: 2026-11-24T11:20:00.000Z, 24 bytes + NUL. */
enum { TIME_TEXT_LEN = 24 };
void time_format(int64_t ms, char text[TIME_TEXT_LEN + 1]);
bool time_parse(struct slice text,
                int64_t *ms); /* RFC 3339 with any offset; false leaves *ms untouched */
#endif
