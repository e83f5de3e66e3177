/* Shared inside the room. */
#ifndef DOMAIN_TELEPHONY_PHONES_PRIV_H
#define DOMAIN_TELEPHONY_PHONES_PRIV_H
#include "domain/telephony/phones.h"
struct device *device_new(struct centre *c, const struct device_snapshot *s); /* NULL: memory */
struct device *device_make(struct centre *c, struct slice number, enum device_type type);
void device_touch(struct device *d);    /* call before changing it */
void device_pick_up(struct device *d);  /* no longer rings */
void device_put_down(struct device *d); /* no longer has a contact */
#endif
