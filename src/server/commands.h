/* The command line. Each takes the words after its name and returns the exit status: 0 done, 1
 * failed, 2 misused. Every one knows --help. */
#ifndef SERVER_COMMANDS_H
#define SERVER_COMMANDS_H
#include "base/err.h"
#include "base/slice.h"
struct arena;
int command_serve(int argc, char **argv);
int command_token(int argc, char **argv);
int command_client(int argc, char **argv);
int command_limit(int argc, char **argv);
int command_org(int argc, char **argv);
int command_config(int argc, char **argv);
/* The answer to a request of control.h, from the server of the data directory or, when none runs,
 * by opening it here. */
enum err ask_house(const char *dir, struct slice request, struct arena *arena,
                   struct slice *answer);
#endif
