/* The operator's API (ours): organisations of the server. */
#include "api/oauth/organizations.h"

#include "api/oauth/oauth_priv.h"
#include "api/rest/routes.h"
#include "domain/identity/password_policy.h"

/* ---- make ---- */

struct making {
    struct worker_job job; /* first member */
    struct rest_call *call;
    struct identity_organization_args args;
    struct slice password;
    char made[ORGANIZATION_PASSWORD_LEN + 1], hash[PASSWORD_HASH_MAX];
};

static void made(struct rest_call *call, const struct core_answer *answer)
{
    const struct making *m = call->state;
    struct slice result = answer->result, body;
    if (answer->err != ERR_OK || !result.len) {
        rest_fail(call, answer->err, answer->detail);
        return;
    }
    if (m->password.len)
        body = arena_copy(call->arena, result);
    else
        body = arena_printf(call->arena, "%.*s,\"password\":\"%s\"}",
                            SLICE_ARG(slice_sub(result, 0, result.len - 1)), m->made);
    if (body.at)
        rest_reply(call, 0, body);
    else
        rest_fail(call, ERR_OUT_OF_MEMORY, SLICE(""));
}

static void hash_and_make(struct worker_job *job)
{
    struct making *m = (struct making *)job;
    struct rest_call *call = m->call;
    enum err e = m->password.len ? ERR_OK : organization_password(m->made);
    if (e == ERR_OK)
        e = password_hash(m->password.len ? m->password : slice_of(m->made),
                          call->services->oauth->cost, m->hash);
    m->args.hash = slice_of(m->hash);
    if (e == ERR_OK)
        e = oauth_identity_args_fill(call, &m->args.base);
    if (e == ERR_OK)
        e = rest_submit(call, identity_create_organization, &m->args, made);
    if (e != ERR_OK)
        rest_fail(call, e, SLICE(""));
}

enum err rest_organizations_create(struct rest_call *call)
{
    struct making *m = arena_alloc(call->arena, sizeof *m);
    if (!m)
        return ERR_OUT_OF_MEMORY;
    const char *flaw = organization_read(call->body, &m->args, &m->password);
    if (flaw)
        return rest_failf(call, ERR_INVALID_FIELD, "%s", flaw);
    flaw = m->password.len ? password_flaw(m->password, m->args.email) : NULL;
    if (flaw)
        return rest_failf(call, ERR_INVALID_FIELD, "admin.password: %s", flaw);
    m->args.temporary = true; /* whoever made the organisation knows it */
    m->call = call;
    m->job.run = hash_and_make;
    call->state = m;
    return workers_submit(call->services->oauth->pool, &m->job);
}

/* ---- show ---- */

enum err rest_organizations_list(struct rest_call *call)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_key(&w, "items");
    organizations_write(&w, call->services->catalog);
    json_object_end(&w);
    if (buf_failed(&out))
        return ERR_OUT_OF_MEMORY;
    rest_reply(call, 0, buf_slice(&out));
    return ERR_OK;
}

static enum err show(struct rest_call *call, struct uuid org)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    enum err e = organization_write(&w, call->services->catalog, org);
    if (e != ERR_OK || buf_failed(&out))
        return e != ERR_OK ? e : ERR_OUT_OF_MEMORY;
    rest_reply(call, 0, buf_slice(&out));
    return ERR_OK;
}

enum err rest_organizations_get(struct rest_call *call)
{
    struct uuid org;
    return uuid_parse(call->params[0], &org) ? show(call, org) : ERR_NOT_FOUND;
}

/* ---- change ---- */

static void changed(struct rest_call *call, const struct core_answer *answer)
{
    struct uuid org;
    enum err e = answer->err;
    if (e == ERR_OK && uuid_parse(call->params[0], &org))
        e = show(call, org);
    if (e != ERR_OK)
        rest_fail(call, e, answer->detail);
}

static enum err move(struct rest_call *call, enum org_state to)
{
    struct catalog_move *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->to = to;
    return uuid_parse(call->params[0], &args->org)
               ? rest_submit(call, catalog_move_organization, args, changed)
               : ERR_NOT_FOUND;
}

enum err rest_organizations_suspend(struct rest_call *call)
{
    return move(call, ORG_SUSPENDED);
}

enum err rest_organizations_resume(struct rest_call *call)
{
    return move(call, ORG_ACTIVE);
}

enum err rest_organizations_delete(struct rest_call *call)
{
    return move(call, ORG_DELETING);
}

enum err rest_organizations_limits(struct rest_call *call)
{
    struct catalog_limits *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    const char *flaw = organization_limits_read(call->body, args);
    if (flaw)
        return rest_failf(call, ERR_INVALID_FIELD, "%s", flaw);
    return uuid_parse(call->params[0], &args->org)
               ? rest_submit(call, catalog_limit_organization, args, changed)
               : ERR_NOT_FOUND;
}
