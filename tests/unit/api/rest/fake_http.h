/* Stands in for the HTTP server at link time: a request made by hand, an answer kept for looking
 * at. Include it in one file of a test program. Everything is static memory; one request at a time.
 */
#ifndef TESTS_FAKE_HTTP_H
#define TESTS_FAKE_HTTP_H
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/json_read.h"
#include "net/http_server.h"

enum { FAKE_HEADERS_MAX = 16 };
static struct http_request fake_request;
static struct http_header fake_sent[FAKE_HEADERS_MAX]; /* of the request */
static size_t fake_sent_count;
static struct http_reply fake_answer; /* slices live until fake_end */
static int fake_answers;

static inline void fake_header(const char *name, const char *value)
{
    cr_assert_lt(fake_sent_count, FAKE_HEADERS_MAX);
    fake_sent[fake_sent_count++] = (struct http_header){ slice_of(name), slice_of(value) };
}

/* "GET /path?query" without a body. */
static inline struct http_request *fake_begin(const char *method, const char *target)
{
    struct slice rest = slice_of(target), path;
    slice_cut(&rest, '?', &path);
    fake_sent_count = 0;
    fake_answers = 0;
    fake_request = (struct http_request){
        .method = slice_of(method), .path = path, .query = rest, .arena = arena_new(1 << 20)
    };
    return &fake_request;
}

static inline void fake_end(void)
{
    arena_free(fake_request.arena);
    fake_request.arena = NULL;
}

static inline struct slice fake_answer_header(const char *name)
{
    for (size_t i = 0; i < fake_answer.header_count; i++)
        if (slice_eq_nocase(fake_answer.headers[i].name, slice_of(name)))
            return fake_answer.headers[i].value;
    return (struct slice){ NULL, 0 };
}

/* The answer's body as JSON. */
static inline const struct json *fake_answer_json(void)
{
    struct json *root = NULL;
    cr_assert_eq(json_parse(fake_request.arena, fake_answer.body, &root, NULL), ERR_OK);
    return root;
}

void http_reply(struct http_request *req, const struct http_reply *reply)
{
    cr_assert_eq(req, &fake_request);
    fake_answer = *reply;
    fake_answers++;
}

struct slice http_header(const struct http_request *req, const char *name)
{
    cr_assert_eq(req, &fake_request);
    for (size_t i = 0; i < fake_sent_count; i++)
        if (slice_eq_nocase(fake_sent[i].name, slice_of(name)))
            return fake_sent[i].value;
    return (struct slice){ NULL, 0 };
}
#endif
