// SPDX-License-Identifier: Apache-2.0
#include "cli/computing.h"
#include "cli/option.h"
#include "cli/terminal.h"
#include "cli/timestamp.h"

#include "base/ctx.h"

#include <stdio.h>
#include <string.h>

struct status_options {
    const char *against; /* NULL: no run is looked at */
    struct gs_texts fail_if;
};

struct fetch_options {
    const char *mirror; /* NULL: every URL as it stands */
    bool force;
    double timeout_s;
    long long retries;
};

struct layers_options {
    struct status_options status;
    struct fetch_options fetch;
    int format; /* enum gs_format */
    struct gs_study_choice study;
    struct gs_computing messages; /* only progress and quiet */
};

static const struct gs_param status_params[] = {
    {.key = "against",
     .type = GS_PARAM_TEXT,
     .placeholder = "RUN.gpkg",
     .help = "tell which layers have another content than this run has seen",
     .offset = offsetof(struct status_options, against)},
    {.key = "fail-if",
     .type = GS_PARAM_TEXTS,
     .placeholder = "CONDITION",
     .help =
         "exit with status 3 when a layer is missing, unreadable, stale, changed, or of unknown "
         "licence (unlicensed), or any of these (any)",
     .offset = offsetof(struct status_options, fail_if)},
};

static const struct gs_param fetch_params[] = {
    {.key = "mirror",
     .type = GS_PARAM_TEXT,
     .placeholder = "PLACE",
     .help = "take files from this folder or address, where HOST/PATH of each URL lies, as `wget "
             "-r` lays them out",
     .offset = offsetof(struct fetch_options, mirror)},
    {.key = "force",
     .type = GS_PARAM_FLAG,
     .help = "download also what is up to date, and replace files that were not fetched",
     .offset = offsetof(struct fetch_options, force)},
    {.key = "timeout",
     .type = GS_PARAM_QUANTITY,
     .unit = "s",
     .min = 1,
     .max = 3600,
     .fallback = "60 s",
     .placeholder = "TIME",
     .help = "give up on a server that sends nothing for so long",
     .offset = offsetof(struct fetch_options, timeout_s)},
    {.key = "retries",
     .type = GS_PARAM_INTEGER,
     .min = 0,
     .max = 20,
     .fallback = "3",
     .placeholder = "N",
     .help = "try again N times, after 1, 2, 4, ... s or what the server asks for, when a download "
             "breaks or the server is in trouble",
     .offset = offsetof(struct fetch_options, retries)},
};

static const struct gs_option_group groups[] = {
    {"Status", status_params, GS_COUNT(status_params), offsetof(struct layers_options, status)},
    {"Fetch", fetch_params, GS_COUNT(fetch_params), offsetof(struct layers_options, fetch)},
    GS_FORMAT_GROUP(struct layers_options, format),
    GS_STUDY_GROUP(struct layers_options, study),
    GS_MESSAGES_GROUP(struct layers_options, messages),
};

enum action { LIST, STATUS, FETCH };
static const char *const actions[] = {
    [LIST] = "list", [STATUS] = "status", [FETCH] = "fetch", NULL};

static const struct gs_argument arguments[] = {
    {.name = "ACTION", .help = "list, status or fetch", .choices = actions},
    {.name = "FILE",
     .help = "a catalogue, or a study, of which only the layers it uses count",
     .files = "yaml yml json"},
    {.name = "LAYER",
     .help = "the id of a layer; all when none is given",
     .repeated = true,
     .optional = true},
};

/* -- conditions ---------------------------------------------------------------------------------
 */

static const struct condition {
    const char *name;
    size_t at; /* of its number in struct gs_layers_counts */
} conditions[] = {
    {"missing", offsetof(struct gs_layers_counts, missing)},
    {"unreadable", offsetof(struct gs_layers_counts, unreadable)},
    {"stale", offsetof(struct gs_layers_counts, stale)},
    {"changed", offsetof(struct gs_layers_counts, changed)},
    {"unlicensed", offsetof(struct gs_layers_counts, unlicensed)},
};

static enum gs_status check_conditions(struct gs_call *call, const struct status_options *options)
{
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < options->fail_if.n; i++) {
        const char *given = options->fail_if.items[i];
        bool known = strcmp(given, "any") == 0;
        for (size_t k = 0; k < GS_COUNT(conditions); k++)
            known = known || strcmp(given, conditions[k].name) == 0;
        if (!known)
            status = gs_fail(call->ctx, GS_EUSAGE, NULL,
                             "write missing, unreadable, stale, changed, unlicensed or any",
                             "`%s` is no condition of --fail-if", given);
        else if (strcmp(given, "changed") == 0 && !options->against)
            status = gs_fail(call->ctx, GS_EUSAGE, NULL, "name a run: --against RUN.gpkg",
                             "`--fail-if changed` needs something to compare with");
    }
    return status;
}

static enum gs_status judge(const struct gs_layers_counts *counts, const struct gs_texts *fail_if)
{
    for (size_t i = 0; i < fail_if->n; i++)
        for (size_t k = 0; k < GS_COUNT(conditions); k++) {
            size_t n;
            memcpy(&n, (const char *)counts + conditions[k].at, sizeof n);
            bool asked = strcmp(fail_if->items[i], "any") == 0 ||
                         strcmp(fail_if->items[i], conditions[k].name) == 0;
            if (asked && n)
                return GS_ECONDITION;
        }
    return GS_OK;
}

/* -- actions ------------------------------------------------------------------------------------
 */

static enum gs_status list(struct gs_call *call, const struct gs_layers *layers)
{
    const struct layers_options *options = call->options;
    char *text;
    enum gs_status status =
        gs_layers_list(call->ctx, layers, (enum gs_format)options->format, &text);
    gs_report(call);
    return status ? status : gs_print_and_free(call, text);
}

static enum gs_status tell_status(struct gs_call *call, const struct gs_layers *layers)
{
    const struct layers_options *options = call->options;
    struct gs_layers_counts counts;
    int64_t timestamp;
    char *text;
    enum gs_status status = gs_read_timestamp(call->ctx, &timestamp);
    if (!status)
        status = gs_layers_status(call->ctx, layers, options->status.against, timestamp,
                                  (enum gs_format)options->format, &counts, &text);
    gs_report(call);
    if (!status)
        status = gs_print_and_free(call, text);
    return status ? status : judge(&counts, &options->status.fail_if);
}

static enum gs_status fetch(struct gs_call *call, const struct gs_layers *layers)
{
    const struct layers_options *options = call->options;
    struct gs_fetch_options how = {.mirror = options->fetch.mirror,
                                   .force = options->fetch.force,
                                   .timeout_s = options->fetch.timeout_s,
                                   .retries = (unsigned)options->fetch.retries};
    char *text = NULL;
    call->every_error = true; /* each is of another layer */
    enum gs_status status = gs_read_timestamp(call->ctx, &how.timestamp);
    if (!status)
        status = gs_layers_fetch(call->ctx, layers, &how, (enum gs_format)options->format, &text);
    gs_report(call);
    enum gs_status printed = text ? gs_print_and_free(call, text) : GS_OK;
    return status ? status : printed;
}

/* An option that another action has would do nothing: that is told. */
static enum gs_status check_options(struct gs_call *call, enum action action)
{
    const struct layers_options *options = call->options;
    const struct {
        bool given;
        const char *name;
        enum action of;
    } owned[] = {{options->status.against != NULL, "against", STATUS},
                 {options->status.fail_if.n > 0, "fail-if", STATUS},
                 {options->fetch.mirror != NULL, "mirror", FETCH},
                 {options->fetch.force, "force", FETCH}};
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < GS_COUNT(owned); i++)
        if (owned[i].given && owned[i].of != action)
            status = gs_fail(call->ctx, GS_EUSAGE, NULL, NULL,
                             "`--%s` belongs to `layers %s`, not to `layers %s`", owned[i].name,
                             actions[owned[i].of], actions[action]);
    return status ? status : check_conditions(call, &options->status);
}

static enum gs_status run(struct gs_call *call)
{
    const struct layers_options *options = call->options;
    struct gs_study_options study = gs_study_options_of(&options->study);
    struct gs_layers *layers = NULL;
    enum action action = LIST; /* the argument was checked against the choices */
    for (int i = 0; actions[i]; i++)
        if (strcmp(actions[i], call->arguments.items[0]) == 0)
            action = (enum action)i;
    enum gs_status status = check_options(call, action);
    if (!status)
        status = gs_computing_start(call, &options->messages);
    if (!status)
        status = gs_layers_open(call->ctx, call->arguments.items[1], &study,
                                call->arguments.items + 2, call->arguments.n - 2, &layers);
    if (!status)
        status = action == LIST     ? list(call, layers)
                 : action == STATUS ? tell_status(call, layers)
                                    : fetch(call, layers);
    gs_layers_free(layers);
    return status;
}

const struct gs_command gs_command_layers = {
    .name = "layers",
    .summary = "List, check and download the layers of a catalogue",
    .description =
        "`list` shows kind, vintage, licence and title of each. `status` tells which are missing, "
        "stale (past their `expires`; SOURCE_DATE_EPOCH says what day it is), of unknown licence, "
        "and with --against of another content than a run has seen. `fetch` downloads what "
        "the catalogue says with `fetch:`, checks and unpacks it, and converts it to what `source` "
        "ends in; a good file is only ever replaced by a good one. NAME.fetched.json beside it "
        "tells what was fetched, and makes the next fetch ask for changes only.",
    .arguments = arguments,
    .n_arguments = GS_COUNT(arguments),
    .examples = {{"gigasite layers status study.yaml --fail-if missing --fail-if stale",
                  "Exits with status 3 when the study's data should be renewed."},
                 {"gigasite layers fetch study.yaml",
                  "Downloads what the study uses and can be had."}},
    .groups = groups,
    .n_groups = GS_COUNT(groups),
    .options_size = sizeof(struct layers_options),
    .run = run,
};
