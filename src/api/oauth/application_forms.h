/* The forms of /account/applications: written, and read back into commands. */
#ifndef API_OAUTH_APPLICATION_FORMS_H
#define API_OAUTH_APPLICATION_FORMS_H
#include "api/oauth/oauth_priv.h"
/* To register one of the kind. */
void application_form_new(struct rest_call *call, struct buf *out, enum client_kind kind);
/* What is known about a client, with the forms for what may be done to it. */
void application_forms_write(struct rest_call *call, struct buf *out, const struct client_view *c,
                             bool admin);
enum err application_form_register(struct rest_call *call, const struct identity_user *user,
                                   enum client_kind kind, const struct form *f, rest_then *then);
enum err application_form_change(struct rest_call *call, const struct client_view *c,
                                 const struct form *f, rest_then *then);
#endif
