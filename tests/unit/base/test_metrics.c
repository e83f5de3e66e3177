#include <criterion/criterion.h>
#include <string.h>

#include "base/buf.h"
#include "base/metrics.h"

Test(metrics, prints_counters_gauges_and_cumulative_histograms)
{
    struct buf out;
    buf_init(&out);
    metric_add(METRIC_HTTP_REQUESTS, 3);
    metric_set(METRIC_WS_OPEN, 7);
    metric_observe_us(METRIC_HTTP_SECONDS, 90);
    metric_observe_us(METRIC_HTTP_SECONDS, 1000);
    metric_observe_us(METRIC_HTTP_SECONDS, 20000000);
    metrics_print(&out);
    cr_assert_eq(metric_get(METRIC_HTTP_REQUESTS), 3);
    const char *lines[] = { "# TYPE cordboard_http_requests_total counter\n",
                            "\ncordboard_http_requests_total 3\n",
                            "\ncordboard_ws_open 7\n",
                            "\ncordboard_http_request_seconds_bucket{le=\"0.0001\"} 1\n",
                            "\ncordboard_http_request_seconds_bucket{le=\"0.001\"} 2\n",
                            "\ncordboard_http_request_seconds_bucket{le=\"10\"} 2\n",
                            "\ncordboard_http_request_seconds_bucket{le=\"+Inf\"} 3\n",
                            "\ncordboard_http_request_seconds_sum 20.001090\n",
                            "\ncordboard_http_request_seconds_count 3\n" };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        cr_assert(strstr(out.data, lines[i]), "%s", lines[i]);
    buf_release(&out);
}
