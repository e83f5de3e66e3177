/* Every input that once hurt, and a few that are odd on purpose, through the fuzzer's own function.
 */
#include <criterion/criterion.h>
#include <dirent.h>

#include "../fuzz/fuzz_graphql.c"

static void replay(const char *path)
{
    static uint8_t bytes[1 << 17];
    FILE *f = fopen(path, "rb");
    cr_assert_not_null(f, "%s", path);
    size_t size = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    cr_assert_eq(LLVMFuzzerTestOneInput(bytes, size), 0);
}

Test(corpus, is_replayed)
{
    char path[600];
    int count = 0;
    DIR *dir = opendir("fuzz/corpus/graphql");
    cr_assert_not_null(dir, "run from the project's root");
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "fuzz/corpus/graphql/%s", e->d_name);
        replay(path);
        count++;
    }
    closedir(dir);
    cr_assert_gt(count, 5);
}
