/* Slows down guessing: after some failed logins an account, or the address they come from, has to
 * wait, each time twice as long. Of IPv6 the network (/64) is the address. An account is known here
 * by what was typed, whether it exists or not, so the wait tells nothing. An account's wait stays
 * short, because a stranger can cause it and must not lock the owner out. A try counts as failed
 * from its start, so that many at once do not slip through. Constant memory; the longest unused
 * entry gives way. Any thread (a short lock).
 */
#ifndef API_OAUTH_GUARD_H
#define API_OAUTH_GUARD_H
#include <stdint.h>

#include "base/slice.h"
struct guard;
struct guard *guard_new(void); /* NULL: out of memory */
void guard_free(struct guard *g);
/* Milliseconds to wait; 0: go on, and the try is counted. */
int64_t guard_try(struct guard *g, struct slice account, struct slice address, int64_t now_ms);
/* The password was right: forgets the account's failures, takes the address's last one back. */
void guard_passed(struct guard *g, struct slice account, struct slice address);
#endif
