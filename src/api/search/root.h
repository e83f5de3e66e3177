/* The roots of the Search schema: which tables answer each, and how it pages. */
#ifndef API_SEARCH_ROOT_H
#define API_SEARCH_ROOT_H
#include "domain/report/schema.h"
enum search_paging {
    PAGE_NUMBER, /* cursor: the page's number */
    PAGE_KEY,    /* cursor: the last row's key; rows in order of keys */
    PAGE_FLOW    /* pageSize and currentPage */
};
struct search_root {
    struct slice name;
    enum report_table table;
    unsigned ended; /* column compared with timeComparator endedTime */
    enum search_paging paging;
    unsigned page_size;
    unsigned raw_days_max; /* span of raw searches for activities; 0: none under this root */
};
const struct search_root *search_root_find(struct slice name); /* NULL: none */
/* The table a dotted path belongs to, by its prefix. */
enum report_table search_path_table(const struct search_root *root, struct slice path);
#endif
