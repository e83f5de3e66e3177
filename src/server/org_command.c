/* cordboard org: organisations of a server, by whoever owns its data directory. */
#include <stdio.h>
#include <string.h>

#include "server/ask.h"
#include "server/commands.h"

#define DATA                                                                           \
    {                                                                                  \
        .name = "data", .placeholder = "DIR", .about = "Data directory of the server", \
        .required = true                                                               \
    }
#define ORG                                                                               \
    {                                                                                     \
        .name = "org", .member = "org", .placeholder = "ID", .about = "The organisation", \
        .required = true                                                                  \
    }

static struct option create_options[] = {
    DATA,
    { .name = "name",
      .member = "name",
      .placeholder = "NAME",
      .about = "What it is called",
      .required = true },
    { .name = "admin",
      .member = "email",
      .placeholder = "EMAIL",
      .about = "Address of its first administrator",
      .required = true },
    { .name = "first-name",
      .member = "firstName",
      .placeholder = "NAME",
      .about = "Of the administrator" },
    { .name = "last-name",
      .member = "lastName",
      .placeholder = "NAME",
      .about = "Of the administrator" },
    { .name = "password-file",
      .member = "password",
      .placeholder = "FILE",
      .about = "Its first line is the password, - reads standard input; one is made otherwise",
      .kind = OPTION_FILE },
    { .name = "timezone", .member = "timezone", .placeholder = "ZONE", .about = "IANA name; UTC" },
    { .name = "id", .member = "orgId", .placeholder = "ID", .about = "Its id; one is made" },
};
static struct option data_options[] = { DATA };
static struct option org_options[] = { DATA, ORG };
static struct option limits_options[] = {
    DATA,
    ORG,
#define ORG_LIMIT(symbol, wire, limit)        \
    { .name = wire,                           \
      .member = wire,                         \
      .placeholder = "N",                     \
      .about = "At most so many, or default", \
      .kind = OPTION_NUMBER },
#include "org_limits.def"
};

#define VERB(word, list, text, print)                          \
    {                                                          \
        word, list, sizeof(list) / sizeof *(list), text, print \
    }
static const struct {
    const char *verb;
    struct option *options;
    unsigned count;
    const char *about, *print;
} verbs[] = {
    VERB("create", create_options,
         "Makes an organisation and prints its id and its administrator's password.", NULL),
    VERB("list", data_options, "Prints all organisations.", NULL),
    VERB("show", org_options, "Prints one organisation.", NULL),
    VERB("suspend", org_options, "Ends what lives in it and lets nobody in; all is kept.", NULL),
    VERB("resume", org_options, "Opens a suspended organisation again.", NULL),
    VERB("delete", org_options, "Deletes it with everything in it, for good.", NULL),
    VERB("limits", limits_options,
         "Sets and prints what it may have; less than the server's own limits.", NULL),
    VERB("token", data_options, "Prints a token for the operator's API, good for 12 hours.",
         "access_token"),
};
enum { VERB_COUNT = sizeof verbs / sizeof *verbs };

static int help(FILE *out)
{
    fprintf(out, "usage: cordboard org VERB --data DIR [options]\n"
                 "Only on the server's own machine, as its user.\n\n");
    for (int i = 0; i < VERB_COUNT; i++)
        fprintf(out, "  %-8s %s\n", verbs[i].verb, verbs[i].about);
    fprintf(out, "\ncordboard org VERB --help tells more.\n");
    return out == stdout ? 0 : 2;
}

int command_org(int argc, char **argv)
{
    if (argc > 0 && strcmp(argv[0], "--help") == 0)
        return help(stdout);
    for (int i = 0; argc > 0 && i < VERB_COUNT; i++) {
        struct ask a = { .command = "org",
                         .verb = verbs[i].verb,
                         .about = verbs[i].about,
                         .options = verbs[i].options,
                         .count = verbs[i].count,
                         .print = verbs[i].print };
        if (strcmp(argv[0], verbs[i].verb) == 0)
            return ask_run(&a, argc - 1, argv + 1);
    }
    return help(stderr);
}
