#include "graphql/error.h"

#include <stdarg.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "graphql/report.h"

void graphql_errors_init(struct graphql_errors *e, struct arena *a)
{
    *e = (struct graphql_errors){ .arena = a };
}

const char *graphql_error_name(enum graphql_error_kind kind)
{
    static const char *const names[] = {
#define GRAPHQL_ERROR(sym, name) name,
#include "graphql/error.def"
    };
    return names[kind];
}

bool graphql_report_full(const struct graphql_errors *e)
{
    return e && e->count >= LIMIT_graphql_errors_max;
}

static void add_path(struct buf *b, const struct report_path *path)
{
    if (!path)
        return;
    add_path(b, path->up); /* as deep as the selection: LIMIT_graphql_nesting_max */
    if (b->len)
        buf_add_char(b, '/');
    if (path->is_index)
        buf_add_i64(b, path->index);
    else
        buf_add(b, path->name);
}

void graphql_report_text(struct graphql_errors *e, enum graphql_error_kind kind, struct place at,
                         const struct report_path *path, struct slice message)
{
    if (!e || graphql_report_full(e))
        return;
    struct graphql_error *error = arena_alloc(e->arena, sizeof *error);
    struct buf b;
    buf_init_arena(&b, e->arena);
    add_path(&b, path);
    if (!error || !message.at || buf_failed(&b)) {
        e->out_of_memory = true;
        return;
    }
    *error = (struct graphql_error){ .kind = kind,
                                     .message = message,
                                     .path = buf_slice(&b),
                                     .line = at.line,
                                     .column = at.column };
    if (e->last)
        e->last->next = error;
    else
        e->first = error;
    e->last = error;
    e->count++;
}

static void report_v(struct graphql_errors *e, enum graphql_error_kind kind, struct place at,
                     const struct report_path *path, const char *format, va_list ap)
    __attribute__((format(printf, 5, 0)));
static void report_v(struct graphql_errors *e, enum graphql_error_kind kind, struct place at,
                     const struct report_path *path, const char *format, va_list ap)
{
    struct buf b;
    if (!e || graphql_report_full(e))
        return;
    buf_init_arena(&b, e->arena);
    buf_vprintf(&b, format, ap);
    graphql_report_text(e, kind, at, path, buf_failed(&b) ? (struct slice){ 0 } : buf_slice(&b));
}

void graphql_report(struct graphql_errors *e, enum graphql_error_kind kind, struct place at,
                    const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    report_v(e, kind, at, NULL, format, ap);
    va_end(ap);
}

void graphql_report_at(struct graphql_errors *e, enum graphql_error_kind kind, struct place at,
                       const struct report_path *path, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    report_v(e, kind, at, path, format, ap);
    va_end(ap);
}

/* Names never look like numbers, so a step that is one can only be a list's index. */
static void write_path(struct json_writer *w, struct slice path)
{
    struct slice step;
    int64_t index;
    json_key(w, "path");
    json_array_begin(w);
    while (slice_cut(&path, '/', &step)) {
        if (slice_to_i64(step, &index))
            json_put_i64(w, index);
        else
            json_put_text(w, step);
    }
    json_array_end(w);
}

static void write_error(struct json_writer *w, const struct graphql_error *e)
{
    json_object_begin(w);
    json_member_text(w, "message", e->message);
    if (e->line) {
        json_key(w, "locations");
        json_array_begin(w);
        json_object_begin(w);
        json_member_i64(w, "line", e->line);
        json_member_i64(w, "column", e->column);
        json_object_end(w);
        json_array_end(w);
    }
    if (e->path.len)
        write_path(w, e->path);
    json_key(w, "extensions");
    json_object_begin(w);
    json_member_cstr(w, "classification", graphql_error_name(e->kind));
    json_object_end(w);
    json_object_end(w);
}

void graphql_errors_write(const struct graphql_errors *e, struct json_writer *w)
{
    json_array_begin(w);
    for (const struct graphql_error *at = e->first; at; at = at->next)
        write_error(w, at);
    json_array_end(w);
}
