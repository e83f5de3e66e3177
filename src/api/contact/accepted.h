/* Calls whose result comes on the notification WebSocket. */
#ifndef API_CONTACT_ACCEPTED_H
#define API_CONTACT_ACCEPTED_H
#include "api/rest/rest.h"
/* Hands the command to the core and answers 202 without a body once its outcome, success or
 * refusal, is durable and told. Only what no message can tell (the server is short of something) is
 * an HTTP error. `args` lives in the call's arena. */
enum err submit_accepted(struct rest_call *call, command_fn *run, const void *args);
#endif
