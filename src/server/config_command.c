/* cordboard config export | plan | apply: an organisation's configuration as a file. The server of
 * the data directory does it; when none runs, the directory is opened here. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "server/commands.h"
#include "server/control.h"
#include "server/yaml.h"

struct words {
    const char *verb, *data, *org, *file, *format;
    bool prune, json;
};

static int usage(FILE *out)
{
    fputs("usage: cordboard config export --data DIR [--file FILE] [OPTIONS]\n"
          "       cordboard config plan   --data DIR --file FILE [--prune] [--json] [OPTIONS]\n"
          "       cordboard config apply  --data DIR --file FILE [--prune] [--json] [OPTIONS]\n"
          "options: [--org ID] [--format json|yaml]\n"
          "The configuration of an organisation as a file: write it, show what the file would\n"
          "change, change it. What the file does not have stays, unless --prune is given. Without\n"
          "--format a file that ends with .yaml or .yml is YAML, any other JSON.\n",
          out);
    return out == stdout ? 0 : 2;
}

static bool read_words(int argc, char **argv, struct words *w)
{
    struct {
        const char *name;
        const char **value;
        bool *flag;
    } rows[] = { { "--data", &w->data, NULL },   { "--org", &w->org, NULL },
                 { "--file", &w->file, NULL },   { "--format", &w->format, NULL },
                 { "--prune", NULL, &w->prune }, { "--json", NULL, &w->json } };
    for (int at = 1; at < argc; at++) {
        size_t i = 0;
        while (i < sizeof rows / sizeof *rows && strcmp(rows[i].name, argv[at]) != 0)
            i++;
        if (i == sizeof rows / sizeof *rows || (rows[i].value && at + 1 == argc)) {
            fprintf(stderr, "cordboard: %s: no such option, or it needs a value\n", argv[at]);
            return false;
        }
        if (rows[i].value)
            *rows[i].value = argv[++at];
        else
            *rows[i].flag = true;
    }
    bool known = strcmp(w->verb, "export") == 0 || strcmp(w->verb, "plan") == 0 ||
                 strcmp(w->verb, "apply") == 0;
    bool good = !w->format || strcmp(w->format, "json") == 0 || strcmp(w->format, "yaml") == 0;
    return known && good && w->data && (w->file || strcmp(w->verb, "export") == 0);
}

static bool is_yaml(const struct words *w)
{
    if (w->format)
        return strcmp(w->format, "yaml") == 0;
    const char *ending = w->file ? strrchr(w->file, '.') : NULL;
    return ending && (strcmp(ending, ".yaml") == 0 || strcmp(ending, ".yml") == 0);
}

static int fail(const char *what, struct slice why)
{
    fprintf(stderr, "cordboard: %s: %.*s\n", what, SLICE_ARG(why));
    return 1;
}

/* One row of the document a line, so that files can be compared and read. */
static void lay_out(const struct json *document, struct buf *out)
{
    buf_printf(out, "{\n\"format\": %lld,\n\"organization\": %.*s,\n\"resources\": {",
               (long long)json_i64(json_get(document, "format"), 0),
               SLICE_ARG(json_get(document, "organization")->raw));
    const char *between = "\n";
    JSON_EACH(list, json_get(document, "resources"))
    {
        const char *comma = "\n";
        buf_printf(out, "%s\"%.*s\": [", between, SLICE_ARG(list->key));
        JSON_EACH(row, list)
        {
            buf_printf(out, "%s ", comma);
            buf_add(out, row->raw);
            comma = ",\n";
        }
        buf_add(out, SLICE("\n]"));
        between = ",\n";
    }
    buf_add(out, SLICE("\n}\n}\n"));
}

static int write_document(const struct words *w, const struct json *answer, struct arena *a)
{
    struct buf text;
    buf_init_arena(&text, a);
    if (!json_get(answer, "organization"))
        return fail(w->data, SLICE("the organisation is not known"));
    if (is_yaml(w))
        (void)yaml_from_json(answer, &text); /* a failure is the buffer's */
    else
        lay_out(answer, &text);
    if (buf_failed(&text))
        return fail(w->data, SLICE("too large"));
    if (!w->file)
        return fwrite(text.data, 1, text.len, stdout) == text.len ? 0 : 1;
    enum err e = file_write(w->file, buf_slice(&text));
    return e == ERR_OK ? 0 : fail(w->file, slice_of(err_title(e)));
}

static void print_change(const struct json *change)
{
    const struct json *before = json_get(change, "before"), *after = json_get(change, "after");
    printf("    %.*s: ", SLICE_ARG(json_text(json_get(change, "field"), SLICE(""))));
    if (before)
        printf("%.*s", SLICE_ARG(before->raw));
    printf("%s -> %s", before ? "" : "(not set)", after ? "" : "(not set)");
    if (after)
        printf("%.*s", SLICE_ARG(after->raw));
    putchar('\n');
}

static bool print_step(const struct json *step)
{
    struct slice action = json_text(json_get(step, "action"), SLICE(""));
    struct slice reason = json_text(json_get(step, "reason"), SLICE(""));
    char sign = slice_is(action, "CREATE") ? '+' : slice_is(action, "UPDATE") ? '~' : '-';
    printf("%c %.*s %.*s\n", sign, SLICE_ARG(json_text(json_get(step, "entityType"), SLICE(""))),
           SLICE_ARG(json_text(json_get(step, "entityName"), SLICE(""))));
    if (sign == '~') {
        JSON_EACH(change, json_get(step, "changes"))
        {
            print_change(change);
        }
    }
    if (reason.len)
        printf("    failed: %.*s\n", SLICE_ARG(reason));
    return !reason.len;
}

static int print_steps(const struct words *w, const struct json *answer)
{
    const struct json *steps = json_get(answer, "steps");
    bool good = true;
    if (w->json)
        printf("%.*s\n", SLICE_ARG(answer->raw));
    else if (!steps || !steps->count)
        puts("No differences.");
    JSON_EACH(step, steps)
    {
        good &= w->json ? !json_get(step, "reason") : print_step(step);
    }
    return good ? 0 : 1;
}

static enum err read_document(const struct words *w, struct arena *a, struct json **out,
                              struct slice *why)
{
    struct slice text;
    struct buf json;
    struct json_error flaw = { 0, NULL };
    buf_init_arena(&json, a);
    enum err e = file_read(a, w->file, LIMIT_control_bytes_max, &text);
    if (e == ERR_OK && is_yaml(w)) {
        e = yaml_to_json(text, a, &json, why);
        text = buf_slice(&json);
    }
    if (e == ERR_OK)
        e = json_parse(a, text, out, &flaw);
    if (flaw.what && is_yaml(w))
        *why = slice_of(flaw.what);
    else if (flaw.what)
        *why = arena_printf(a, "byte %zu: %s", flaw.offset, flaw.what);
    return e;
}

static enum err write_request(const struct words *w, struct arena *a, struct buf *out,
                              struct slice *why)
{
    struct json_writer j;
    struct json *document = NULL;
    bool reads = strcmp(w->verb, "export") != 0;
    enum err e = reads ? read_document(w, a, &document, why) : ERR_OK;
    json_writer_init(&j, out);
    json_object_begin(&j);
    json_member_cstr(&j, "command", "config");
    json_member_cstr(&j, "verb", w->verb);
    if (w->org)
        json_member_cstr(&j, "org", w->org);
    json_member_bool(&j, "prune", w->prune);
    if (document) {
        json_key(&j, "document");
        json_put_node(&j, document);
    }
    json_object_end(&j);
    return e == ERR_OK && buf_failed(out) ? ERR_OUT_OF_MEMORY : e;
}

static int run(const struct words *w, struct arena *a)
{
    struct buf request;
    struct slice text, why = { NULL, 0 };
    struct json *answer;
    buf_init_arena(&request, a);
    enum err e = write_request(w, a, &request, &why);
    if (e != ERR_OK)
        return fail(w->file ? w->file : w->data, why.len ? why : slice_of(err_title(e)));
    e = ask_house(w->data, buf_slice(&request), a, &text);
    if (e == ERR_OK)
        e = json_parse(a, text, &answer, NULL);
    if (e != ERR_OK)
        return fail(w->data, slice_of(err_title(e)));
    if (json_get(answer, "error"))
        return fail(w->data, json_text(json_get(answer, "detail"), SLICE("refused")));
    return strcmp(w->verb, "export") == 0 ? write_document(w, answer, a) : print_steps(w, answer);
}

int command_config(int argc, char **argv)
{
    struct words w = { .verb = argc > 0 ? argv[0] : "" };
    if (strcmp(w.verb, "--help") == 0 || (argc > 1 && strcmp(argv[1], "--help") == 0))
        return usage(stdout);
    if (!read_words(argc, argv, &w))
        return usage(stderr);
    struct arena *a = arena_new((size_t)LIMIT_control_bytes_max * 16);
    int status = a ? run(&w, a) : 1;
    arena_free(a);
    return status;
}
