#include "base/metrics.h"

#include <assert.h>
#include <stdatomic.h>

#include "base/buf.h"

struct metric_row {
    const char *type, *name, *help;
};
static const struct metric_row rows[METRIC_COUNT] = {
#define COUNTER(sym, name, help) { "counter", (name), (help) },
#define GAUGE(sym, name, help)   { "gauge", (name), (help) },
#include "metrics.def"
};
static const struct metric_row histogram_rows[METRIC_HISTOGRAM_COUNT] = {
#define HISTOGRAM(sym, name, help) { "histogram", (name), (help) },
#include "metrics.def"
};

static const struct {
    int64_t us;
    const char *seconds;
} bounds[] = { { 100, "0.0001" },  { 250, "0.00025" }, { 500, "0.0005" },  { 1000, "0.001" },
               { 2500, "0.0025" }, { 5000, "0.005" },  { 10000, "0.01" },  { 25000, "0.025" },
               { 50000, "0.05" },  { 100000, "0.1" },  { 250000, "0.25" }, { 500000, "0.5" },
               { 1000000, "1" },   { 2500000, "2.5" }, { 5000000, "5" },   { 10000000, "10" } };
enum { BOUNDS = sizeof bounds / sizeof *bounds };

struct histogram {
    _Atomic int64_t counts[BOUNDS + 1]; /* the last: above every bound */
    _Atomic int64_t sum_us;
};
static _Atomic int64_t values[METRIC_COUNT];
static struct histogram histograms[METRIC_HISTOGRAM_COUNT];

void metric_add(enum metric m, int64_t by)
{
    assert((unsigned)m < METRIC_COUNT);
    atomic_fetch_add_explicit(&values[m], by, memory_order_relaxed);
}

void metric_set(enum metric m, int64_t to)
{
    assert((unsigned)m < METRIC_COUNT);
    atomic_store_explicit(&values[m], to, memory_order_relaxed);
}

int64_t metric_get(enum metric m)
{
    assert((unsigned)m < METRIC_COUNT);
    return atomic_load_explicit(&values[m], memory_order_relaxed);
}

void metric_observe_us(enum metric_histogram m, int64_t microseconds)
{
    assert((unsigned)m < METRIC_HISTOGRAM_COUNT);
    struct histogram *h = &histograms[m];
    size_t at = 0;
    while (at < BOUNDS && microseconds > bounds[at].us)
        at++;
    atomic_fetch_add_explicit(&h->counts[at], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&h->sum_us, microseconds, memory_order_relaxed);
}

static void print_head(struct buf *out, const struct metric_row *row)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", row->name, row->help, row->name, row->type);
}

static void print_histogram(struct buf *out, const char *name, struct histogram *h)
{
    int64_t total = 0;
    for (size_t i = 0; i <= BOUNDS; i++) {
        total += atomic_load_explicit(&h->counts[i], memory_order_relaxed);
        buf_printf(out, "%s_bucket{le=\"%s\"} %lld\n", name,
                   i < BOUNDS ? bounds[i].seconds : "+Inf", (long long)total);
    }
    int64_t sum = atomic_load_explicit(&h->sum_us, memory_order_relaxed);
    buf_printf(out, "%s_sum %lld.%06lld\n%s_count %lld\n", name, (long long)(sum / 1000000),
               (long long)(sum % 1000000), name, (long long)total);
}

void metrics_print(struct buf *out)
{
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        print_head(out, &rows[i]);
        buf_printf(out, "%s %lld\n", rows[i].name, (long long)metric_get((enum metric)i));
    }
    for (size_t i = 0; i < METRIC_HISTOGRAM_COUNT; i++) {
        print_head(out, &histogram_rows[i]);
        print_histogram(out, histogram_rows[i].name, &histograms[i]);
    }
}
