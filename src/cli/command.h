// SPDX-License-Identifier: Apache-2.0
/* Commands: one file each, listed in command.def. The tables here are all there is to know about a
 * command: parsing, --help, the completion and the manual page read them and nothing else. */
#ifndef GS_CLI_COMMAND_H
#define GS_CLI_COMMAND_H

#include "base/arena.h"
#include "base/param.h"
#include "cli/progress.h"

struct gs_command;

/* One use of the program: a command with its options and arguments read. */
struct gs_call {
    const struct gs_command *command;
    struct gs_ctx *ctx;
    struct gs_arena arena;
    struct gs_progress progress;
    struct gs_texts arguments;
    void *options;     /* the command's own struct, options_size bytes */
    bool help;         /* --help was given: options and arguments are not complete */
    bool quiet;        /* only errors are reported */
    bool every_error;  /* all errors are reported, not only the first ones */
    size_t n_reported; /* diagnostics of ctx that gs_report() has dealt with */
    size_t n_errors;   /* errors among them */
};

/* What stands after the name of the command. Only the last may be repeated. */
struct gs_argument {
    const char *name;           /* as --help shows it: "STUDY" */
    const char *help;           /* one sentence without final stop */
    const char *files;          /* extensions that complete it: "yaml yml json"; NULL: no files */
    const char *const *choices; /* NULL-terminated; NULL: anything */
    bool repeated;              /* one or more */
    bool optional;              /* may be left out, as all after it */
};

/* Options that belong together; the table fills a struct within the command's own. */
struct gs_option_group {
    const char *title; /* the heading in --help */
    const struct gs_param *params;
    size_t n_params;
    size_t offset; /* of the struct that the table fills */
};

struct gs_example {
    const char *line, *purpose;
};

enum { GS_EXAMPLES = 2 };

struct gs_command {
    const char *name, *summary; /* summary: one sentence without final stop */
    const char *description;    /* sentences, on one line */
    const struct gs_argument *arguments;
    size_t n_arguments;
    struct gs_example examples[GS_EXAMPLES];
    const struct gs_option_group *groups;
    size_t n_groups;
    size_t options_size;
    enum gs_status (*run)(struct gs_call *call);
};

extern const struct gs_command *const gs_commands[];
extern const size_t gs_n_commands;

/* By name; NULL when there is none. */
const struct gs_command *gs_command_find(const char *name);
/* The groups of a command, in the order of --help, closing with the one that holds --help itself;
 * NULL past the end. */
const struct gs_option_group *gs_command_group(const struct gs_command *command, size_t index);

#define GS_COUNT(array) (sizeof(array) / sizeof *(array))

#endif
