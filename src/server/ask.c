/* cordboard token, cordboard client: small requests to the server of a data directory over its
 * control socket, or, when none runs, answered by opening the directory here. */
#include "server/ask.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "base/log.h"
#include "server/commands.h"
#include "server/control.h"
#include "server/house.h"
#include "server/settings.h"

static int usage(const struct ask *a, FILE *out)
{
    fprintf(out, "usage: cordboard %s%s%s [options]\n%s\n\n", a->command, a->verb ? " " : "",
            a->verb ? a->verb : "", a->about);
    for (unsigned i = 0; i < a->count; i++) {
        char left[40];
        snprintf(left, sizeof left, "--%s %s", a->options[i].name, a->options[i].placeholder);
        fprintf(out, "  %-22s %s%s\n", left, a->options[i].about,
                a->options[i].required ? "" : " (optional)");
    }
    return out == stdout ? 0 : 2;
}

static bool read_options(const struct ask *a, int argc, char **argv)
{
    for (int at = 0; at < argc; at += 2) {
        struct option *found = NULL;
        for (unsigned i = 0; i < a->count; i++)
            if (strncmp(argv[at], "--", 2) == 0 && strcmp(argv[at] + 2, a->options[i].name) == 0)
                found = &a->options[i];
        if (!found || at + 1 >= argc) {
            fprintf(stderr, "cordboard: %s: %s\n", argv[at],
                    found ? "needs a value" : "no such option");
            return false;
        }
        found->value = argv[at + 1];
    }
    for (unsigned i = 0; i < a->count; i++)
        if (a->options[i].required && !a->options[i].value) {
            fprintf(stderr, "cordboard: --%s is needed\n", a->options[i].name);
            return false;
        }
    return true;
}

/* The first line of a file, for what must not stand among a process's arguments. */
static bool put_file(struct json_writer *w, const char *path)
{
    char line[LIMIT_password_bytes_max + 2];
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    bool read = f && fgets(line, sizeof line, f);
    if (f && f != stdin)
        fclose(f);
    if (!read) {
        fprintf(stderr, "cordboard: %s: cannot be read\n", path);
        return false;
    }
    line[strcspn(line, "\n")] = '\0';
    json_put_cstr(w, line);
    explicit_bzero(line, sizeof line);
    return true;
}

/* The value as its kind wants it. */
static bool put_value(struct json_writer *w, const struct option *o)
{
    int64_t number;
    switch (o->kind) {
    case OPTION_FILE:
        return put_file(w, o->value);
    case OPTION_LIST:
        json_array_begin(w);
        json_put_cstr(w, o->value);
        json_array_end(w);
        return true;
    case OPTION_NUMBER:
        if (strcmp(o->value, "default") == 0)
            json_put_null(w);
        else if (slice_to_i64(slice_of(o->value), &number))
            json_put_i64(w, number);
        else
            return fprintf(stderr, "cordboard: --%s: a number, or default\n", o->name), false;
        return true;
    case OPTION_TEXT:
    default:
        json_put_cstr(w, o->value);
        return true;
    }
}

static bool write_request(const struct ask *a, struct buf *out)
{
    struct json_writer w;
    json_writer_init(&w, out);
    json_object_begin(&w);
    json_member_cstr(&w, "command", a->command);
    if (a->verb)
        json_member_cstr(&w, "verb", a->verb);
    for (unsigned i = 0; i < a->count; i++) {
        const struct option *o = &a->options[i];
        if (!o->value || !o->member)
            continue;
        json_key(&w, o->member);
        if (!put_value(&w, o))
            return false;
    }
    json_object_end(&w);
    return true;
}

/* Nobody serves the directory: be the server for this one request. */
static enum err answer_here(const char *dir, struct slice request, struct arena *arena,
                            struct slice *answer)
{
    struct settings settings;
    struct house house;
    struct buf out;
    log_set_level(LOG_ERROR);
    if (!settings_read(&settings, 0, NULL))
        return ERR_BAD_REQUEST;
    settings.data = dir;
    settings.clock = CLOCK_AS_KEPT;
    buf_init_arena(&out, arena);
    enum err err = house_open(&settings, &house);
    if (err == ERR_OK)
        err = house_start(&house);
    if (err == ERR_OK) {
        struct control c = { house.identity, house.catalog, &house.clock, house.engine };
        control_handle(&c, request, arena, &out);
        *answer = buf_slice(&out);
    }
    house_close(&house);
    return err;
}

static int print_answer(const struct ask *a, struct arena *arena, struct slice answer)
{
    struct json *v;
    if (json_parse(arena, answer, &v, NULL) != ERR_OK) {
        fprintf(stderr, "cordboard: the server's answer makes no sense\n");
        return 1;
    }
    if (json_get(v, "error")) {
        struct slice detail =
            json_text(json_get(v, "detail"), json_text(json_get(v, "error"), SLICE("refused")));
        fprintf(stderr, "cordboard: %.*s\n", SLICE_ARG(detail));
        return 1;
    }
    struct slice text = a->print ? json_text(json_get(v, a->print), SLICE("")) : answer;
    printf("%.*s\n", SLICE_ARG(text));
    return 0;
}

enum err ask_house(const char *dir, struct slice request, struct arena *arena, struct slice *answer)
{
    enum err err = control_ask(dir, request, arena, answer);
    return err == ERR_NOT_FOUND ? answer_here(dir, request, arena, answer) : err;
}

static int ask_server(const struct ask *a, const char *dir, struct arena *arena)
{
    struct buf request;
    struct slice answer;
    buf_init_arena(&request, arena);
    if (!write_request(a, &request))
        return 1;
    enum err err = ask_house(dir, buf_slice(&request), arena, &answer);
    if (err != ERR_OK) {
        fprintf(stderr, "cordboard: %s: %s\n", dir, err_title(err));
        return 1;
    }
    return print_answer(a, arena, answer);
}

/* The data directory is always the first option. */
int ask_run(const struct ask *a, int argc, char **argv)
{
    if (argc == 1 && strcmp(argv[0], "--help") == 0)
        return usage(a, stdout);
    if (!read_options(a, argc, argv))
        return usage(a, stderr);
    struct arena *arena = arena_new(LIMIT_request_arena_bytes_max);
    int status = arena ? ask_server(a, a->options[0].value, arena) : 1;
    arena_free(arena);
    return status;
}

int command_token(int argc, char **argv)
{
    struct option options[] = {
        { .name = "data",
          .placeholder = "DIR",
          .about = "Data directory of the server",
          .required = true },
        { .name = "user",
          .member = "email",
          .placeholder = "EMAIL",
          .about = "Whose token",
          .required = true },
        { .name = "scope",
          .member = "scope",
          .placeholder = "\"A B\"",
          .about = "Scopes; all that the user's role may have" },
        { .name = "client",
          .member = "client",
          .placeholder = "ID",
          .about = "Client it is issued to" },
    };
    struct ask a = { .command = "token",
                     .about =
                         "Prints an access token. Only on the server's own machine, as its user.",
                     .options = options,
                     .count = sizeof options / sizeof *options,
                     .print = "access_token" };
    return ask_run(&a, argc, argv);
}

int command_client(int argc, char **argv)
{
    struct option options[] = {
        { .name = "data",
          .placeholder = "DIR",
          .about = "Data directory of the server",
          .required = true },
        { .name = "name",
          .member = "name",
          .placeholder = "NAME",
          .about = "Shown when a user is asked for consent",
          .required = true },
        { .name = "redirect",
          .member = "redirectUris",
          .placeholder = "URI",
          .about = "Where users are sent back to",
          .required = true,
          .kind = OPTION_LIST },
        { .name = "scope",
          .member = "scope",
          .placeholder = "\"A B\"",
          .about = "What it may ask for",
          .required = true },
        { .name = "org",
          .member = "org",
          .placeholder = "ID",
          .about = "Organisation, when there are several" },
        { .name = "rate-limit",
          .member = "rateLimit",
          .placeholder = "N|off",
          .about = "Requests a minute; else the server's" },
    };
    struct ask a = { .command = "client",
                     .about =
                         "Registers an integration and prints its id and secret (shown this once).",
                     .options = options,
                     .count = sizeof options / sizeof *options };
    return ask_run(&a, argc, argv);
}

int command_limit(int argc, char **argv)
{
    struct option options[] = {
        { .name = "data",
          .placeholder = "DIR",
          .about = "Data directory of the server",
          .required = true },
        { .name = "client",
          .member = "client",
          .placeholder = "ID",
          .about = "The integration",
          .required = true },
        { .name = "rate-limit",
          .member = "rateLimit",
          .placeholder = "N|off|default",
          .about = "Requests a minute; default: the server's",
          .required = true },
    };
    struct ask a = { .command = "limit",
                     .about = "Gives an integration a rate limit of its own, at once.",
                     .options = options,
                     .count = sizeof options / sizeof *options };
    return ask_run(&a, argc, argv);
}
