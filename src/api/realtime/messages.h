/* Events as notification messages: pure functions from an event's body (docs/internals/journal.md)
 * to the text that the agent's sockets get. Names and shapes: the contract's "Contact Control"
 * messages and what Cisco's SDK reads of them. */
#ifndef API_REALTIME_MESSAGES_H
#define API_REALTIME_MESSAGES_H
#include <stdbool.h>

#include "base/err.h"
#include "base/slice.h"
#include "base/uuid.h"
struct arena;
struct event;
#define MESSAGE_KEEPALIVE SLICE("{\"keepalive\":\"true\"}")
enum { MESSAGES_MAX = 64 };
/* In order of sending. */
struct message_list {
    struct slice texts[MESSAGES_MAX];
    unsigned count;
};
/* Texts belong to `a`. An event that concerns no socket gives an empty list and ERR_OK.
 * ERR_CORRUPT: the body is not what spec/events.yaml says. */
enum err messages_of_event(const struct event *event, struct arena *a, struct message_list *out);
/* {NULL, 0} when memory is short. */
struct slice message_welcome(struct arena *a, struct uuid org, struct uuid user);
struct slice message_multi_login(struct arena *a, struct uuid org, struct uuid user);
bool message_is_keepalive(struct arena *a, struct slice text);
#endif
