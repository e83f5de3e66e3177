/* The history in DuckDB, whose library is loaded at run time: nothing of it is needed to build, and
 * the server can say what is missing instead of not starting.
 *
 * The file is derived data. One that cannot be read, or was written for another schema, is set
 * aside as <path>.aside (the newest one stays) and an empty one takes its place: applied() says 0,
 * and whoever applies starts again from the journal. */
#ifndef FACTS_DUCKDB_FACTS_DUCKDB_H
#define FACTS_DUCKDB_FACTS_DUCKDB_H
#include "facts/facts.h"
struct facts_duckdb_options { /* all borrowed until close */
    const char *path;         /* of the database file; its folder must exist */
    const char *library;      /* of libduckdb.so */
    const struct facts_schema *schema;
    const struct facts_dictionary *dictionary;
    /* The journal's last sequence number. A file that claims more belongs to another journal (and
     * another dictionary) and is set aside. NULL: not asked. */
    uint64_t (*journal_last)(void *ctx);
    void *journal_ctx;
    unsigned memory_mb;   /* 0: 1024 */
    unsigned threads;     /* 0: one for each core */
    unsigned connections; /* queries under way at once; 0: twice the cores */
};
/* ERR_NOT_FOUND: no such library; ERR_UNAVAILABLE: a library of another major version than 1;
 * ERR_CONFLICT: another process has the file open; ERR_BAD_REQUEST: a schema that cannot be. */
enum err facts_duckdb_open(const struct facts_duckdb_options *options, struct facts **out);
#endif
