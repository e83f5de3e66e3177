/* Our functions inside the engine. They get vectors of some thousand rows on the engine's threads.
 *
 *   cordboard_match(value, pattern, slot), cordboard_contains(value, pattern, slot)
 *                                  the same patterns as everywhere
 *   cordboard_rank(code, slot)     a code's place in the order of texts, from the slot's snapshot
 *   cordboard_bucket(time, slot)   start of the time's bucket, from the slot's bounds
 *
 * Pattern and slot are constants of the statement, so their first row speaks for all. A slot is
 * filled before its statement begins and belongs to it until it has ended.
 *
 * The engine looks for an interruption only every hundred thousand rows or so. That is soon enough
 * for its own work, but not for patterns, which therefore watch the clock themselves. */
#include "base/clock.h"
#include "facts/duckdb/facts_duckdb_priv.h"
#include "facts/pattern.h"

/* Asking the engine whose call this is needs a function of the engine, so this one is kept by the
 * file; it is the same for all, for there is one library in a process. */
static void *(*extra_info)(void *info);

static struct duckdb_facts *facts_of(void *info)
{
    return extra_info(info);
}

static bool is_set(const uint64_t *validity, uint64_t row)
{
    return !validity || (validity[row / 64] >> (row % 64) & 1);
}

struct call {
    const struct duck *duck;
    uint64_t rows;
    void *left, *right; /* data of the two arguments */
    uint64_t *left_set, *right_set;
    void *output;
};
static struct call call_of(const struct duck *d, void *input, void *output)
{
    void *left = d->data_chunk_get_vector(input, 0), *right = d->data_chunk_get_vector(input, 1);
    return (struct call){ .duck = d,
                          .rows = d->data_chunk_get_size(input),
                          .left = d->vector_get_data(left),
                          .right = d->vector_get_data(right),
                          .left_set = d->vector_get_validity(left),
                          .right_set = d->vector_get_validity(right),
                          .output = output };
}

static void set_null(const struct call *c, uint64_t row)
{
    c->duck->vector_ensure_validity_writable(c->output);
    c->duck->vector_get_validity(c->output)[row / 64] &= ~(1ULL << (row % 64));
}

static struct slice text_of(const struct duck_string *s)
{
    return (struct slice){ s->len <= 12 ? s->head : s->at, s->len };
}

static const struct duck_slot *slot_of(struct duckdb_facts *f, const int64_t *number)
{
    uint64_t n = (uint64_t)*number;
    return n < f->pool.count ? &f->pool.slots[n] : NULL;
}

/* False: past the deadline. */
static bool match_rows(const struct call *c, struct facts_pattern *p, int64_t deadline_ns)
{
    const struct duck_string *texts = c->left;
    bool *out = c->duck->vector_get_data(c->output);
    for (uint64_t i = 0; i < c->rows; i++) {
        out[i] = false;
        if (is_set(c->left_set, i))
            out[i] = facts_pattern_test(p, text_of(&texts[i]));
        else
            set_null(c, i);
        if (i % 16 == 0 && clock_mono_ns() > deadline_ns)
            return false;
    }
    return true;
}

static void match(struct duckdb_facts *f, bool whole, void *info, void *input, void *output)
{
    struct call c = call_of(&f->duck, input, output);
    struct facts_pattern *p;
    if (c.rows == 0)
        return;
    const struct duck_slot *s =
        slot_of(f, f->duck.vector_get_data(f->duck.data_chunk_get_vector(input, 2)));
    if (!s || !is_set(c.right_set, 0) || facts_pattern_new(text_of(c.right), whole, &p)) {
        f->duck.scalar_function_set_error(info, "not a pattern");
        return;
    }
    if (!match_rows(&c, p, s->match_deadline_ns))
        f->duck.scalar_function_set_error(info, "Interrupted");
    facts_pattern_free(p);
}

static void rank_rows(const struct call *c, const struct ranks *ranks)
{
    const uint32_t *codes = c->left;
    int64_t *out = c->duck->vector_get_data(c->output);
    for (uint64_t i = 0; i < c->rows; i++) {
        out[i] = 0;
        if (is_set(c->left_set, i))
            out[i] = ranks_of_code(ranks, codes[i]);
        else
            set_null(c, i);
    }
}

/* The last bound that is not beyond the time. */
static int64_t bucket_of(const struct duck_slot *s, int64_t time)
{
    unsigned low = 0, high = s->bound_count;
    while (high - low > 1) {
        unsigned mid = low + (high - low) / 2;
        if (s->bounds[mid] <= time)
            low = mid;
        else
            high = mid;
    }
    return s->bounds[low];
}

static void bucket_rows(const struct call *c, const struct duck_slot *s)
{
    const int64_t *times = c->left;
    int64_t *out = c->duck->vector_get_data(c->output);
    for (uint64_t i = 0; i < c->rows; i++) {
        out[i] = 0;
        if (is_set(c->left_set, i))
            out[i] = bucket_of(s, times[i]);
        else
            set_null(c, i);
    }
}

static void run_match(void *info, void *input, void *output)
{
    match(facts_of(info), true, info, input, output);
}

static void run_contains(void *info, void *input, void *output)
{
    match(facts_of(info), false, info, input, output);
}

static void run_rank(void *info, void *input, void *output)
{
    struct duckdb_facts *f = facts_of(info);
    struct call c = call_of(&f->duck, input, output);
    const struct duck_slot *s = c.rows ? slot_of(f, c.right) : NULL;
    if (s && s->ranks)
        rank_rows(&c, s->ranks);
    else if (c.rows)
        f->duck.scalar_function_set_error(info, "no snapshot of the dictionary");
}

static void run_bucket(void *info, void *input, void *output)
{
    struct duckdb_facts *f = facts_of(info);
    struct call c = call_of(&f->duck, input, output);
    const struct duck_slot *s = c.rows ? slot_of(f, c.right) : NULL;
    if (s && s->bound_count)
        bucket_rows(&c, s);
    else if (c.rows)
        f->duck.scalar_function_set_error(info, "no bounds of buckets");
}

static const struct function {
    const char *name;
    enum duck_type left, right;
    bool has_third; /* the slot */
    enum duck_type result;
    duck_function *run;
} functions[] = {
    { "cordboard_match", DUCK_VARCHAR, DUCK_VARCHAR, true, DUCK_BOOLEAN, run_match },
    { "cordboard_contains", DUCK_VARCHAR, DUCK_VARCHAR, true, DUCK_BOOLEAN, run_contains },
    { "cordboard_rank", DUCK_UINTEGER, DUCK_BIGINT, false, DUCK_BIGINT, run_rank },
    { "cordboard_bucket", DUCK_BIGINT, DUCK_BIGINT, false, DUCK_BIGINT, run_bucket },
};

static enum err register_one(struct duckdb_facts *f, void *connection, const struct function *fn)
{
    const struct duck *d = &f->duck;
    void *function = d->create_scalar_function();
    void *left = d->create_logical_type(fn->left), *right = d->create_logical_type(fn->right);
    void *slot = d->create_logical_type(DUCK_BIGINT), *result = d->create_logical_type(fn->result);
    d->scalar_function_set_name(function, fn->name);
    d->scalar_function_add_parameter(function, left);
    d->scalar_function_add_parameter(function, right);
    if (fn->has_third)
        d->scalar_function_add_parameter(function, slot);
    d->scalar_function_set_return_type(function, result);
    d->scalar_function_set_special_handling(function);
    d->scalar_function_set_extra_info(function, f, NULL);
    d->scalar_function_set_function(function, fn->run);
    int code = d->register_scalar_function(connection, function);
    d->destroy_logical_type(&left);
    d->destroy_logical_type(&right);
    d->destroy_logical_type(&slot);
    d->destroy_logical_type(&result);
    d->destroy_scalar_function(&function);
    return code == DUCK_OK ? ERR_OK : duck_failed(f, fn->name, "cannot be registered");
}

enum err duck_register_functions(struct duckdb_facts *f, void *connection)
{
    enum err e = ERR_OK;
    extra_info = f->duck.scalar_function_get_extra_info;
    for (size_t i = 0; i < sizeof functions / sizeof *functions && e == ERR_OK; i++)
        e = register_one(f, connection, &functions[i]);
    return e;
}
