/* What has to be done now and then: old events leave the journal (--journal-days), old rows the
 * history, and the history's file is checkpointed. On a thread of its own, every UPKEEP_MS of real
 * time; retention goes by the domain's clock. */
#ifndef SERVER_UPKEEP_H
#define SERVER_UPKEEP_H
#include <stdint.h>

#include "base/err.h"
struct facts;
struct house;
struct report_applier;
struct upkeep;
struct upkeep_options {
    struct house *house;
    struct facts *facts;
    struct report_applier *applier; /* what the history does not hold yet is never trimmed */
    int64_t every_ms;               /* 0: ten minutes */
};
enum err upkeep_start(const struct upkeep_options *options, struct upkeep **out);
void upkeep_stop(struct upkeep *u); /* NULL is fine; before history and writer end */
/* One round now; returns when it is done (tests). */
enum err upkeep_round(struct upkeep *u);
#endif
