/* The simulated telephones of an organisation: what a hand at the phone can do. A number that was
 * never set behaves as centre_settings.device_answer_ms says; a browser's never answers by itself.
 */
#ifndef DOMAIN_TELEPHONY_COMMANDS_H
#define DOMAIN_TELEPHONY_COMMANDS_H
#include <stdbool.h>

#include "base/slice.h"
#include "base/uuid.h"
#include "domain/core/core.h"
struct device_call {
    struct uuid org;
    struct slice number;
    struct slice tracking_id;
};
struct device_set_args {
    struct device_call call;
    bool answers;            /* by itself */
    int64_t answer_after_ms; /* >= 0 */
    bool unreachable;        /* ringing it fails at once */
};
/* Holds for the next ring. ERR_INVALID_FIELD: no number or a negative time; ERR_LIMIT:
 * LIMIT_devices_per_org_max. */
command_fn device_set;
/* args: struct device_call. ERR_CONFLICT: it does not ring (hang up: it is not in a call). */
command_fn device_answer, device_decline, device_hangup;
/* Result: the device as JSON. args: struct device_call. */
command_fn device_describe;
#endif
