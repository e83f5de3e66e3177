/* See history.h. Codes of the dictionary are rows (kind "dictionary", id the number, body the
 * text): durable before DuckDB may hold one, so a rebuilt history finds the same codes. */
#include "server/history.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/search/search.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "domain/report/applier.h"
#include "domain/report/schema.h"
#include "facts/dictionary.h"
#include "facts/duckdb/facts_duckdb.h"
#include "facts/facts.h"
#include "server/engine.h"
#include "server/house.h"
#include "server/save.h"
#include "server/settings.h"
#include "server/upkeep.h"
#include "store/store.h"

struct history {
    struct house *house;
    const struct journal_source *journal;
    struct dictionary *dictionary;
    struct facts *facts;
    _Atomic(struct report_applier *) applier; /* NULL: not started */
    struct search *search;
    struct upkeep *upkeep;
    char path[PATH_MAX], library[PATH_MAX];
};

/* ---- the dictionary ---- */

static enum err save_code(void *ctx, uint32_t code, struct slice text)
{
    struct history *h = ctx;
    char id[16];
    snprintf(id, sizeof id, "%010u", code);
    struct store_write write = { .kind = SLICE("dictionary"), .id = slice_of(id), .body = text };
    return save_rows(h->house->writer, &write, 1);
}

static enum err drop_codes(void *ctx, const uint32_t *codes, size_t count)
{
    struct history *h = ctx;
    struct store_write writes[DICTIONARY_DROP_MAX];
    char ids[DICTIONARY_DROP_MAX][16];
    for (size_t i = 0; i < count; i++) {
        snprintf(ids[i], sizeof ids[i], "%010u", codes[i]);
        writes[i] = (struct store_write){ .kind = SLICE("dictionary"), .id = slice_of(ids[i]) };
    }
    return save_rows(h->house->writer, writes, count);
}

static enum err load_code(void *ctx, struct slice org, struct slice id, struct slice body)
{
    int64_t code;
    (void)org;
    if (!slice_to_i64(id, &code) || code <= 0 || code > UINT32_MAX)
        return ERR_CORRUPT;
    return dictionary_load(ctx, (uint32_t)code, body);
}

static enum err open_dictionary(struct history *h)
{
    struct store *s = h->house->store;
    enum err err = dictionary_new(save_code, drop_codes, h, &h->dictionary);
    if (err != ERR_OK)
        return err;
    return s->ops->scan(s, SLICE("dictionary"), (struct slice){ 0 }, load_code, h->dictionary);
}

/* ---- DuckDB's library ---- */

/* Where it may lie, seen from the program's own folder: installed, or in the build tree
 * (packaging/duckdb). */
static const char *const library_places[] = {
    "libduckdb.so",
    "../lib/libduckdb.so",
    "../lib/cordboard/libduckdb.so",
    "../../packaging/duckdb/node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so",
    "../../packaging/duckdb/node_modules/@duckdb/node-bindings-linux-arm64/libduckdb.so",
};

static bool own_folder(char folder[PATH_MAX])
{
    ssize_t n = readlink("/proc/self/exe", folder, PATH_MAX - 1);
    if (n <= 0)
        return false;
    folder[n] = 0;
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = 0;
    return slash != NULL;
}

static enum err find_library(struct history *h)
{
    char folder[PATH_MAX];
    if (*h->house->settings->duckdb) {
        snprintf(h->library, sizeof h->library, "%s", h->house->settings->duckdb);
        return ERR_OK;
    }
    if (!own_folder(folder))
        return ERR_IO;
    for (size_t i = 0; i < sizeof library_places / sizeof *library_places; i++) {
        int n = snprintf(h->library, sizeof h->library, "%s/%s", folder, library_places[i]);
        if (n > 0 && (size_t)n < sizeof h->library && access(h->library, R_OK) == 0)
            return ERR_OK;
    }
    fprintf(stderr, "cordboard: libduckdb.so is not there; say where with --duckdb FILE "
                    "(tools/install run fetches it)\n");
    return ERR_NOT_FOUND;
}

/* A history that claims more than the journal holds was made from another one. */
static uint64_t journal_last(void *ctx)
{
    return engine_durable_seq(((struct history *)ctx)->house->engine);
}

static enum err open_facts(struct history *h)
{
    enum err err = find_library(h);
    if (err != ERR_OK)
        return err;
    snprintf(h->path, sizeof h->path, "%s/history.duckdb", h->house->settings->data);
    struct facts_duckdb_options options = { .path = h->path,
                                            .library = h->library,
                                            .schema = &report_schema,
                                            .dictionary = dictionary_port(h->dictionary),
                                            .journal_last = journal_last,
                                            .journal_ctx = h };
    return facts_duckdb_open(&options, &h->facts);
}

/* ---- life ---- */

enum err history_open(struct house *house, const struct journal_source *journal,
                      struct history **out)
{
    struct history *h = calloc(1, sizeof *h);
    if (!h)
        return ERR_OUT_OF_MEMORY;
    h->house = house;
    h->journal = journal;
    enum err err = open_dictionary(h);
    if (err == ERR_OK)
        err = open_facts(h);
    if (err == ERR_OK)
        err = search_start(h->facts, 0, &h->search);
    if (err != ERR_OK) {
        history_close(h);
        return err;
    }
    *out = h;
    return ERR_OK;
}

enum err history_start(struct history *h)
{
    struct report_applier *a = NULL;
    enum err err = report_applier_start(h->facts, h->journal, &a);
    atomic_store(&h->applier, a);
    history_wake(h, engine_durable_seq(h->house->engine)); /* what was told before */
    struct upkeep_options upkeep = { .house = h->house, .facts = h->facts, .applier = a };
    return err == ERR_OK ? upkeep_start(&upkeep, &h->upkeep) : err;
}

void history_close(struct history *h)
{
    if (!h)
        return;
    search_stop(h->search);
    upkeep_stop(h->upkeep);
    report_applier_stop(h->applier);
    if (h->facts)
        h->facts->ops->close(h->facts);
    dictionary_free(h->dictionary);
    free(h);
}

void history_wake(struct history *h, uint64_t seq)
{
    struct report_applier *a = atomic_load(&h->applier);
    if (a)
        report_applier_wake(a, seq);
}

struct report_applier *history_applier(struct history *h)
{
    return h->applier;
}

struct facts *history_facts(struct history *h)
{
    return h->facts;
}

struct search *history_search(struct history *h)
{
    return h->search;
}

bool history_is_open(struct history *h)
{
    return h->facts && h->applier;
}
