// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "cli/option.h"
#include "cli/terminal.h"

#include <math.h>

struct check_options {
    struct gs_study_choice study;
    int format; /* enum gs_format */
};

static const struct gs_option_group groups[] = {
    GS_FORMAT_GROUP(struct check_options, format),
    GS_STUDY_GROUP(struct check_options, study),
};

static const struct gs_argument arguments[] = {
    {.name = "STUDY", .help = "the study, a YAML or JSON file", .files = "yaml yml json"},
};

static void append_json(struct gs_text *text, const struct gs_ctx *ctx)
{
    static const char *const severities[] = {
        [GS_NOTE] = "note", [GS_WARNING] = "warning", [GS_ERROR] = "error"};
    gs_text_append(text, "{\"faults\":[");
    for (size_t i = 0; i < gs_diagnostic_count(ctx); i++) {
        struct gs_diagnostic fault = gs_diagnostic_at(ctx, i);
        gs_text_printf(text, "%s\n{\"severity\":\"%s\",\"file\":", i ? "," : "",
                       severities[fault.severity]);
        gs_text_append_json(text, fault.file);
        gs_text_append(text, ",\"line\":");
        gs_text_append_json_double(text, fault.line ? fault.line : (double)NAN);
        gs_text_append(text, ",\"column\":");
        gs_text_append_json_double(text, fault.column ? fault.column : (double)NAN);
        gs_text_append(text, ",\"message\":");
        gs_text_append_json(text, fault.message);
        gs_text_append(text, ",\"hint\":");
        gs_text_append_json(text, fault.hint);
        gs_text_append(text, "}");
    }
    gs_text_append(text, "]}\n");
}

static void append_count(struct gs_text *text, const char *before, size_t n, const char *what)
{
    if (n)
        gs_text_printf(text, "%s%zu %s%s", before, n, what, n > 1 ? "s" : "");
}

static void append_text(struct gs_text *text, const char *study, size_t n_errors, size_t n_warnings)
{
    gs_text_printf(text, "%s: ", study);
    append_count(text, "", n_errors, "error");
    append_count(text, n_errors ? ", " : "", n_warnings, "warning");
    gs_text_append(text, n_errors || n_warnings ? "\n" : "no faults\n");
}

static enum gs_status run(struct gs_call *call)
{
    const struct check_options *options = call->options;
    struct gs_study_options study_options = gs_study_options_of(&options->study);
    struct gs_study *study = NULL;
    call->every_error = true;
    enum gs_status status =
        gs_study_open(call->ctx, call->arguments.items[0], &study_options, &study);
    if (status == GS_OK)
        status = gs_study_check(call->ctx, study);
    gs_study_free(study);
    gs_report(call);
    if (status == GS_ECANCEL || status == GS_ENOMEM || status == GS_EINTERNAL)
        return status;
    size_t n_warnings = 0;
    for (size_t i = 0; i < gs_diagnostic_count(call->ctx); i++)
        n_warnings += gs_diagnostic_at(call->ctx, i).severity == GS_WARNING;
    struct gs_text text;
    gs_text_init(&text);
    if (options->format == GS_FORMAT_JSON)
        append_json(&text, call->ctx);
    else
        append_text(&text, call->arguments.items[0], call->n_errors, n_warnings);
    char *answer;
    enum gs_status printed = gs_text_finish(call->ctx, &text, &answer);
    if (printed == GS_OK)
        printed = gs_print_and_free(call, answer);
    if (printed)
        return printed;
    /* Here a fault of the data is a fault of the study: it was asked whether there is any. */
    return status || call->n_errors ? GS_ESTUDY : GS_OK;
}

const struct gs_command gs_command_check = {
    .name = "check",
    .summary = "Report every fault of a study, its catalogue and its data",
    .description = "Opens every layer the study uses and computes nothing. The exit status is 2 "
                   "when there is any error.",
    .arguments = arguments,
    .n_arguments = GS_COUNT(arguments),
    .examples = {{"gigasite check criteria/demo.yaml", "Shows what is wrong, and where."},
                 {"gigasite check study.yaml --format json",
                  "The same as {\"faults\": [...]}, for an editor or a scheduled job."}},
    .groups = groups,
    .n_groups = GS_COUNT(groups),
    .options_size = sizeof(struct check_options),
    .run = run,
};
