/* The command line. Each takes the words after its name and returns the exit status: 0 done, 1
 * failed, 2 misused. Every one knows --help. */
#ifndef SERVER_COMMANDS_H
#define SERVER_COMMANDS_H
int command_serve(int argc, char **argv);
int command_token(int argc, char **argv);
int command_client(int argc, char **argv);
#endif
