/* The types of a body's members, by the rules generated from spec/operations (tools/body_rules.py).
 * Handlers read members by functions that take a wrong type for a missing one. */
#include <inttypes.h>

#include "api/rest/rest_priv.h"
#include "base/arena.h"
#include "base/buf.h"

/* Where a value stands; written out only when it is wrong. */
struct place {
    const struct place *in; /* NULL: the body */
    const char *name;       /* NULL: element `at` of a list */
    size_t at;
};

struct checking {
    struct arena *arena;
    struct slice *detail;
};

static void put_place(struct buf *out, const struct place *p)
{
    if (!p)
        return;
    put_place(out, p->in);
    if (p->name)
        buf_printf(out, "%s%s", out->len ? "." : "", p->name);
    else
        buf_printf(out, "[%zu]", p->at);
}

static enum err wrong(const struct checking *c, const struct place *p, const char *what)
{
    struct buf out;
    buf_init_arena(&out, c->arena);
    put_place(&out, p);
    buf_printf(&out, ": should be %s", what);
    *c->detail = buf_slice(&out);
    return ERR_INVALID_FIELD;
}

static enum err beyond(const struct checking *c, const struct place *p, const char *how,
                       int64_t bound)
{
    struct buf out;
    buf_init_arena(&out, c->arena);
    put_place(&out, p);
    buf_printf(&out, ": should not be %s than %" PRId64, how, bound);
    *c->detail = buf_slice(&out);
    return ERR_INVALID_FIELD;
}

static enum err check_members(const struct checking *c, const struct place *in,
                              const struct body_rule *rules, unsigned count,
                              const struct json *object);

static enum err check_one(const struct checking *c, const struct place *p,
                          const struct body_rule *rule, const struct json *v)
{
    static const struct {
        enum json_type type;
        const char *what;
    } types[] = { [BODY_TEXT] = { JSON_STRING, "text" },
                  [BODY_INTEGER] = { JSON_INT, "a whole number" },
                  [BODY_BOOLEAN] = { JSON_BOOL, "true or false" },
                  [BODY_OBJECT] = { JSON_OBJECT, "an object" } };
    if (rule->type == BODY_ANYTHING)
        return ERR_OK;
    if (v->type != types[rule->type].type)
        return wrong(c, p, types[rule->type].what);
    if (rule->type == BODY_INTEGER && v->integer < rule->min)
        return beyond(c, p, "less", rule->min);
    if (rule->type == BODY_INTEGER && v->integer > rule->max)
        return beyond(c, p, "more", rule->max);
    return check_members(c, p, rule->members, rule->member_count, v);
}

static enum err check_list(const struct checking *c, const struct place *in,
                           const struct body_rule *rule, const struct json *list)
{
    struct place here = { in, NULL, 0 };
    enum err e = ERR_OK;
    if (list->type != JSON_ARRAY)
        return wrong(c, in, "a list");
    for (const struct json *v = list->first; v && e == ERR_OK; v = v->next, here.at++)
        e = check_one(c, &here, rule, v);
    return e;
}

static enum err check_members(const struct checking *c, const struct place *in,
                              const struct body_rule *rules, unsigned count,
                              const struct json *object)
{
    enum err e = ERR_OK;
    for (unsigned i = 0; i < count && e == ERR_OK; i++) {
        const struct place here = { in, rules[i].name, 0 };
        const struct json *v = json_get(object, rules[i].name);
        if (v && v->type != JSON_NULL)
            e = rules[i].list ? check_list(c, &here, &rules[i], v)
                              : check_one(c, &here, &rules[i], v);
    }
    return e;
}

enum err rest_body_check(struct rest_call *call, struct slice *detail)
{
    const struct checking c = { call->arena, detail };
    const struct operation *op = call->operation;
    return check_members(&c, NULL, op->rules, op->rule_count, call->body);
}
