#include "server/settings.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/slice.h"

enum setting_type { TEXT, NUMBER, SWITCH };
struct setting_row {
    const char *option, *placeholder, *about, *text;
    int64_t number;
    enum setting_type type;
    size_t offset;
};
static const struct setting_row rows[] = {
#define SETTING_TEXT(name, opt, value, place, what) \
    { .option = (opt),                              \
      .placeholder = (place),                       \
      .about = (what),                              \
      .text = (value),                              \
      .type = TEXT,                                 \
      .offset = offsetof(struct settings, name) },
#define SETTING_NUMBER(name, opt, value, place, what) \
    { .option = (opt),                                \
      .placeholder = (place),                         \
      .about = (what),                                \
      .number = (value),                              \
      .type = NUMBER,                                 \
      .offset = offsetof(struct settings, name) },
#define SETTING_SWITCH(name, opt, value, place, what) \
    { .option = (opt),                                \
      .placeholder = (place),                         \
      .about = (what),                                \
      .number = (value),                              \
      .type = SWITCH,                                 \
      .offset = offsetof(struct settings, name) },
#include "settings.def"
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

static bool set(struct settings *s, const struct setting_row *row, const char *text)
{
    char *at = (char *)s + row->offset;
    int64_t number;
    switch (row->type) {
    case TEXT:
        memcpy(at, &text, sizeof text);
        return true;
    case SWITCH:
        *(bool *)at = strcmp(text, "0") != 0 && strcmp(text, "false") != 0;
        return true;
    case NUMBER:
        if (!slice_to_i64(slice_of(text), &number))
            return false;
        memcpy(at, &number, sizeof number);
        return true;
    }
    return false;
}

static void set_default(struct settings *s, const struct setting_row *row)
{
    char *at = (char *)s + row->offset;
    if (row->type == TEXT)
        memcpy(at, &row->text, sizeof row->text);
    else if (row->type == NUMBER)
        memcpy(at, &row->number, sizeof row->number);
    else
        *(bool *)at = row->number != 0;
}

static const char *from_environment(const struct setting_row *row)
{
    char name[64] = "CORDBOARD_";
    size_t n = strlen(name);
    for (const char *c = row->option; *c && n + 1 < sizeof name; c++)
        name[n++] = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
    name[n] = 0;
    return getenv(name); // NOLINT(concurrency-mt-unsafe): before any thread
}

static bool refuse(const char *option, const char *why)
{
    fprintf(stderr, "cordboard: %s: %s (see cordboard serve --help)\n", option, why);
    return false;
}

static const struct setting_row *find(const char *option, size_t len)
{
    for (const struct setting_row *row = rows; row < rows + ROW_COUNT; row++)
        if (strlen(row->option) == len && memcmp(row->option, option, len) == 0)
            return row;
    return NULL;
}

/* --name value, --name=value, --switch. Advances *at past the value it took. */
static bool read_option(struct settings *s, int argc, char **argv, int *at)
{
    const char *word = argv[*at];
    if (strncmp(word, "--", 2) != 0)
        return refuse(word, "not an option");
    const char *equals = strchr(word, '=');
    const struct setting_row *row =
        find(word + 2, equals ? (size_t)(equals - word - 2) : strlen(word + 2));
    if (!row)
        return refuse(word, "no such option");
    const char *value = equals ? equals + 1 : "1";
    if (!equals && row->type != SWITCH) {
        if (*at + 1 >= argc)
            return refuse(word, "needs a value");
        value = argv[++*at];
    }
    return set(s, row, value) || refuse(word, "needs a whole number");
}

bool settings_read(struct settings *s, int argc, char **argv)
{
    for (const struct setting_row *row = rows; row < rows + ROW_COUNT; row++) {
        const char *value = from_environment(row);
        set_default(s, row);
        if (value && !set(s, row, value))
            return refuse(row->option, "the environment's value is not a whole number");
    }
    for (int at = 0; at < argc; at++)
        if (!read_option(s, argc, argv, &at))
            return false;
    return true;
}

void settings_help(FILE *out)
{
    for (const struct setting_row *row = rows; row < rows + ROW_COUNT; row++) {
        char left[64];
        snprintf(left, sizeof left, "--%s %s", row->option, row->placeholder);
        fprintf(out, "  %-28s %s", left, row->about);
        if (row->type == TEXT && *row->text)
            fprintf(out, " (%s)", row->text);
        else if (row->type == NUMBER)
            fprintf(out, " (%lld)", (long long)row->number);
        fputc('\n', out);
    }
}
