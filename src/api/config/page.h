/* One page of a list: which rows, and the links to its neighbours. */
#ifndef API_CONFIG_PAGE_H
#define API_CONFIG_PAGE_H
#include "api/rest/rest.h"
#include "base/json_write.h"
struct config_page {
    size_t number, size; /* number counts from 0 */
    size_t total;        /* rows of the whole list; set before config_page_meta */
};
/* page_read_of: `usual` rows unless the client says.
 * `page` (default 0) and `pageSize` (default and most LIMIT_page_size_max). ERR_INVALID_FIELD names
 * the bad one in *why. */
enum err page_read_of(struct http_request *req, size_t usual, struct config_page *out,
                      struct slice *why);
enum err config_page_read(struct http_request *req, struct config_page *out, struct slice *why);
size_t config_page_first(const struct config_page *p); /* index of its first row, at most total */
size_t config_page_end(const struct config_page *p);   /* index behind its last row */
/* Members of the list's `meta` up to and with `links`; the object itself is the caller's. Links
 * keep the other query parameters of the request. */
void config_page_meta(struct json_writer *w, const struct config_page *p,
                      const struct http_request *req, struct slice org);
/* Answers a page that a command gathered: `meta`, and the command's result as `data`; or its
 * failure. The page's total is known by now. */
void config_page_reply(struct rest_call *call, const struct config_page *p,
                       const struct core_answer *answered);
#endif
