/* The audio: its address, and the answer to whoever comes with it. The bytes are read by threads
 * of this room, for the store waits for the disk. */
#include <inttypes.h>

#include "api/config/change.h"
#include "api/config/config.h"
#include "api/config/gate.h"
#include "api/media/media_priv.h"
#include "api/rest/routes.h"
#include "api/services.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/epoch.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "base/workers.h"
#include "domain/catalog/schema.h"
#include "domain/catalog/standing.h"

/* ---- the address ---- */

static bool is_on(const struct rest_call *call, const char *name)
{
    struct slice text;
    return http_query(call->http, name, &text) && slice_is(text, "true");
}

static struct slice address_of(struct rest_call *call, struct slice blob)
{
    char signature[MEDIA_SIGNATURE_LEN + 1];
    int64_t expires_s = (clock_now_ms(call->services->clock) + LIMIT_audio_url_ms_max) / 1000;
    if (media_sign(call->services->media, call->org, blob, expires_s, signature) != ERR_OK)
        return (struct slice){ NULL, 0 };
    return arena_printf(call->arena, "%.*s/media/v1/%.*s/%.*s?expires=%" PRId64 "&signature=%s",
                        SLICE_ARG(call->services->public_url), SLICE_ARG(call->org),
                        SLICE_ARG(blob), expires_s, signature);
}

/* The entity's JSON with its address before the closing brace. */
static struct slice with_url(struct rest_call *call, struct slice json, struct slice blob)
{
    struct slice url = address_of(call, blob);
    if (!url.at)
        return url;
    return arena_printf(call->arena, "%.*s,\"url\":\"%.*s\"}", (int)json.len - 1, json.at,
                        SLICE_ARG(url));
}

static enum err reply_entity(struct rest_call *call, const struct catalog_view *view,
                             const struct entity *e)
{
    struct access access;
    enum err gate = gate_read(call, config_resource(call), &access);
    if (gate != ERR_OK)
        return gate;
    if (!e || !access_shows(&access, e))
        return ERR_NOT_FOUND;
    struct slice json = arena_copy(call->arena, view_served(view, e, call->arena));
    if (json.at && is_on(call, "includeUrl"))
        json = with_url(call, json, entity_text(e, resource_rules[entity_resource(e)].blob));
    if (!json.at)
        return ERR_OUT_OF_MEMORY;
    change_reply(call, json, entity_version(e));
    return ERR_OK;
}

enum err rest_config_audio_get(struct rest_call *call)
{
    struct catalog_view view = config_view(call);
    struct uuid id;
    enum err e = config_id(call, &id);
    if (e != ERR_OK)
        return e;
    epoch_enter();
    e = reply_entity(call, &view, view_get(&view, config_resource(call), id));
    epoch_leave();
    return e;
}

/* ---- the audio ---- */

struct download {
    struct worker_job job; /* first: run gets it back */
    struct rest_call *call;
    struct media *media;
    struct uuid *slot; /* one of media->downloads */
};

/* Answers are held in memory until they are sent, so only so many at a time; and of one
 * organisation only some of them, or a few who read slowly would keep all others out. */
static enum err begin(struct download *d, struct uuid org)
{
    struct media *m = d->media;
    unsigned own = 0;
    pthread_mutex_lock(&m->lock);
    for (unsigned i = 0; i < LIMIT_audio_downloads_max; i++) {
        own += uuid_eq(m->downloads[i], org);
        if (uuid_is_nil(m->downloads[i]))
            d->slot = &m->downloads[i];
    }
    enum err e = own >= LIMIT_audio_downloads_per_org_max ? ERR_LIMIT
                 : d->slot                                ? ERR_OK
                                                          : ERR_UNAVAILABLE;
    if (e == ERR_OK)
        *d->slot = org;
    pthread_mutex_unlock(&m->lock);
    return e;
}

/* When the answer is sent, or nobody waits for it any more. */
static void end(void *download)
{
    struct download *d = download;
    pthread_mutex_lock(&d->media->lock);
    *d->slot = (struct uuid){ { 0 } };
    pthread_mutex_unlock(&d->media->lock);
}

static void read_and_answer(struct worker_job *job)
{
    struct rest_call *call = ((struct download *)job)->call;
    const struct blob_source *blobs = &call->services->media->options.blobs;
    struct slice bytes;
    enum err e = blobs->read(blobs->ctx, call->params[0], call->params[1], call->arena, &bytes);
    if (e != ERR_OK)
        rest_fail(call, e, SLICE(""));
    else
        rest_reply_text(call, 200, SLICE("audio/wav"), bytes, NULL, 0);
}

static enum err submit(struct rest_call *call, struct uuid org)
{
    struct media *m = call->services->media;
    struct download *d = arena_alloc(call->arena, sizeof *d);
    if (!d)
        return ERR_OUT_OF_MEMORY;
    *d = (struct download){ { .run = read_and_answer }, call, m, NULL };
    enum err e = begin(d, org);
    if (e != ERR_OK)
        return e;
    if (arena_defer(call->arena, end, d) == ERR_OK)
        return workers_submit(m->readers, &d->job);
    end(d);
    return ERR_OUT_OF_MEMORY;
}

/* An address that was given out before says nothing about now. */
static enum err check_open(struct rest_call *call, struct uuid org)
{
    epoch_enter();
    enum org_state state = catalog_org_state(call->services->catalog, org);
    epoch_leave();
    return state == ORG_ACTIVE      ? ERR_OK
           : state == ORG_SUSPENDED ? ERR_ORG_SUSPENDED
                                    : ERR_NOT_FOUND;
}

enum err rest_media_get(struct rest_call *call)
{
    const struct slice org = call->params[0], blob = call->params[1];
    struct slice expires, signature;
    struct uuid id;
    int64_t expires_s;
    if (!uuid_parse(org, &id) || !http_query(call->http, "expires", &expires) ||
        !slice_to_i64(expires, &expires_s) || !http_query(call->http, "signature", &signature) ||
        !media_is_signed(call->services->media, org, blob, expires_s, signature))
        return rest_failf(call, ERR_FORBIDDEN, "The address is not signed");
    if (clock_now_ms(call->services->clock) / 1000 >= expires_s)
        return rest_failf(call, ERR_FORBIDDEN, "The address has run out; ask for a new one");
    enum err e = check_open(call, id);
    return e == ERR_OK ? submit(call, id) : e;
}
