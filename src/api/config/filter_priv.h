/* For the files of the filter. */
#ifndef API_CONFIG_FILTER_PRIV_H
#define API_CONFIG_FILTER_PRIV_H
#include "api/config/filter.h"
/* Order of values that fit the field (config_filter_bind saw to it). */
int filter_compare(enum field f, struct slice have, struct slice want);
#endif
