/* The history's wiring: dictionary in the store, DuckDB, the applier that feeds it, Search that
 * asks it. */
#ifndef SERVER_HISTORY_H
#define SERVER_HISTORY_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
struct history;
struct house;
struct journal_source;
struct report_applier;
struct search;
/* Loads the dictionary, opens <data>/history.duckdb (set aside and rebuilt when it is damaged). */
enum err history_open(struct house *h, const struct journal_source *journal, struct history **out);
enum err history_start(struct history *h); /* the applier begins; the engine runs */
/* The journal is durable up to `seq`. Also before history_start, as for what comes due at once. */
void history_wake(struct history *h, uint64_t seq);
void history_close(struct history *h); /* NULL is fine */
struct report_applier *history_applier(struct history *h);
struct facts *history_facts(struct history *h);
struct search *history_search(struct history *h);
bool history_is_open(struct history *h);
#endif
