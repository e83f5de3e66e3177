/* The tables of the history, made from spec/facts.yaml: enums TABLE_<NAME> and COL_<TABLE>_<COLUMN>
 * (domain/report/columns.h), the schema for the facts adapter, and which column answers which field
 * of the Search API. Everything is static. */
#ifndef DOMAIN_REPORT_SCHEMA_H
#define DOMAIN_REPORT_SCHEMA_H
#include <stddef.h>

#include "domain/report/columns.h"
#include "facts/facts.h"
extern const struct facts_schema report_schema; /* tables in the order of enum report_table */
const struct facts_table *report_table(enum report_table t);
/* Column of `t` that answers the dotted path ("lastQueue.id", "activities.nodes.queueId"). False:
 * none, *column untouched. */
bool report_column(enum report_table t, struct slice path, unsigned *column);
/* Walks all paths that have a column, from i = 0; false at the end. */
bool report_path_at(size_t i, enum report_table *t, struct slice *path);
/* The stored text for an enum literal of a filter; the literal itself unless spec/facts.yaml names
 * another. */
struct slice report_word(enum report_table t, unsigned column, struct slice literal);
#endif
