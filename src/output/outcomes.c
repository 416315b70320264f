// SPDX-License-Identifier: Apache-2.0
/* What the short answer says of other methods and scenarios. */
#include "output/summary.h"

#include <math.h>
#include <string.h>

enum { COLUMN_TAU = 34, COLUMN_RHO = 42, COLUMN_BEST = 50, WIDTH = 100 };

static size_t top_of(const struct gs_result *result)
{
    return (size_t)result->study->robustness.top;
}

/* Is the site among the best of every ranking, of the study's own and all outcomes? */
static bool is_always_top(const struct gs_result *result, size_t site)
{
    bool always = result->rank[site] && result->rank[site] <= top_of(result);
    for (size_t i = 0; i < result->n_outcomes && always; i++) {
        unsigned rank = result->outcomes[i].rank[site];
        always = rank && rank <= top_of(result);
    }
    return always;
}

/* The sites of an outcome by rank, the best `n`, in the study's own order where they tie. */
static void append_best(struct gs_text *text, const struct gs_result *result,
                        const struct gs_outcome *outcome, unsigned n,
                        void (*append)(struct gs_text *, const struct gs_result *, size_t))
{
    size_t shown = 0;
    for (unsigned rank = 1; rank <= n && shown < n; rank++)
        for (size_t place = 0; place < result->n_sites && shown < n; place++) {
            size_t site = result->order[place];
            if (outcome->rank[site] != rank)
                continue;
            gs_text_append(text, shown++ ? ", " : "");
            append(text, result, site);
        }
}

static void append_id(struct gs_text *text, const struct gs_result *result, size_t site)
{
    gs_text_append(text, result->sites.ids[site]);
}

static void append_id_json(struct gs_text *text, const struct gs_result *result, size_t site)
{
    gs_text_append_json(text, result->sites.ids[site]);
}

static void append_coefficient(struct gs_text *text, double value)
{
    if (isnan(value))
        gs_text_append(text, "-");
    else
        gs_text_printf(text, "%.3f", value + 0.0);
}

static void append_outcome(struct gs_text *text, const struct gs_result *result,
                           const struct gs_outcome *outcome)
{
    struct gs_text cell;
    gs_text_init(&cell);
    bool base = strcmp(outcome->scenario, GS_SCENARIO_BASE) == 0;
    gs_text_printf(&cell, "%s%s%s", base ? "" : outcome->scenario,
                   base || outcome->is_own ? "" : ", ", outcome->is_own ? "" : outcome->method);
    gs_text_append(text, "  ");
    gs_text_append_clipped(text, cell.bytes ? cell.bytes : "", COLUMN_TAU - 3);
    gs_text_pad(text, COLUMN_TAU);
    append_coefficient(text, outcome->kendall_tau);
    gs_text_pad(text, COLUMN_RHO);
    append_coefficient(text, outcome->spearman_rho);
    gs_text_pad(text, COLUMN_BEST);
    text->failed |= cell.failed;
    gs_text_release(&cell);
    append_best(&cell, result, outcome, 3, append_id);
    gs_text_append_clipped(text, cell.bytes ? cell.bytes : "none", WIDTH - COLUMN_BEST);
    gs_text_append(text, "\n");
    text->failed |= cell.failed;
    gs_text_release(&cell);
}

void gs_append_outcomes(struct gs_text *text, const struct gs_result *result)
{
    if (!result->n_outcomes)
        return;
    gs_text_append(text, "\nOther methods and scenarios");
    gs_text_pad(text, COLUMN_TAU);
    gs_text_append(text, "tau");
    gs_text_pad(text, COLUMN_RHO);
    gs_text_append(text, "rho");
    gs_text_pad(text, COLUMN_BEST);
    gs_text_append(text, "Best three\n");
    for (size_t i = 0; i < result->n_outcomes; i++)
        append_outcome(text, result, &result->outcomes[i]);
    struct gs_text names;
    gs_text_init(&names);
    for (size_t place = 0; place < result->n_sites; place++)
        if (is_always_top(result, result->order[place])) {
            gs_text_append(&names, names.length ? ", " : "");
            append_id(&names, result, result->order[place]);
        }
    struct gs_text line;
    gs_text_init(&line);
    gs_text_printf(&line, "Among the best %zu in all of them: %s.", top_of(result),
                   names.length && names.bytes ? names.bytes : "no site");
    gs_text_append_wrapped(text, 2, WIDTH, line.bytes ? line.bytes : "");
    text->failed |= names.failed || line.failed;
    gs_text_release(&names);
    gs_text_release(&line);
}

void gs_append_outcomes_json(struct gs_text *text, const struct gs_result *result)
{
    if (!result->n_outcomes)
        return;
    gs_text_append(text, ",\n  \"outcomes\": [");
    for (size_t i = 0; i < result->n_outcomes; i++) {
        const struct gs_outcome *outcome = &result->outcomes[i];
        gs_text_append(text, i ? ",\n    {\"scenario\": " : "\n    {\"scenario\": ");
        gs_text_append_json(text, outcome->scenario);
        gs_text_append(text, ", \"method\": ");
        gs_text_append_json(text, outcome->method);
        gs_text_append(text, ", \"kendall_tau\": ");
        gs_text_append_json_double(text, outcome->kendall_tau);
        gs_text_append(text, ", \"spearman_rho\": ");
        gs_text_append_json_double(text, outcome->spearman_rho);
        gs_text_append(text, ", \"best\": [");
        append_best(text, result, outcome, (unsigned)top_of(result), append_id_json);
        gs_text_append(text, "]}");
    }
    gs_text_printf(text, "],\n  \"always_among_best\": {\"top\": %zu, \"sites\": [",
                   top_of(result));
    bool some = false;
    for (size_t place = 0; place < result->n_sites; place++)
        if (is_always_top(result, result->order[place])) {
            gs_text_append(text, some ? ", " : "");
            append_id_json(text, result, result->order[place]);
            some = true;
        }
    gs_text_append(text, "]}");
}
