/* Structured log: one JSON object a line on stderr. Secrets never go in: pass ids, not tokens. Any
 * thread. */
#ifndef BASE_LOG_H
#define BASE_LOG_H
#include <stdbool.h>

#include "base/slice.h"
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
void log_set_level(enum log_level least); /* LOG_INFO unless set */
bool log_enabled(enum log_level level);   /* to skip the work of gathering the fields */
struct log_field {
    const char *name;
    struct slice text;
    long long number; /* used when text.at is NULL */
};
/* log_write(LOG_INFO, "ready", LOG_TEXT("url", url), LOG_NUM("ms", 12)); a full disk or closed
 * stderr is ignored. */
void log_write_fields(enum log_level level, const char *event, const struct log_field *fields,
                      size_t count);
#define LOG_TEXT(n, s) ((struct log_field){ .name = (n), .text = (s) })
#define LOG_NUM(n, v)  ((struct log_field){ .name = (n), .number = (v) })
#define log_write(level, event, ...)                                        \
    log_write_fields((level), (event), (struct log_field[]){ __VA_ARGS__ }, \
                     sizeof((struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))
#endif
