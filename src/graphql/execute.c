/* Values into JSON, in the order of the selection (specification, section 6.4). The writer only
 * goes forward, so a null that must not be is undone: every place that may hold null remembers
 * where the output stood, and cuts it back there when something below gives up (FAILED). */
#include <stdarg.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json_write.h"
#include "graphql/introspect.h"
#include "graphql/report.h"
#include "graphql/schema_priv.h"

/* Levels the JSON writer keeps track of, and room for the embedder's own around `data`. */
enum { WRITER_DEPTH_MAX = 56 };
enum outcome { WRITTEN, FAILED, ENDED }; /* FAILED: reported, nothing written here counts */
struct graphql_execution {
    struct graphql_operation *op;
    struct graphql_errors *errors;
    struct json_writer *w;
    void *user;
    struct slice failure; /* the resolver's words */
};
struct spot {
    struct json_writer writer;
    size_t len;
};

static enum outcome put(struct graphql_execution *x, const struct graphql_selected *s,
                        const struct graphql_type *t, const struct graphql_value *v,
                        const struct report_path *path);

void *graphql_user(struct graphql_execution *x)
{
    return x->user;
}

struct arena *graphql_arena(struct graphql_execution *x)
{
    return x->op->arena;
}

enum err graphql_fail(struct graphql_execution *x, enum err e, const char *format, ...)
{
    struct buf b;
    va_list ap;
    va_start(ap, format);
    buf_init_arena(&b, x->op->arena);
    buf_vprintf(&b, format, ap);
    va_end(ap);
    x->failure = buf_failed(&b) ? SLICE("The field failed") : buf_slice(&b);
    return e;
}

static struct spot remember(const struct graphql_execution *x)
{
    return (struct spot){ *x->w, x->w->out->len };
}

static void cut_back(struct graphql_execution *x, const struct spot *to)
{
    struct buf *out = x->w->out;
    *x->w = to->writer;
    out->len = to->len;
    if (out->data)
        out->data[out->len] = 0;
}

static enum outcome fail(struct graphql_execution *x, enum graphql_error_kind kind,
                         const struct graphql_selected *s, const struct report_path *path,
                         struct slice message)
{
    graphql_report_text(x->errors, kind, (struct place){ s->line, s->column }, path, message);
    return FAILED;
}

/* A value without a type of ours: what a free-form scalar holds. */
static bool put_any(struct graphql_execution *x, const struct graphql_value *v)
{
    switch (v->kind) {
    case GRAPHQL_NULL:
        json_put_null(x->w);
        return true;
    case GRAPHQL_BOOL:
        json_put_bool(x->w, v->boolean);
        return true;
    case GRAPHQL_INT:
        json_put_i64(x->w, v->integer);
        return true;
    case GRAPHQL_REAL:
        json_put_real(x->w, v->real);
        return true;
    case GRAPHQL_TEXT:
    case GRAPHQL_ENUM:
        json_put_text(x->w, v->text);
        return true;
    case GRAPHQL_LIST:
    case GRAPHQL_OBJECT:
        break;
    case GRAPHQL_SOURCE:
    case GRAPHQL_STREAM:
        return false;
    }
    if (x->w->depth >= WRITER_DEPTH_MAX)
        return false;
    bool ok = true, list = v->kind == GRAPHQL_LIST;
    (list ? json_array_begin : json_object_begin)(x->w);
    for (const struct graphql_value *child = v->first; child && ok; child = child->next) {
        if (!list)
            json_key_slice(x->w, child->name);
        ok = put_any(x, child);
    }
    (list ? json_array_end : json_object_end)(x->w);
    return ok;
}

static enum outcome put_leaf(struct graphql_execution *x, const struct graphql_selected *s,
                             const struct graphql_type *t, const struct graphql_value *v,
                             const struct report_path *path)
{
    bool ok;
    if (t->kind == GRAPHQL_ENUM_TYPE) {
        struct slice name = graphql_text(v, SLICE(""));
        ok = graphql_enum_named(t, name) != NULL;
        if (ok)
            json_put_text(x->w, name);
    } else if (t->scalar && t->scalar->write) {
        ok = t->scalar->write(v, x->w);
    } else {
        ok = put_any(x, v);
    }
    if (ok)
        return WRITTEN;
    return fail(
        x, GRAPHQL_E_SERIALIZATION, s, path,
        arena_printf(x->errors->arena, "The value is not a valid '%.*s'", SLICE_ARG(t->name)));
}

static enum outcome put_items(struct graphql_execution *x, const struct graphql_selected *s,
                              const struct graphql_type *t, const struct graphql_value *v,
                              const struct report_path *path)
{
    struct report_path here = { .up = path, .is_index = true };
    enum outcome done = WRITTEN;
    if (v->kind == GRAPHQL_LIST) {
        for (v = v->first; v && done == WRITTEN; v = v->next, here.index++)
            done = put(x, s, t, v, &here);
        return done;
    }
    struct graphql_value item = graphql_of_null();
    for (; done == WRITTEN && v->stream->next(x, v->source, &item); here.index++) {
        done = put(x, s, t, &item, &here);
        item = graphql_of_null();
    }
    return done;
}

static enum outcome put_list(struct graphql_execution *x, const struct graphql_selected *s,
                             const struct graphql_type *t, const struct graphql_value *v,
                             const struct report_path *path)
{
    if (v->kind != GRAPHQL_LIST && v->kind != GRAPHQL_STREAM)
        return fail(x, GRAPHQL_E_SERIALIZATION, s, path, SLICE("The value is not a list"));
    json_array_begin(x->w);
    enum outcome done = put_items(x, s, t->of, v, path);
    json_array_end(x->w);
    return done;
}

static enum outcome failed_get(struct graphql_execution *x, enum err e,
                               const struct graphql_selected *s, const struct report_path *path)
{
    struct slice words = x->failure;
    x->failure = (struct slice){ 0 };
    if (e == ERR_OUT_OF_MEMORY)
        return ENDED;
    return fail(x, GRAPHQL_E_EXECUTION, s, path, words.at ? words : slice_of(err_title(e)));
}

/* The field's value; an object that is a ready value is read by the field's own name. */
static enum err get(struct graphql_execution *x, const struct graphql_type *t,
                    const struct graphql_value *object, const struct graphql_selected *s,
                    struct graphql_value *out)
{
    if (s->field == &x->op->schema->typename) {
        *out = graphql_of_text(t->name);
        return ERR_OK;
    }
    if (s->field->meta)
        return graphql_introspect_root(x->op, s, out);
    if (object->kind == GRAPHQL_SOURCE)
        return object->ops->get(x, object->source, s, out);
    const struct graphql_value *member = graphql_get_slice(object, s->field->name);
    if (member)
        *out = *member;
    return ERR_OK;
}

static enum outcome put_field(struct graphql_execution *x, const struct graphql_type *t,
                              const struct graphql_value *object, const struct graphql_selected *s,
                              const struct report_path *up)
{
    struct report_path path = { .up = up, .name = s->key };
    struct graphql_value v = graphql_of_null();
    json_key_slice(x->w, s->key);
    struct spot spot = remember(x);
    enum err e = get(x, t, object, s, &v);
    if (!e)
        return put(x, s, s->field->type, &v, &path);
    enum outcome done = failed_get(x, e, s, &path);
    if (done == ENDED || s->field->type->kind == GRAPHQL_NON_NULL)
        return done;
    cut_back(x, &spot);
    json_put_null(x->w);
    return WRITTEN;
}

static enum outcome put_fields(struct graphql_execution *x, const struct graphql_type *t,
                               const struct graphql_value *object,
                               const struct graphql_selected *first, const struct report_path *path)
{
    enum outcome done = WRITTEN;
    json_object_begin(x->w);
    for (const struct graphql_selected *s = first; s && done == WRITTEN; s = s->next)
        done = put_field(x, t, object, s, path);
    json_object_end(x->w);
    return done;
}

/* The object type behind an interface or union. NULL: the value does not say, or says nonsense. */
static const struct graphql_type *concrete(const struct graphql_execution *x,
                                           const struct graphql_type *t,
                                           const struct graphql_value *v)
{
    struct slice name = { 0 };
    if (t->kind == GRAPHQL_OBJECT_TYPE)
        return t;
    if (v->kind == GRAPHQL_OBJECT)
        name = graphql_text(graphql_get(v, "__typename"), name);
    else if (v->ops->type_name)
        name = v->ops->type_name(v->source);
    const struct graphql_type *found = name.at ? graphql_type_named(x->op->schema, name) : NULL;
    return found && found->kind == GRAPHQL_OBJECT_TYPE && graphql_schema_is_possible(t, found)
               ? found
               : NULL;
}

static enum outcome put_object(struct graphql_execution *x, const struct graphql_selected *s,
                               const struct graphql_type *t, const struct graphql_value *v,
                               const struct report_path *path)
{
    const struct graphql_selected *children;
    if (v->kind != GRAPHQL_OBJECT && v->kind != GRAPHQL_SOURCE)
        return fail(x, GRAPHQL_E_SERIALIZATION, s, path, SLICE("The value is not an object"));
    const struct graphql_type *of = concrete(x, t, v);
    if (!of)
        return fail(x, GRAPHQL_E_SERIALIZATION, s, path,
                    SLICE("The value does not tell its object type"));
    enum err e = graphql_children(x->op, s, of, &children);
    if (e)
        return e == ERR_OUT_OF_MEMORY ? ENDED : FAILED; /* reported by the collector */
    return put_fields(x, of, v, children, path);
}

static enum outcome put_inner(struct graphql_execution *x, const struct graphql_selected *s,
                              const struct graphql_type *t, const struct graphql_value *v,
                              const struct report_path *path)
{
    if (x->w->depth >= WRITER_DEPTH_MAX)
        return fail(x, GRAPHQL_E_SERIALIZATION, s, path, SLICE("The answer is nested too deep"));
    if (t->kind == GRAPHQL_LIST_OF)
        return put_list(x, s, t, v, path);
    return graphql_type_is_leaf(t) ? put_leaf(x, s, t, v, path) : put_object(x, s, t, v, path);
}

static enum outcome put(struct graphql_execution *x, const struct graphql_selected *s,
                        const struct graphql_type *t, const struct graphql_value *v,
                        const struct report_path *path)
{
    struct spot spot = remember(x);
    bool non_null = t->kind == GRAPHQL_NON_NULL;
    if (v->kind == GRAPHQL_NULL && non_null)
        return fail(x, GRAPHQL_E_NULL_IN_NON_NULL, s, path,
                    arena_printf(x->errors->arena, "Null where the type '%.*s' allows none",
                                 SLICE_ARG(graphql_type_text(t, x->errors->arena))));
    enum outcome done = WRITTEN;
    if (v->kind == GRAPHQL_NULL)
        json_put_null(x->w);
    else
        done = put_inner(x, s, non_null ? t->of : t, v, path);
    if (buf_failed(x->w->out))
        return ENDED;
    if (done != FAILED || non_null)
        return done;
    cut_back(x, &spot);
    json_put_null(x->w);
    return WRITTEN;
}

enum err graphql_execute(struct graphql_operation *op, struct graphql_value root, void *user,
                         struct graphql_errors *errors, struct json_writer *w)
{
    struct graphql_execution x = { .op = op, .errors = errors, .w = w, .user = user };
    struct spot spot = remember(&x);
    enum outcome done = put_fields(&x, op->schema->roots[op->kind], &root, op->roots, NULL);
    if (done == FAILED) {
        cut_back(&x, &spot);
        json_put_null(w);
    }
    bool memory = done == ENDED || buf_failed(w->out) || errors->out_of_memory;
    return memory ? ERR_OUT_OF_MEMORY : ERR_OK;
}
