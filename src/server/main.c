/* cordboard: one program, a table of commands (commands.h). */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "server/commands.h"

static const struct {
    const char *name, *about;
    int (*run)(int argc, char **argv);
} commands[] = {
    { "serve", "run the contact centre", command_serve },
    { "token", "print an access token for a user", command_token },
    { "config", "write, compare and apply a configuration as a file", command_config },
    { "org", "make, suspend and delete organisations", command_org },
    { "client", "register an integration, print its id and secret", command_client },
    { "limit", "give an integration a rate limit of its own", command_limit },
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static int help(FILE *out)
{
    fprintf(out, "cordboard %s: a contact centre that speaks the Webex Contact Center API\n\n",
            CORDBOARD_VERSION);
    for (int i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  cordboard %-8s %s\n", commands[i].name, commands[i].about);
    fprintf(out, "\ncordboard COMMAND --help tells more.\n");
    return out == stdout ? 0 : 2;
}

int main(int argc, char **argv)
{
    umask(S_IRWXG | S_IRWXO); /* whatever is written is its owner's alone */
    if (argc < 2)
        return help(stderr);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
        return help(stdout);
    if (strcmp(argv[1], "--version") == 0) {
        printf("cordboard %s\n", CORDBOARD_VERSION);
        return 0;
    }
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 2, argv + 2);
    fprintf(stderr, "cordboard: no command %s\n\n", argv[1]);
    return help(stderr);
}
