/* Counters, gauges and histograms (rows: spec/metrics.def), printed in Prometheus' text format
 * 0.0.4. Any thread, no locks: each is one atomic. */
#ifndef BASE_METRICS_H
#define BASE_METRICS_H
#include <stdint.h>
struct buf;
enum metric {
#define COUNTER(sym, name, help) METRIC_##sym,
#define GAUGE(sym, name, help)   METRIC_##sym,
#include "metrics.def"
    METRIC_COUNT
};
enum metric_histogram {
#define HISTOGRAM(sym, name, help) METRIC_##sym,
#include "metrics.def"
    METRIC_HISTOGRAM_COUNT
};
void metric_add(enum metric m, int64_t by);
void metric_set(enum metric m, int64_t to);
int64_t metric_get(enum metric m);
void metric_observe_us(enum metric_histogram m, int64_t microseconds);
void metrics_print(struct buf *out);
#endif
