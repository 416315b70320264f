// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "base/units.h"
#include "cli/option.h"
#include "cli/terminal.h"
#include "cli/timestamp.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct result_options {
    const char *output; /* NULL: none is written */
    long long top;
    int format; /* enum gs_format */
    struct gs_texts fail_if;
};

struct match_options {
    int match; /* enum gs_match_by */
    double within_m;
};

struct compare_options {
    struct result_options result;
    struct match_options match;
    bool quiet;
};

static const char *const matches[] = {
    [GS_MATCH_ID_THEN_PLACE] = "auto", [GS_MATCH_ID] = "id", [GS_MATCH_PLACE] = "place", NULL};

static const struct gs_param result_params[] = {
    {.key = "output",
     .type = GS_PARAM_TEXT,
     .short_key = 'o',
     .placeholder = "FILE",
     .help = "write the GeoPackage FILE, whose layer `changes` QGIS opens styled",
     .offset = offsetof(struct result_options, output)},
    {.key = "top",
     .type = GS_PARAM_INTEGER,
     .min = 0,
     .max = INFINITY,
     .fallback = "10",
     .placeholder = "N",
     .help = "print the N sites that moved most, and as many of those that came or went",
     .offset = offsetof(struct result_options, top)},
    {.key = "fail-if",
     .type = GS_PARAM_TEXTS,
     .placeholder = "CONDITION",
     .help = "exit with status 3 when the best K sites are others than before (top:K), or others "
             "or in another order (order:K), or when anything about any rank changed (any)",
     .offset = offsetof(struct result_options, fail_if)},
    GS_FORMAT_PARAM(offsetof(struct result_options, format)),
};

static const struct gs_param match_params[] = {
    {.key = "match",
     .type = GS_PARAM_CHOICE,
     .choices = matches,
     .fallback = "auto",
     .help = "how sites of the two runs are matched: by id and the rest by place (auto), by one "
             "alone; sites found on a surface always by place, unless `id` is said",
     .offset = offsetof(struct match_options, match)},
    {.key = "within",
     .type = GS_PARAM_QUANTITY,
     .unit = "m",
     .fallback = "1 km",
     .min = 0,
     .max = INFINITY,
     .flags = GS_PARAM_MIN_OPEN,
     .placeholder = "DISTANCE",
     .help = "how far a site or a layer's feature may have moved and still be the same; polygons "
             "of sites match that overlap by more than half",
     .offset = offsetof(struct match_options, within_m)},
};

static const struct gs_param message_params[] = {
    {.key = "quiet",
     .type = GS_PARAM_FLAG,
     .short_key = 'q',
     .help = "report only errors on standard error"},
};

static const struct gs_option_group groups[] = {
    {"Result", result_params, GS_COUNT(result_params), offsetof(struct compare_options, result)},
    {"Matching", match_params, GS_COUNT(match_params), offsetof(struct compare_options, match)},
    {"Messages", message_params, GS_COUNT(message_params), offsetof(struct compare_options, quiet)},
};

static const struct gs_argument arguments[] = {
    {.name = "OLD.gpkg", .help = "the GeoPackage of the earlier run", .files = "gpkg"},
    {.name = "NEW.gpkg", .help = "the GeoPackage of the later one", .files = "gpkg"},
};

/* A condition of --fail-if: the best `top`, in order or not; 0: any change. */
struct condition {
    size_t top;
    bool in_order;
};

static enum gs_status read_condition(struct gs_ctx *ctx, const char *text, struct condition *out)
{
    double number;
    const char *end, *colon = strchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : strlen(text);
    *out = (struct condition){.in_order = length == 5 && strncmp(text, "order", 5) == 0};
    if (strcmp(text, "any") == 0)
        return GS_OK;
    bool known = out->in_order || (length == 3 && strncmp(text, "top", 3) == 0);
    if (!known || !colon || !gs_parse_number(colon + 1, &number, &end) || *end || number < 1 ||
        number > 1e9 || number != floor(number))
        return gs_fail(ctx, GS_EUSAGE, NULL, "write top:4, order:4 or any",
                       "`%s` is no condition of --fail-if", text);
    out->top = (size_t)number;
    return GS_OK;
}

static enum gs_status check_conditions(struct gs_call *call, const struct gs_texts *texts)
{
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < texts->n; i++) {
        struct condition condition;
        enum gs_status of_one = read_condition(call->ctx, texts->items[i], &condition);
        status = status ? status : of_one;
    }
    return status;
}

/* Says which condition holds. */
static enum gs_status judge(struct gs_call *call, const struct gs_comparison *comparison,
                            const struct gs_texts *texts)
{
    enum gs_status verdict = GS_OK;
    for (size_t i = 0; i < texts->n; i++) {
        struct condition condition;
        enum gs_status status = read_condition(call->ctx, texts->items[i], &condition);
        if (status)
            return status;
        bool holds = condition.top
                         ? gs_comparison_top_changed(comparison, condition.top, condition.in_order)
                         : gs_comparison_any_changed(comparison);
        if (!holds)
            continue;
        verdict = GS_ECONDITION;
        if (!call->quiet)
            fprintf(stderr, "changed: %s\n", texts->items[i]);
    }
    return verdict;
}

static enum gs_status show(struct gs_call *call, const struct gs_comparison *comparison)
{
    const struct result_options *options = &((const struct compare_options *)call->options)->result;
    char *text;
    enum gs_status status = gs_comparison_summary(call->ctx, comparison, (size_t)options->top,
                                                  (enum gs_format)options->format, &text);
    gs_report(call);
    return status ? status : gs_print_and_free(call, text);
}

static enum gs_status run(struct gs_call *call)
{
    const struct compare_options *options = call->options;
    struct gs_compare_options how = {.match = (enum gs_match_by)options->match.match,
                                     .within_m = options->match.within_m};
    struct gs_comparison *comparison = NULL;
    int64_t timestamp;
    call->quiet = options->quiet;
    enum gs_status status = check_conditions(call, &options->result.fail_if);
    if (!status)
        status = gs_read_timestamp(call->ctx, &timestamp);
    if (!status)
        status = gs_compare(call->ctx, call->arguments.items[0], call->arguments.items[1], &how,
                            &comparison);
    if (!status && options->result.output)
        status = gs_comparison_write(call->ctx, comparison, options->result.output, timestamp);
    if (!status)
        status = show(call, comparison);
    if (!status && options->result.output && !call->quiet)
        fprintf(stderr, "wrote %s\n", options->result.output);
    if (!status)
        status = judge(call, comparison, &options->result.fail_if);
    gs_comparison_free(comparison);
    return status;
}

const struct gs_command gs_command_compare = {
    .name = "compare",
    .summary = "Tell who moved between two runs, and because of what",
    .description =
        "Matches the sites of two runs and splits the change of each score exactly among the "
        "criteria and, by Shapley values, among what differs: layers, measures, value functions, "
        "constraints, facility, weights, method. It reads the two files alone: the layers may be "
        "gone. Inputs of one measured quantity that changed at once are told as one cause.",
    .arguments = arguments,
    .n_arguments = GS_COUNT(arguments),
    .examples = {{"gigasite compare january.gpkg february.gpkg -o changes.gpkg",
                  "Tells what changed, and writes a layer of it."},
                 {"gigasite compare january.gpkg february.gpkg --fail-if top:4",
                  "Exits with status 3 when the best four are others."}},
    .groups = groups,
    .n_groups = GS_COUNT(groups),
    .options_size = sizeof(struct compare_options),
    .run = run,
};
