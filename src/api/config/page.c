#include "api/config/page.h"

#include "api/config/config.h"
#include "base/arena.h"
#include "base/limits.h"

static enum err number(struct http_request *req, const char *name, int64_t least, int64_t *n,
                       struct slice *why)
{
    struct slice text;
    if (!http_query(req, name, &text) || text.len == 0)
        return ERR_OK;
    if (slice_to_i64(text, n) && *n >= least && *n <= INT32_MAX)
        return ERR_OK;
    *why = arena_printf(req->arena, "%s: should be a whole number from %d on", name, (int)least);
    return ERR_INVALID_FIELD;
}

enum err config_page_read(struct http_request *req, struct config_page *out, struct slice *why)
{
    return page_read_of(req, LIMIT_page_size_max, out, why);
}

enum err page_read_of(struct http_request *req, size_t usual, struct config_page *out,
                      struct slice *why)
{
    int64_t page = 0, size = (int64_t)usual;
    enum err e = number(req, "page", 0, &page, why);
    if (e == ERR_OK)
        e = number(req, "pageSize", 1, &size, why);
    if (e != ERR_OK)
        return e;
    if (size > LIMIT_page_size_max)
        size = LIMIT_page_size_max;
    *out = (struct config_page){ .number = (size_t)page, .size = (size_t)size };
    return ERR_OK;
}

size_t config_page_first(const struct config_page *p)
{
    size_t first = p->number * p->size;
    return first < p->total ? first : p->total;
}

size_t config_page_end(const struct config_page *p)
{
    size_t first = config_page_first(p);
    return p->total - first < p->size ? p->total : first + p->size;
}

static bool is_paging(struct slice parameter)
{
    return slice_starts(parameter, SLICE("page=")) || slice_starts(parameter, SLICE("pageSize="));
}

static void link_to(struct json_writer *w, const char *name, const struct http_request *req,
                    size_t number, size_t size)
{
    struct buf text;
    struct slice rest = req->query, parameter;
    buf_init_arena(&text, req->arena);
    buf_add(&text, req->path);
    buf_printf(&text, "?page=%zu&pageSize=%zu", number, size);
    while (slice_cut(&rest, '&', &parameter)) {
        if (parameter.len && !is_paging(parameter)) {
            buf_add_char(&text, '&');
            buf_add(&text, parameter);
        }
    }
    json_member_text(w, name, buf_slice(&text));
}

void config_page_meta(struct json_writer *w, const struct config_page *p,
                      const struct http_request *req, struct slice org)
{
    size_t pages = (p->total + p->size - 1) / p->size;
    size_t last = pages ? pages - 1 : 0;
    json_member_text(w, "orgid", org);
    json_member_i64(w, "page", (int64_t)p->number);
    json_member_i64(w, "pageSize", (int64_t)p->size);
    json_member_i64(w, "totalPages", (int64_t)pages);
    json_member_i64(w, "totalRecords", (int64_t)p->total);
    json_key(w, "links");
    json_object_begin(w);
    link_to(w, "self", req, p->number, p->size);
    link_to(w, "first", req, 0, p->size);
    link_to(w, "last", req, last, p->size);
    if (p->number > 0)
        link_to(w, "prev", req, p->number - 1 < last ? p->number - 1 : last, p->size);
    if (p->number < last)
        link_to(w, "next", req, p->number + 1, p->size);
    json_object_end(w);
}

void config_page_reply(struct rest_call *call, const struct config_page *p,
                       const struct core_answer *answered)
{
    struct buf out;
    struct json_writer w;
    if (answered->err) {
        rest_fail(call, answered->err, answered->detail);
        return;
    }
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_key(&w, "meta");
    json_object_begin(&w);
    config_page_meta(&w, p, call->http, call->org);
    json_object_end(&w);
    json_member_raw(&w, "data", answered->result);
    json_object_end(&w);
    if (config_answer(call, &out) != ERR_OK)
        rest_fail(call, ERR_OUT_OF_MEMORY, SLICE(""));
}
