/* Commands that are one request to the server of a data directory (control.h): their options become
 * members of the request. */
#ifndef SERVER_ASK_H
#define SERVER_ASK_H
#include <stdbool.h>
enum option_kind {
    OPTION_TEXT,
    OPTION_LIST,   /* becomes an array of it */
    OPTION_NUMBER, /* or "default": null */
    OPTION_FILE    /* the first line of the file, "-" for standard input: secrets */
};
struct option {
    const char *name;   /* on the command line, without the dashes */
    const char *member; /* of the request; NULL: not part of it */
    const char *placeholder, *about;
    enum option_kind kind;
    bool required;
    const char *value;
};
struct ask {
    const char *command, *about;
    const char *verb;       /* NULL: the command has none */
    struct option *options; /* the data directory is always the first */
    unsigned count;
    const char *print; /* member of the answer to print alone; NULL: the whole answer */
};
int ask_run(const struct ask *a, int argc, char **argv); /* exit status; knows --help */
#endif
