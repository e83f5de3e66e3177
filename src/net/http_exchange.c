/* One request and its answer: who may touch it when.
 *
 * The net thread that reads the request calls the handler. The answer comes before the handler
 * returns, or later from any thread; in the second case the connection is suspended meanwhile. The
 * state decides who moves it on, by compare-and-swap, so exactly one side does:
 *
 *     NONE ----- http_reply --> READY      the net thread sees it when the handler returns
 *     NONE -- net thread --> AWAITED       handler returned without an answer; suspended
 *     AWAITED -- http_reply --> READY      http_reply resumes, the net thread answers
 *     AWAITED -- server stops --> ABANDONED   the client gets 503; a late http_reply only frees
 *
 * Two owners keep the memory: the library (until it says the request is completed) and the one who
 * owes the answer (until http_reply or http_upgrade is through). */
#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/log.h"
#include "net/http_server_priv.h"

static struct http_exchange *exchange_of(struct http_request *req)
{
    return (struct http_exchange *)req;
}

struct http_exchange *http_exchange_new(struct http_server *s, struct MHD_Connection *mhd,
                                        const char *target)
{
    struct arena *a = http_spares_take(&s->spares);
    struct http_exchange *x = a ? arena_alloc(a, sizeof *x) : NULL;
    if (!x) {
        arena_free(a);
        return NULL;
    }
    atomic_fetch_add(&s->alive, 1);
    x->server = s;
    x->mhd = mhd;
    x->pub.arena = a;
    x->target_at = target;
    x->target = arena_copy(a, slice_of(target));
    x->content_length = -1;
    atomic_store(&x->state, ANSWER_NONE);
    atomic_store(&x->owners, 1);
    buf_init_arena(&x->body, a);
    return x;
}

void http_exchange_unref(struct http_exchange *x)
{
    struct http_server *s = x->server;
    if (atomic_fetch_sub(&x->owners, 1) != 1)
        return;
    if (atomic_load(&x->state) == ANSWER_ABANDONED) {
        arena_free(x->pub.arena); /* the server may be gone already, and does not count it */
        return;
    }
    http_spares_give(&s->spares, x->pub.arena);
    atomic_fetch_sub(&s->alive, 1); /* from here on the server may be gone */
}

static void waiting_add(struct http_exchange *x)
{
    struct http_server *s = x->server;
    pthread_mutex_lock(&s->waiting_lock);
    x->prev_waiting = NULL;
    x->next_waiting = s->waiting;
    if (s->waiting)
        s->waiting->prev_waiting = x;
    s->waiting = x;
    x->listed = true;
    pthread_mutex_unlock(&s->waiting_lock);
}

void http_exchange_resumed(struct http_exchange *x)
{
    if (!x->listed)
        return;
    struct http_server *s = x->server;
    pthread_mutex_lock(&s->waiting_lock);
    if (x->prev_waiting)
        x->prev_waiting->next_waiting = x->next_waiting;
    else
        s->waiting = x->next_waiting;
    if (x->next_waiting)
        x->next_waiting->prev_waiting = x->prev_waiting;
    x->listed = false;
    pthread_mutex_unlock(&s->waiting_lock);
}

static bool move_state(struct http_exchange *x, int from, int to)
{
    return atomic_compare_exchange_strong(&x->state, &from, to);
}

bool http_exchange_handle(struct http_exchange *x)
{
    x->handled = true;
    atomic_fetch_add(&x->owners, 1); /* the one who will answer */
    x->server->options.handler(x->server->options.ctx, &x->pub);
    if (atomic_load(&x->state) == ANSWER_READY)
        return true;
    /* Suspended before anyone can see AWAITED, so that a resume cannot come too early. */
    MHD_suspend_connection(x->mhd);
    waiting_add(x);
    if (!move_state(x, ANSWER_NONE, ANSWER_AWAITED))
        MHD_resume_connection(x->mhd); /* answered in between; we are called again */
    return false;
}

void http_exchange_abandon_all(struct http_server *s)
{
    pthread_mutex_lock(&s->waiting_lock);
    for (struct http_exchange *x = s->waiting; x; x = x->next_waiting)
        if (move_state(x, ANSWER_AWAITED, ANSWER_ABANDONED))
            MHD_resume_connection(x->mhd);
    pthread_mutex_unlock(&s->waiting_lock);
}

/* The answer stands in the exchange: hand it over and give up the ownership. */
static void publish(struct http_exchange *x)
{
    if (!move_state(x, ANSWER_NONE, ANSWER_READY)) {
        if (move_state(x, ANSWER_AWAITED, ANSWER_READY))
            MHD_resume_connection(x->mhd); /* still suspended, hence still there */
        else
            assert(atomic_load(&x->state) == ANSWER_ABANDONED && "answered twice");
    }
    http_exchange_unref(x);
}

/* The list of headers often stands on the caller's stack; what it points to lives on. */
static void keep_reply(struct http_exchange *x, const struct http_reply *reply)
{
    size_t bytes = reply->header_count * sizeof *reply->headers;
    struct http_header *headers = bytes ? arena_alloc(x->pub.arena, bytes) : NULL;
    x->reply = *reply;
    x->reply.headers = headers;
    if (headers)
        memcpy(headers, reply->headers, bytes);
    else
        x->reply.header_count = 0;
}

void http_reply(struct http_request *req, const struct http_reply *reply)
{
    struct http_exchange *x = exchange_of(req);
    if (atomic_load(&x->state) != ANSWER_ABANDONED)
        keep_reply(x, reply);
    publish(x);
}

/* ---- giving the answer to the library: net thread ---- */

static void add_header(struct http_exchange *x, struct MHD_Response *r, struct slice name,
                       struct slice value)
{
    struct slice n = arena_copy(x->pub.arena, name), v = arena_copy(x->pub.arena, value);
    if (!n.at || !v.at || MHD_add_response_header(r, n.at, v.at) != MHD_YES)
        log_write(LOG_ERROR, "http_header_lost", LOG_TEXT("name", name));
}

static void answer_abandoned(struct http_exchange *x)
{
    /* The arena belongs to the one who still owes the answer: touch nothing of it. */
    static char empty[1];
    struct MHD_Response *r = MHD_create_response_from_buffer(0, empty, MHD_RESPMEM_PERSISTENT);
    if (!r)
        return;
    MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
    MHD_queue_response(x->mhd, 503, r);
    MHD_destroy_response(r);
}

enum MHD_Result http_exchange_answer(struct http_exchange *x)
{
    if (atomic_load(&x->state) == ANSWER_ABANDONED) {
        answer_abandoned(x);
        return MHD_YES;
    }
    if (x->hub)
        return http_exchange_upgrade(x);
    const struct http_reply *p = &x->reply;
    union {
        const char *in;
        void *out;
    } body = { p->body.len ? p->body.at : "" }; /* the library only reads it */
    struct MHD_Response *r =
        MHD_create_response_from_buffer(p->body.len, body.out, MHD_RESPMEM_PERSISTENT);
    if (!r)
        return MHD_NO;
    if (p->content_type.len)
        add_header(x, r, SLICE("Content-Type"), p->content_type);
    for (size_t i = 0; i < p->header_count; i++)
        add_header(x, r, p->headers[i].name, p->headers[i].value);
    if (x->refuse != ERR_OK || atomic_load(&x->server->draining))
        MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
    enum MHD_Result queued = MHD_queue_response(x->mhd, (unsigned)p->status, r);
    MHD_destroy_response(r);
    return queued;
}

struct slice http_header(const struct http_request *req, const char *name)
{
    const struct http_exchange *x = (const struct http_exchange *)req;
    struct slice wanted = slice_of(name);
    for (size_t i = 0; i < x->header_count; i++)
        if (slice_eq_nocase(x->headers[i].name, wanted))
            return x->headers[i].value;
    return (struct slice){ NULL, 0 };
}
