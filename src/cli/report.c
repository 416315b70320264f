// SPDX-License-Identifier: Apache-2.0
#include "base/ctx.h"
#include "cli/computing.h"
#include "cli/option.h"
#include "cli/terminal.h"

#include <stdio.h>
#include <string.h>

struct page_options {
    const char *output; /* NULL: beside the run */
    const char *language;
};

struct report_options {
    struct page_options page;
    struct gs_computing computing;
};

static const struct gs_param page_params[] = {
    {.key = "output",
     .type = GS_PARAM_TEXT,
     .short_key = 'o',
     .placeholder = "REPORT.html",
     .help = "write the page REPORT.html; when not given RUN.html beside RUN.gpkg",
     .offset = offsetof(struct page_options, output)},
    {.key = "lang",
     .type = GS_PARAM_TEXT,
     .fallback = "en",
     .placeholder = "LANGUAGE",
     .help = "write it in English, en, or French, fr",
     .offset = offsetof(struct page_options, language)},
};

static const struct gs_option_group groups[] = {
    {"Report", page_params, GS_COUNT(page_params), offsetof(struct report_options, page)},
    GS_MESSAGES_GROUP(struct report_options, computing),
};

static const struct gs_argument arguments[] = {
    {.name = "RUN.gpkg", .help = "the GeoPackage that a run has written", .files = "gpkg"},
};

static enum gs_status run(struct gs_call *call)
{
    const struct report_options *options = call->options;
    const char *run_path = call->arguments.items[0], *output = options->page.output;
    enum gs_status status = gs_computing_start(call, &options->computing);
    if (status)
        return status;
    if (!output && !(output = gs_report_beside(call, run_path)))
        return GS_ENOMEM;
    status = gs_write_report(call->ctx, run_path, output, options->page.language);
    gs_report(call);
    if (!status && !call->quiet)
        fprintf(stderr, "wrote %s\n", output);
    return status;
}

const struct gs_command gs_command_report = {
    .name = "report",
    .summary = "Write a run as a page to read, show and print",
    .description = "Writes one HTML page that opens in any browser without a network: the map, the "
                   "ranking, why each site stands where it stands, how sure that is, and weights "
                   "to move. Everything is read from the run; the layers it was made of are drawn "
                   "for orientation when they can still be read.",
    .arguments = arguments,
    .n_arguments = GS_COUNT(arguments),
    .examples = {{"gigasite report outputs/demo.gpkg", "Writes outputs/demo.html."},
                 {"gigasite report outputs/demo.gpkg -o rapport.html --lang fr",
                  "Writes it in French."}},
    .groups = groups,
    .n_groups = GS_COUNT(groups),
    .options_size = sizeof(struct report_options),
    .run = run,
};
