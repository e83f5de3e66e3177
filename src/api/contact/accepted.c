#include "api/contact/accepted.h"

#include "base/err.h"

static void then_accepted(struct rest_call *call, const struct core_answer *answer)
{
    if (err_status(answer->err) >= 500 || answer->err == ERR_LIMIT)
        rest_fail(call, answer->err, answer->detail);
    else
        rest_reply(call, 202, (struct slice){ 0 });
}

enum err submit_accepted(struct rest_call *call, command_fn *run, const void *args)
{
    return rest_submit(call, run, args, then_accepted);
}
