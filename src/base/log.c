#include "base/log.h"

#include <stdatomic.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json_write.h"

enum { LINE_MAX_BYTES = 16 << 10 };
static _Atomic int least_level = LOG_INFO;
static const char *const level_names[] = { "debug", "info", "warn", "error" };

void log_set_level(enum log_level least)
{
    atomic_store(&least_level, (int)least);
}

bool log_enabled(enum log_level level)
{
    return (int)level >= atomic_load_explicit(&least_level, memory_order_relaxed);
}

/* One write(2) a line, so that lines of several threads do not mix. */
static void write_line(struct buf *line)
{
    buf_add_char(line, '\n');
    if (!buf_failed(line) && write(STDERR_FILENO, line->data, line->len) < 0)
        return; /* nowhere to say so */
}

void log_write_fields(enum log_level level, const char *event, const struct log_field *fields,
                      size_t count)
{
    char time[TIME_TEXT_LEN + 1];
    struct clock real;
    struct json_writer w;
    struct buf line;
    if (!log_enabled(level))
        return;
    clock_init_real(&real);
    time_format(clock_now_ms(&real), time);
    buf_init(&line);
    line.limit = LINE_MAX_BYTES;
    json_writer_init(&w, &line);
    json_object_begin(&w);
    json_member_cstr(&w, "time", time);
    json_member_cstr(&w, "level", level_names[level]);
    json_member_cstr(&w, "event", event);
    for (size_t i = 0; i < count; i++) {
        if (fields[i].text.at)
            json_member_text(&w, fields[i].name, fields[i].text);
        else
            json_member_i64(&w, fields[i].name, fields[i].number);
    }
    json_object_end(&w);
    write_line(&line);
    buf_release(&line);
}
