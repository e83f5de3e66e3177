/* The port to the agents' telephones: simulated ones (phones.h) or a voice gateway. The core tells
 * a device what to do; what it hears comes back by device_heard, in the same step or later. */
#ifndef DOMAIN_TELEPHONY_DEVICE_H
#define DOMAIN_TELEPHONY_DEVICE_H
#include "domain/core/centre_state.h"
struct device_ring {
    struct centre *centre;
    struct slice number;
    struct uuid task;
    enum device_type type;
};
struct device_port {
    /* Begins to ring. ERR_UNAVAILABLE: it cannot be reached. */
    enum err (*ring)(const struct device_ring *r, struct effects *fx);
    /* The offer is over without an answer. */
    void (*stop)(struct centre *c, struct slice number, struct effects *fx);
    /* The agent answered by its desktop instead of at the device: stop ringing, speak. */
    void (*connect)(struct centre *c, struct slice number, struct effects *fx);
    /* The call is over. */
    void (*hang_up)(struct centre *c, struct slice number, struct effects *fx);
};
enum device_event { DEVICE_ANSWERED, DEVICE_DECLINED, DEVICE_HUNG_UP };
/* A task that is over, or is no longer with that device, is ignored. */
void device_heard(struct centre *c, struct uuid task, enum device_event what, struct effects *fx);
#endif
