/* What the operator chose: rows of spec/settings.def, from the command line, else the environment,
 * else the default. */
#ifndef SERVER_SETTINGS_H
#define SERVER_SETTINGS_H
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
struct settings {
#define SETTING_TEXT(name, option, value, placeholder, about)   const char *name;
#define SETTING_NUMBER(name, option, value, placeholder, about) int64_t name;
#define SETTING_SWITCH(name, option, value, placeholder, about) bool name;
#include "settings.def"
};
/* Texts point into argv, the environment or constants. False: an unknown or malformed option was
 * named on stderr. */
bool settings_read(struct settings *s, int argc, char **argv);
void settings_help(FILE *out); /* one line an option */
#endif
