/* needs: net */
/* The head of a request as the library leaves it, with NULs where CR, LF and ':' stood: whatever
 * comes, the filter stays inside the block, and what it accepts is unambiguous. */
#include <assert.h>
#include <stdlib.h>

#include "net/http_filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_accepted(struct slice block, const struct http_head *head)
{
    assert(head->count <= HTTP_HEADERS_MAX);
    assert(!(head->chunked && head->content_length >= 0));
    assert(!(head->chunked && head->version_1_0));
    for (size_t i = 0; i < head->count; i++) {
        const struct http_header *h = &head->headers[i];
        assert(http_is_token(h->name));
        assert(h->name.at >= block.at && h->value.at + h->value.len <= block.at + block.len);
        assert(memchr(h->value.at, '\r', h->value.len) == NULL);
        assert(memchr(h->value.at, '\0', h->value.len) == NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1); /* its own allocation, so that an overrun is seen */
    struct http_head head;
    struct slice path, query;
    const char *why = NULL;
    if (!copy)
        return 0;
    if (size)
        memcpy(copy, data, size);
    struct slice block = { copy, size };
    if (http_filter_head(block, &head, &why) == ERR_OK)
        check_accepted(block, &head);
    if (http_filter_target(block, &path, &query) == ERR_OK)
        assert(path.len > 0 && (path.at[0] == '/' || path.at[0] == '*'));
    free(copy);
    return 0;
}
