/* A tree of segments. Each node has its literal children in a hash map and at most one child for
 * "any segment here"; the names of parameters matter only for telling which is the organisation.
 *
 * A literal child is tried first. When nothing under it fits path and method, the parameter's child
 * is: with POST .../team/bulk and PUT .../team/{id}, a PUT to .../team/bulk means the team of the
 * id "bulk". The tree is a few levels deep, so going back costs little. */
#include "api/rest/router.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"

struct node {
    struct map literals; /* segment -> node */
    struct node *any;
    const struct operation *operations[METHOD_COUNT];
};
struct router {
    struct node root;
};

static const char *const method_names[METHOD_COUNT] = { "GET", "POST", "PUT", "PATCH", "DELETE" };

static void node_release(struct node *n)
{
    size_t at = 0;
    void *child;
    while (map_next(&n->literals, &at, NULL, &child)) {
        node_release(child);
        free(child);
    }
    map_release(&n->literals);
    if (n->any)
        node_release(n->any);
    free(n->any);
}

void router_free(struct router *r)
{
    if (!r)
        return;
    node_release(&r->root);
    free(r);
}

static bool is_param(struct slice segment)
{
    return segment.len > 2 && segment.at[0] == '{' && segment.at[segment.len - 1] == '}';
}

static struct node *literal_child(struct node *n, struct slice segment)
{
    struct node *child = map_get(&n->literals, segment);
    if (child)
        return child;
    child = calloc(1, sizeof *child);
    if (child && map_put(&n->literals, segment, child)) {
        free(child);
        return NULL;
    }
    return child;
}

static struct node *any_child(struct node *n)
{
    if (!n->any)
        n->any = calloc(1, sizeof *n->any);
    return n->any;
}

static enum err add(struct node *n, const struct operation *op)
{
    struct slice rest = slice_of(op->path), segment;
    assert(op->path[0] == '/' && (unsigned)op->method < METHOD_COUNT);
    slice_cut(&rest, '/', &segment); /* what stands before the first slash */
    while (n && slice_cut(&rest, '/', &segment))
        if (segment.len)
            n = is_param(segment) ? any_child(n) : literal_child(n, segment);
    if (!n)
        return ERR_OUT_OF_MEMORY;
    if (n->operations[op->method])
        return ERR_DUPLICATE;
    n->operations[op->method] = op;
    return ERR_OK;
}

enum err router_new(const struct operation *operations, size_t count, struct router **out)
{
    struct router *r = calloc(1, sizeof *r);
    if (!r)
        return ERR_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++) {
        enum err e = add(&r->root, &operations[i]);
        if (e) {
            router_free(r);
            return e;
        }
    }
    *out = r;
    return ERR_OK;
}

/* ---- finding ---- */

struct search {
    struct slice segments[LIMIT_path_segments_max];
    size_t count;
    int method; /* -1: none that any operation has */
    unsigned allowed;
};

static enum err split(struct slice path, struct arena *a, struct search *s)
{
    struct slice segment;
    if (!slice_starts(path, SLICE("/")))
        return ERR_NOT_FOUND;
    path = slice_sub(path, 1, path.len);
    if (path.len > 1 && slice_ends(path, SLICE("/")))
        path.len--;
    while (path.len && slice_cut(&path, '/', &segment)) {
        if (s->count == LIMIT_path_segments_max || !segment.len)
            return ERR_NOT_FOUND;
        if (slice_find(segment, '%') >= 0) {
            enum err e = http_decode(a, segment, false, &segment);
            if (e)
                return e;
        }
        s->segments[s->count++] = segment;
    }
    return path.at && !path.len && s->count ? ERR_NOT_FOUND : ERR_OK;
}

static const struct operation *operation_at(const struct node *n, struct search *s)
{
    for (unsigned m = 0; m < METHOD_COUNT; m++)
        if (n->operations[m])
            s->allowed |= 1u << m;
    return s->method < 0 ? NULL : n->operations[s->method];
}

static const struct operation *find(const struct node *n, struct search *s, size_t at)
{
    if (at == s->count)
        return operation_at(n, s);
    const struct operation *op = NULL;
    const struct node *literal = map_get(&n->literals, s->segments[at]);
    if (literal)
        op = find(literal, s, at + 1);
    if (!op && n->any)
        op = find(n->any, s, at + 1);
    return op;
}

static bool names_organization(struct slice param)
{
    struct slice name = slice_sub(param, 1, param.len - 1);
    return slice_eq_nocase(name, SLICE("orgid")) || slice_eq_nocase(name, SLICE("organizationid"));
}

static void take_params(const struct search *s, struct route *out)
{
    struct slice rest = slice_of(out->operation->path), segment;
    slice_cut(&rest, '/', &segment);
    for (size_t i = 0; i < s->count && slice_cut(&rest, '/', &segment); i++) {
        if (!is_param(segment))
            continue;
        assert(out->param_count < REST_PARAM_MAX);
        if (names_organization(segment))
            out->org_param = (int)out->param_count;
        out->params[out->param_count++] = s->segments[i];
    }
}

static int method_of(struct slice name)
{
    for (int m = 0; m < METHOD_COUNT; m++)
        if (slice_is(name, method_names[m]))
            return m;
    return -1;
}

enum err router_find(const struct router *r, struct slice method, struct slice path,
                     struct arena *a, struct route *out)
{
    struct search s = { .method = method_of(method) };
    *out = (struct route){ .org_param = -1 };
    enum err e = split(path, a, &s);
    if (e)
        return e;
    out->operation = find(&r->root, &s, 0);
    out->allowed = s.allowed;
    if (!out->operation)
        return s.allowed ? ERR_METHOD_NOT_ALLOWED : ERR_NOT_FOUND;
    take_params(&s, out);
    return ERR_OK;
}

struct slice router_methods(struct arena *a, unsigned allowed)
{
    struct buf b;
    buf_init_arena(&b, a);
    for (unsigned m = 0; m < METHOD_COUNT; m++) {
        if (!(allowed & 1u << m))
            continue;
        if (b.len)
            buf_add(&b, SLICE(", "));
        buf_add(&b, slice_of(method_names[m]));
    }
    return buf_slice(&b);
}
