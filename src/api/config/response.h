/* The envelope of answers that are no entities: {code, details, links}, as the contract has it. */
#ifndef API_CONFIG_RESPONSE_H
#define API_CONFIG_RESPONSE_H
#include "api/rest/rest.h"
rest_then response_reply; /* details: the command's result, a JSON object */
#endif
