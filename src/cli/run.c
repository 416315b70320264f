// SPDX-License-Identifier: Apache-2.0
#include "base/ctx.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/caching.h"
#include "cli/computing.h"
#include "cli/option.h"
#include "cli/terminal.h"
#include "cli/timestamp.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct result_options {
    const char *output;  /* NULL: under `outputs` */
    const char *picture; /* NULL: none */
    bool surface, report;
    const char *language;
    long long top;
    int format; /* enum gs_format */
};

struct run_options {
    struct gs_study_choice study;
    struct result_options result;
    struct gs_caching caching;
    struct gs_computing computing;
};

static const struct gs_param result_params[] = {
    {.key = "output",
     .type = GS_PARAM_TEXT,
     .short_key = 'o',
     .placeholder = "FILE",
     .help = "write the GeoPackage FILE; when not given outputs/NAME.gpkg, after the study's "
             "NAME.yaml",
     .offset = offsetof(struct result_options, output)},
    {.key = "surface",
     .type = GS_PARAM_FLAG,
     .help =
         "also evaluate the study on every cell of its area, and write FILE_suitability.tif and "
         "FILE_exclusion.tif beside FILE.gpkg",
     .offset = offsetof(struct result_options, surface)},
    {.key = "report",
     .type = GS_PARAM_FLAG,
     .help = "also write the page FILE.html beside FILE.gpkg, as `gigasite report` does",
     .offset = offsetof(struct result_options, report)},
    {.key = "lang",
     .type = GS_PARAM_TEXT,
     .fallback = "en",
     .placeholder = "LANGUAGE",
     .help = "with --report: write the page in English, en, or French, fr",
     .offset = offsetof(struct result_options, language)},
    {.key = "picture",
     .type = GS_PARAM_TEXT,
     .placeholder = "MAP.png",
     .help = "also draw a map of the ranking, with legend, scale and attribution, and write the "
             "picture MAP.png",
     .offset = offsetof(struct result_options, picture)},
    {.key = "top",
     .type = GS_PARAM_INTEGER,
     .min = 0,
     .max = INFINITY,
     .fallback = "10",
     .placeholder = "N",
     .help = "print the best N sites",
     .offset = offsetof(struct result_options, top)},
    GS_FORMAT_PARAM(offsetof(struct result_options, format)),
};

static const struct gs_option_group groups[] = {
    {"Result", result_params, GS_COUNT(result_params), offsetof(struct run_options, result)},
    GS_STUDY_GROUP(struct run_options, study),
    GS_CACHING_GROUP(struct run_options, caching),
    GS_LIMITS_GROUP(struct run_options, computing),
    GS_MESSAGES_GROUP(struct run_options, computing),
};

static const struct gs_argument arguments[] = {
    {.name = "STUDY", .help = "the study, a YAML or JSON file", .files = "yaml yml json"},
};

/* outputs/<name of the study's file without its extension>.gpkg, with the folder. */
static enum gs_status default_output(struct gs_call *call, const char *study_path, const char **out)
{
    const char *name = gs_file_name(study_path), *dot = strrchr(name, '.');
    int length = dot && dot > name ? (int)(dot - name) : (int)strlen(name);
    if (mkdir("outputs", 0777) && errno != EEXIST)
        return gs_fail(call->ctx, GS_EOUTPUT, NULL, "`-o FILE` writes elsewhere",
                       "the folder `outputs` cannot be made: %s", strerror(errno));
    *out = gs_arena_printf(call->ctx, &call->arena, "outputs/%.*s.gpkg", length, name);
    return *out ? GS_OK : GS_ENOMEM;
}

/* A word as a shell reads it back. */
static void append_word(struct gs_text *text, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "%+,-./:=@_";
    gs_text_append(text, " ");
    if (*word && word[strspn(word, plain)] == 0) {
        gs_text_append(text, word);
        return;
    }
    gs_text_append(text, "'");
    for (; *word; word++)
        gs_text_append_bytes(text, *word == '\'' ? "'\\''" : word, *word == '\'' ? 4 : 1);
    gs_text_append(text, "'");
}

/* The command that gives this result again. Without threads, memory, cache, output and messages:
 * they do not change it, and a run must be the same file with any of them. */
static enum gs_status command_line(struct gs_call *call, char **out)
{
    const struct run_options *options = call->options;
    struct gs_text text;
    gs_text_init(&text);
    gs_text_append(&text, "gigasite run");
    append_word(&text, call->arguments.items[0]);
    if (options->study.layers_dir) {
        gs_text_append(&text, " --layers-dir");
        append_word(&text, options->study.layers_dir);
    }
    if (options->result.surface)
        gs_text_append(&text, " --surface");
    for (size_t i = 0; i < options->study.settings.n; i++) {
        gs_text_append(&text, " --set");
        append_word(&text, options->study.settings.items[i]);
    }
    return gs_text_finish(call->ctx, &text, out);
}

static enum gs_status show_result(struct gs_call *call, const struct gs_result *result,
                                  const char *output)
{
    const struct result_options *options = &((const struct run_options *)call->options)->result;
    char *table;
    enum gs_status status = gs_result_summary(call->ctx, result, (size_t)options->top,
                                              (enum gs_format)options->format, &table);
    gs_report(call);
    if (status == GS_OK)
        status = gs_print_and_free(call, table);
    if (!call->quiet)
        fprintf(stderr, "wrote %s\n", output);
    if (options->picture && !call->quiet)
        fprintf(stderr, "wrote %s\n", options->picture);
    return status;
}

static enum gs_status write_report(struct gs_call *call, const char *run_path, const char *language)
{
    const char *path = gs_report_beside(call, run_path);
    enum gs_status status = path ? gs_write_report(call->ctx, run_path, path, language) : GS_ENOMEM;
    gs_report(call);
    if (!status && !call->quiet)
        fprintf(stderr, "wrote %s\n", path);
    return status;
}

static enum gs_status run(struct gs_call *call)
{
    const struct run_options *options = call->options;
    const char *study_path = call->arguments.items[0], *output = options->result.output;
    struct gs_study_options study_options = gs_study_options_of(&options->study);
    struct gs_run_options run_options = {.timestamp = -1};
    struct gs_study *study = NULL;
    struct gs_result *result = NULL;
    char *line = NULL;
    enum gs_status status = gs_read_timestamp(call->ctx, &run_options.timestamp);
    if (status)
        return status;
    if ((status = gs_computing_start(call, &options->computing)) ||
        (status = gs_caching_folder(call, &options->caching, &run_options.cache)) ||
        (status = gs_check_language(call->ctx, options->result.language)) ||
        (status = command_line(call, &line)) ||
        (status = gs_study_open(call->ctx, study_path, &study_options, &study)))
        goto out;
    if (!output && (status = default_output(call, study_path, &output)))
        goto out;
    run_options.command_line = line;
    run_options.surface = options->result.surface;
    run_options.cache_limit = options->caching.limit;
    run_options.rehash = options->caching.rehash;
    run_options.picture_path = options->result.picture;
    status = gs_study_run(call->ctx, study, output, &run_options, &result);
    if (status == GS_OK)
        status = show_result(call, result, output);
    if (status == GS_OK && options->result.report)
        status = write_report(call, output, options->result.language);
out:
    gs_result_free(result);
    gs_study_free(study);
    gs_text_free(line);
    return status;
}

const struct gs_command gs_command_run = {
    .name = "run",
    .summary = "Measure, score and rank the candidates of a study",
    .description = "Writes a ranked GeoPackage that QGIS opens styled, prints the best sites and "
                   "why others are out. The file is written aside and renamed into place, so a "
                   "failed or interrupted run leaves the old one.",
    .arguments = arguments,
    .n_arguments = GS_COUNT(arguments),
    .examples = {{"gigasite run criteria/demo.yaml", "Ranks, and writes outputs/demo.gpkg."},
                 {"gigasite run study.yaml -o green.gpkg --set criteria.wind.weight=40",
                  "Ranks with another weight, into another file."}},
    .groups = groups,
    .n_groups = GS_COUNT(groups),
    .options_size = sizeof(struct run_options),
    .run = run,
};
