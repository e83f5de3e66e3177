#include "domain/report/schema.h"

#include <assert.h>
#include <stddef.h>

#include "domain/report/tables.inc"

struct path_row {
    enum report_table table;
    unsigned column;
    struct slice path;
};
struct word_row {
    enum report_table table;
    unsigned column;
    const char *literal, *stored;
};
static const struct path_row path_rows[] = {
#include "domain/report/paths.inc"
};
static const struct word_row word_rows[] = {
#include "domain/report/words.inc"
};
const struct facts_schema report_schema = { tables, sizeof tables / sizeof *tables,
                                            SCHEMA_VERSION };
static_assert(sizeof tables / sizeof *tables == REPORT_TABLE_COUNT, "one row per table");

const struct facts_table *report_table(enum report_table t)
{
    return &tables[t];
}

bool report_column(enum report_table t, struct slice path, unsigned *column)
{
    for (size_t i = 0; i < sizeof path_rows / sizeof *path_rows; i++)
        if (path_rows[i].table == t && slice_eq(path_rows[i].path, path)) {
            *column = path_rows[i].column;
            return true;
        }
    return false;
}

bool report_path_at(size_t i, enum report_table *t, struct slice *path)
{
    if (i >= sizeof path_rows / sizeof *path_rows)
        return false;
    *t = path_rows[i].table;
    *path = path_rows[i].path;
    return true;
}

struct slice report_word(enum report_table t, unsigned column, struct slice literal)
{
    for (size_t i = 0; i < sizeof word_rows / sizeof *word_rows; i++)
        if (word_rows[i].table == t && word_rows[i].column == column &&
            slice_is(literal, word_rows[i].literal))
            return slice_of(word_rows[i].stored);
    return literal;
}
