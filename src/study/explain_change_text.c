// SPDX-License-Identifier: Apache-2.0
/* What would have to change, for people. */
#include "study/explain.h"

#include "base/units.h"

#include <math.h>
#include <string.h>

/* How more and less of a measure are called. */
static const struct {
    const char *measure, *more, *less;
} words[] = {
    {"distance", "farther", "nearer"},
    {"slope", "steeper", "flatter"},
    {"cost_distance", "dearer", "cheaper"},
    {"", "more", "less"}, /* all others */
};

/* Units that read better a thousand times larger. */
static const struct {
    const char *unit, *larger;
    double factor;
} larger_units[] = {
    {"m", "km", 1000},
    {"m2", "km2", 1e6},
};

/* The fewest of 3 to 17 digits that do not make it smaller. */
static void append_amount(struct gs_text *text, double amount)
{
    for (int digits = 3; digits <= 17; digits++) {
        struct gs_text cell;
        double read;
        const char *rest;
        gs_text_init(&cell);
        gs_text_append_rounded(&cell, amount, digits);
        bool enough = cell.bytes && gs_parse_number(cell.bytes, &read, &rest) &&
                      read >= amount * (1 - 1e-15); /* of km made from m: the last bit */
        if (enough || digits == 17 || cell.failed)
            gs_text_append(text, cell.bytes ? cell.bytes : "");
        text->failed |= cell.failed;
        gs_text_release(&cell);
        if (enough)
            return;
    }
}

void gs_append_difference(struct gs_text *text, const char *measure, const char *unit,
                          double difference)
{
    double amount = fabs(difference);
    for (size_t i = 0; i < sizeof larger_units / sizeof *larger_units; i++)
        if (strcmp(unit, larger_units[i].unit) == 0 && amount >= larger_units[i].factor) {
            amount /= larger_units[i].factor;
            unit = larger_units[i].larger;
            break;
        }
    append_amount(text, amount);
    if (!gs_unit_is_plain(unit))
        gs_text_printf(text, " %s", unit);
    size_t i = 0;
    while (*words[i].measure && strcmp(words[i].measure, measure) != 0)
        i++;
    gs_text_printf(text, " %s", difference > 0 ? words[i].more : words[i].less);
}

/* -- one change ----------------------------------------------------------------------------------
 */

static void append_classes(struct gs_text *text, const struct gs_change *change)
{
    for (size_t i = 0; i < change->n_classes; i++)
        gs_text_printf(text, "%s%s",
                       i == 0                                       ? ""
                       : i + 1 < change->n_classes || change->other ? ", "
                                                                    : " or ",
                       change->classes[i]);
    if (change->other)
        gs_text_append(text, change->n_classes ? " or one not listed" : "one not listed");
}

/* `measured` and what it is in, for quantities; `from` and `as_share`, for weights. */
static void append_change(struct gs_text *text, const struct gs_change *change, double from,
                          const char *measure, const char *unit, bool as_share)
{
    switch (change->kind) {
    case GS_CHANGE_OUT_OF_REACH:
        gs_text_printf(text, "at best rank %zu", change->rank);
        break;
    case GS_CHANGE_QUANTITY:
        gs_append_difference(text, measure, unit, change->to > from ? change->by : -change->by);
        break;
    case GS_CHANGE_WORTH:
        gs_text_printf(text, "no data: worth %.3f needed", change->to);
        break;
    case GS_CHANGE_CLASSES:
        append_classes(text, change);
        break;
    case GS_CHANGE_WEIGHT:
        gs_text_append_double(text, change->to);
        gs_text_append(text, as_share ? " %, not " : ", not ");
        gs_text_append_rounded(text, from, 4);
        gs_text_append(text, as_share ? " %" : "");
        break;
    default:
        gs_text_append(text, "cannot be told");
    }
}

/* -- what is shown of a site ----------------------------------------------------------------------
 */

enum { AT_NAME = 4, AT_FIRST = 36, GOAL_WIDTH = 32 };

static void append_goals(struct gs_text *text, const struct gs_explained_site *site,
                         const char *title)
{
    gs_text_printf(text, "\n  %s", title);
    for (size_t g = 0; g < site->n_goals; g++) {
        gs_text_pad(text, AT_FIRST + GOAL_WIDTH * g);
        if (site->goals[g] == 1)
            gs_text_append(text, "To be the best");
        else
            gs_text_printf(text, "To be among the best %zu", site->goals[g]);
    }
    gs_text_append(text, "\n");
}

/* A row: a name and what each goal takes. */
static void append_row(struct gs_text *text, const struct gs_explained_site *site,
                       const char *title, const struct gs_change *changes, double from,
                       const char *measure, const char *unit, bool as_share)
{
    gs_text_append(text, "    ");
    gs_text_append_clipped(text, title, AT_FIRST - AT_NAME - 2);
    for (size_t g = 0; g < site->n_goals; g++) {
        struct gs_text cell;
        gs_text_init(&cell);
        append_change(&cell, &changes[g], from, measure, unit, as_share);
        gs_text_pad(text, AT_FIRST + GOAL_WIDTH * g);
        gs_text_append_clipped(text, cell.bytes ? cell.bytes : "",
                               g + 1 < site->n_goals ? GOAL_WIDTH - 2
                                                     : 98 - AT_FIRST - GOAL_WIDTH * g);
        text->failed |= cell.failed;
        gs_text_release(&cell);
    }
    gs_text_append(text, "\n");
}

/* Weights that lead to no goal share a line. */
static void append_weights(struct gs_text *text, const struct gs_explained_site *site)
{
    size_t n_shown = 0, n_hopeless = 0, best[GS_GOALS];
    for (size_t g = 0; g < GS_GOALS; g++)
        best[g] = GS_NO_RANK;
    if (site->n_weights)
        append_goals(text, site, "Or one weight within its group");
    for (size_t i = 0; i < site->n_weights; i++) {
        const struct gs_explained_weight *weight = &site->weights[i];
        bool hopeless = true;
        for (size_t g = 0; g < site->n_goals; g++)
            hopeless &= weight->changes[g].kind == GS_CHANGE_OUT_OF_REACH;
        if (!hopeless) {
            append_row(text, site, weight->title, weight->changes, weight->from, "", "",
                       weight->as_share);
            n_shown++;
            continue;
        }
        n_hopeless++;
        for (size_t g = 0; g < site->n_goals; g++)
            if (weight->changes[g].rank < best[g])
                best[g] = weight->changes[g].rank;
    }
    if (n_hopeless == 0)
        return;
    gs_text_printf(text, n_shown ? "    %zu other%s" : "    %zu weight%s", n_hopeless,
                   n_hopeless == 1 ? "" : "s");
    for (size_t g = 0; g < site->n_goals; g++) {
        gs_text_pad(text, AT_FIRST + GOAL_WIDTH * g);
        gs_text_printf(text, "at best rank %zu", best[g]);
    }
    gs_text_append(text, "\n");
}

static void append_ranked(struct gs_text *text, const struct gs_explained_run *run,
                          const struct gs_explained_site *site)
{
    if (site->n_goals == 0)
        return;
    if (run->top > 1 && site->site->rank <= (double)run->top)
        gs_text_printf(text, "  Already among the best %zu%s.\n", run->top,
                       run->n_ranked <= run->top ? ", as all ranked sites are" : "");
    append_goals(text, site, "One change alone would do");
    for (size_t c = 0; c < site->n_criteria; c++) {
        const struct gs_explained_criterion *criterion = &site->criteria[c];
        append_row(text, site, criterion->title, criterion->changes, criterion->measured,
                   criterion->measure, criterion->unit, false);
    }
    append_weights(text, site);
}

static void append_lacks(struct gs_text *text, const struct gs_explained_constraint *constraint)
{
    gs_text_append(text, "    ");
    gs_text_append_clipped(text, constraint->title, AT_FIRST - AT_NAME - 2);
    gs_text_pad(text, AT_FIRST);
    if (!isnan(constraint->lacks)) {
        gs_append_difference(text, constraint->measure, constraint->unit, constraint->lacks);
        gs_text_append(text, "\n");
    } else if (constraint->needs) {
        gs_text_append_clipped(text, constraint->needs, 98 - AT_FIRST);
        gs_text_append(text, "\n");
    } else {
        gs_text_append(text, "data: nothing was measured\n");
    }
}

static void append_excluded(struct gs_text *text, const struct gs_explained_run *run,
                            const struct gs_explained_site *site)
{
    size_t n = 0;
    for (size_t i = 0; i < site->n_constraints; i++) {
        const struct gs_explained_constraint *constraint = &site->constraints[i];
        if (!constraint->met || *constraint->met == '1')
            continue;
        gs_text_append(text, n++ ? "" : "\n  To be feasible it needs\n");
        append_lacks(text, constraint);
    }
    for (size_t c = 0; c < site->n_criteria; c++) {
        const struct gs_explained_criterion *criterion = &site->criteria[c];
        if (!isnan(criterion->value) || criterion->measured_text || !isnan(criterion->measured))
            continue;
        gs_text_append(text, n++ ? "    " : "\n  To be feasible it needs\n    ");
        gs_text_append_clipped(text, criterion->title, AT_FIRST - AT_NAME - 2);
        gs_text_pad(text, AT_FIRST);
        gs_text_append(text, "data: nothing was measured\n");
    }
    if (!isnan(site->waived_rank))
        gs_text_printf(text,
                       "  If no constraint counted for it, it would have rank %.0f of %zu, score "
                       "%.3f.\n",
                       site->waived_rank, run->n_ranked + 1, site->waived_score + 0.0);
}

void gs_append_changes(struct gs_text *text, const struct gs_explained_run *run,
                       const struct gs_explained_site *site)
{
    if (run->left_out) {
        gs_text_append(text, "\n  What would have to change is left out:\n    ");
        gs_text_append_wrapped(text, 4, 98, run->left_out);
    } else if (isnan(site->site->rank)) {
        append_excluded(text, run, site);
    } else {
        append_ranked(text, run, site);
    }
}
