/* Webhook deliveries over this house: their cursor and pending retries are rows of its store. */
#ifndef SERVER_WEBHOOK_WIRING_H
#define SERVER_WEBHOOK_WIRING_H
#include <stdbool.h>

#include "base/err.h"
struct house;
struct journal_source;
struct webhooks;
/* Opened, not begun. */
enum err webhooks_wire(struct house *h, const struct journal_source *journal, bool allow_private,
                       struct webhooks **out);
#endif
