#include "server/control_orgs.h"

#include "api/oauth/organizations.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "domain/identity/password.h"
#include "domain/identity/password_policy.h"
#include "server/control.h"
#include "server/engine.h"

struct request {
    const struct control *control;
    const struct json *json;
    struct arena *arena;
    struct core_answer *answer;
    struct uuid org;
};

static enum err refuse(struct request *r, enum err why, const char *detail)
{
    r->answer->detail = slice_of(detail);
    return why;
}

/* ---- create ---- */

/* The command line's options are flat; the API's body has the administrator in an object. */
static const char *read_create(const struct request *r, struct identity_organization_args *args,
                               struct slice *password)
{
    struct buf text;
    struct json_writer w;
    struct json *body;
    buf_init_arena(&text, r->arena);
    json_writer_init(&w, &text);
    json_object_begin(&w);
    json_key(&w, "admin");
    json_put_node(&w, r->json);
    JSON_EACH(member, r->json)
    {
        json_key_slice(&w, member->key);
        json_put_node(&w, member);
    }
    json_object_end(&w);
    if (buf_failed(&text) || json_parse(r->arena, buf_slice(&text), &body, NULL) != ERR_OK)
        return "out of memory";
    return organization_read(body, args, password);
}

/* The answer with the password that was made, which is shown this once. */
static void add_password(struct request *r, const char *password)
{
    struct slice made = r->answer->result;
    if (made.len)
        r->answer->result = arena_printf(r->arena, "%.*s,\"password\":\"%s\"}",
                                         SLICE_ARG(slice_sub(made, 0, made.len - 1)), password);
}

static enum err create(struct request *r)
{
    struct identity_organization_args args = { .base = { .identity = r->control->identity } };
    char made[ORGANIZATION_PASSWORD_LEN + 1], hash[PASSWORD_HASH_MAX];
    struct slice password;
    const char *flaw = read_create(r, &args, &password);
    if (flaw)
        return refuse(r, ERR_INVALID_FIELD, flaw);
    bool makes = password.len == 0;
    flaw = makes ? NULL : password_flaw(password, args.email);
    if (flaw) {
        r->answer->detail = arena_printf(r->arena, "password: %s", flaw);
        return ERR_INVALID_FIELD;
    }
    args.temporary = true; /* the operator knows it */
    enum err e = makes ? organization_password(made) : ERR_OK;
    if (e == ERR_OK)
        e = password_hash(makes ? slice_of(made) : password, PASSWORD_COST, hash);
    if (e == ERR_OK)
        e = identity_draw(&args.base.draw);
    if (e != ERR_OK)
        return e;
    args.hash = slice_of(hash);
    args.base.now_ms = clock_now_ms(r->control->clock);
    e = engine_run(r->control->engine, identity_create_organization, &args, r->arena, r->answer);
    if (e == ERR_OK && makes)
        add_password(r, made);
    return e;
}

/* ---- the others ---- */

static enum err list(struct request *r)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, r->arena);
    json_writer_init(&w, &out);
    organizations_write(&w, r->control->catalog);
    r->answer->result = buf_slice(&out);
    return buf_failed(&out) ? ERR_OUT_OF_MEMORY : ERR_OK;
}

static enum err show(struct request *r)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, r->arena);
    json_writer_init(&w, &out);
    if (organization_write(&w, r->control->catalog, r->org) != ERR_OK)
        return refuse(r, ERR_NOT_FOUND, "org: is not known");
    r->answer->result = buf_slice(&out);
    return buf_failed(&out) ? ERR_OUT_OF_MEMORY : ERR_OK;
}

static enum err move(struct request *r, enum org_state to)
{
    const struct catalog_move args = { r->org, to };
    enum err e =
        engine_run(r->control->engine, catalog_move_organization, &args, r->arena, r->answer);
    if (e == ERR_NOT_FOUND)
        return refuse(r, e, "org: is not known");
    return e == ERR_OK ? show(r) : e;
}

static enum err suspend(struct request *r)
{
    return move(r, ORG_SUSPENDED);
}

static enum err resume(struct request *r)
{
    return move(r, ORG_ACTIVE);
}

static enum err delete (struct request *r) { return move(r, ORG_DELETING); }

/* Only the members that name limits. */
static enum err limits(struct request *r)
{
    struct catalog_limits args = { .org = r->org };
    struct buf text;
    struct json_writer w;
    struct json *body = NULL;
    buf_init_arena(&text, r->arena);
    json_writer_init(&w, &text);
    json_object_begin(&w);
    for (int i = 0; i < ORG_LIMIT_COUNT; i++) {
        const struct json *v = json_get(r->json, org_limit_name((enum org_limit)i));
        if (v) {
            json_key_slice(&w, v->key);
            json_put_node(&w, v);
        }
    }
    json_object_end(&w);
    enum err e = json_parse(r->arena, buf_slice(&text), &body, NULL);
    const char *flaw = e == ERR_OK ? organization_limits_read(body, &args) : NULL;
    if (flaw)
        return refuse(r, ERR_INVALID_FIELD, flaw);
    if (e == ERR_OK && body->count)
        e = engine_run(r->control->engine, catalog_limit_organization, &args, r->arena, r->answer);
    return e == ERR_OK ? show(r) : e;
}

static enum err token(struct request *r)
{
    struct identity_args args = { .identity = r->control->identity,
                                  .now_ms = clock_now_ms(r->control->clock) };
    enum err e = identity_draw(&args.draw);
    return e == ERR_OK ? engine_run(r->control->engine, identity_issue_operator_token, &args,
                                    r->arena, r->answer)
                       : e;
}

enum err control_org(const struct control *c, const struct json *request, struct arena *a,
                     struct core_answer *answer)
{
    static const struct {
        const char *verb;
        enum err (*run)(struct request *r);
        bool of_one;
    } rows[] = {
        { "create", create, false },  { "list", list, false },    { "show", show, true },
        { "suspend", suspend, true }, { "resume", resume, true }, { "delete", delete, true },
        { "limits", limits, true },   { "token", token, false },
    };
    struct request r = { .control = c, .json = request, .arena = a, .answer = answer };
    struct slice verb = json_text(json_get(request, "verb"), SLICE(""));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!slice_is(verb, rows[i].verb))
            continue;
        if (rows[i].of_one && !uuid_parse(json_text(json_get(request, "org"), SLICE("")), &r.org))
            return refuse(&r, ERR_NOT_FOUND, "org: is not an id");
        return rows[i].run(&r);
    }
    return refuse(&r, ERR_BAD_REQUEST, "verb: is not known");
}
