/* Simulated telephones behind the device port: they ring, answer by themselves after a time or not
 * at all, and do what the sandbox's hand does (commands.h). */
#ifndef DOMAIN_TELEPHONY_PHONES_H
#define DOMAIN_TELEPHONY_PHONES_H
#include "domain/core/textbox.h"
#include "domain/event/snapshot.h"
#include "domain/telephony/device.h"
struct device {
    struct device_snapshot s;
    struct centre *centre;
    struct textbox box;
    struct timer answer;
    bool dirty;
    struct device *next_dirty;
};
extern const struct device_port phones_port;
struct device *device_find(const struct centre *c, struct slice number); /* NULL: as default */
void device_free(struct device *d);
/* Nothing to remember of it: its row and memory may go. */
bool device_is_plain(const struct device *d);
void device_clear(struct device *d);  /* no contact, no settings: plain */
void device_forget(struct device *d); /* out of the map, freed */
enum err devices_load(struct centres *all, struct store *s);
#endif
