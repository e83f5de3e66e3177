#include <criterion/criterion.h>

#include "base/err.h"
#include "base/limits.h"

Test(err, every_error_has_a_failing_status_a_code_and_a_title)
{
    cr_assert_eq(err_status(ERR_OK), 200);
    for (int e = 1; e < ERR_COUNT; e++) {
        int status = err_status((enum err)e);
        cr_assert(status >= 400 && status < 600);
        cr_assert_gt(strlen(err_code((enum err)e)), 0);
        cr_assert_neq(err_title((enum err)e)[strlen(err_title((enum err)e)) - 1], '.');
    }
    cr_assert_eq(err_status(ERR_BAD_MEDIA_TYPE), 415);
}

Test(limits, rows_carry_the_constants)
{
    const struct limit_row *row = limit_rows;
    while (row->name && strcmp(row->name, "json_depth_max") != 0)
        row++;
    cr_assert_not_null(row->name);
    cr_assert_eq(row->value, LIMIT_json_depth_max);
}
