/* needs: api/oauth
 * Any bytes as a form, as HTTP Basic and as a redirect URI: what is taken must be bounded, free of
 * a second value for a name, and a redirect URI that may be registered must fit itself and have a
 * CSP source of its own origin. */
#include <stdlib.h>

#include "api/oauth/oauth_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_form(struct arena *a, struct slice text)
{
    struct form f;
    if (form_parse(a, text, &f) != ERR_OK)
        return;
    for (size_t i = 0; i < f.count; i++) {
        if (f.fields[i].value.len > LIMIT_oauth_param_bytes_max)
            abort();
        for (size_t k = 0; k < i; k++)
            if (slice_eq(f.fields[i].name, f.fields[k].name))
                abort();
    }
}

static void check_redirect(struct arena *a, struct slice uri)
{
    struct client_view c = { .redirects = &uri, .redirect_count = 1 };
    if (identity_redirect_flaw(uri))
        return;
    struct slice source = oauth_redirect_source(a, uri);
    if (!identity_client_may_redirect(&c, uri) || !source.at)
        abort();
    for (size_t i = 0; i < source.len; i++)
        if (source.at[i] == ';' || source.at[i] == ',' || source.at[i] == ' ')
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *arena;
    struct slice text = { (const char *)data, size }, id, secret;
    if (!arena)
        arena = arena_new(16 << 20);
    arena_reset(arena);
    check_form(arena, text);
    check_redirect(arena, text);
    form_basic(arena, text, &id, &secret);
    form_encode(arena, text);
    return 0;
}
