// SPDX-License-Identifier: Apache-2.0
/* The command line against a command's tables, and the groups of options that commands share. */
#ifndef GS_CLI_OPTION_H
#define GS_CLI_OPTION_H

#include "cli/command.h"

/* Reads `argv` (argv[0] is the command's name) into call->options, call->arguments and call->help.
 * Reports every fault, each GS_EUSAGE. */
enum gs_status gs_options_parse(struct gs_call *call, int argc, char **argv) GS_NODISCARD;

/* How a study is read. */
struct gs_study_choice {
    const char *layers_dir;
    struct gs_texts settings;
    bool untrusted;
    double time_limit_s; /* 0: none */
};
extern const struct gs_param gs_study_params[];
enum { GS_STUDY_PARAMS = 4 };
#define GS_STUDY_GROUP(owner, member)                                                              \
    {                                                                                              \
        "Study", gs_study_params, GS_STUDY_PARAMS, offsetof(owner, member)                         \
    }
struct gs_study_options gs_study_options_of(const struct gs_study_choice *choice);

/* `--format`: enum gs_format. */
extern const struct gs_param gs_format_params[];
enum { GS_FORMAT_PARAMS = 1 };
#define GS_FORMAT_GROUP(owner, member)                                                             \
    {                                                                                              \
        "Result", gs_format_params, GS_FORMAT_PARAMS, offsetof(owner, member)                      \
    }
extern const char *const gs_format_choices[];
/* The same among other options, its value `at` there. */
#define GS_FORMAT_PARAM(at)                                                                        \
    {                                                                                              \
        .key = "format", .type = GS_PARAM_CHOICE, .choices = gs_format_choices,                    \
        .fallback = "text", .help = "print the result for people or for programs", .offset = (at)  \
    }

#endif
