// SPDX-License-Identifier: Apache-2.0
/* `explain` for people. Lines take at most 100 columns; only names may be cut, with "…". */
#include "study/explain.h"

#include "base/units.h"

#include <math.h>
#include <string.h>

static void append_measured(struct gs_text *text, double measured, const char *measured_text,
                            const char *unit, size_t width)
{
    struct gs_text cell;
    gs_text_init(&cell);
    if (measured_text) {
        gs_text_append(&cell, measured_text);
    } else if (isnan(measured)) {
        gs_text_append(&cell, "no data");
    } else {
        gs_text_append_rounded(&cell, measured, 5);
        if (!gs_unit_is_plain(unit))
            gs_text_printf(&cell, " %s", unit);
    }
    gs_text_append_clipped(text, cell.bytes ? cell.bytes : "", width);
    text->failed |= cell.failed;
    gs_text_release(&cell);
}

static void append_share(struct gs_text *text, size_t column, double value)
{
    gs_text_pad(text, column);
    if (isnan(value))
        gs_text_append(text, "    -");
    else
        gs_text_printf(text, "%.3f", value + 0.0);
}

static void append_site_name(struct gs_text *text, const struct gs_ranked_site *site)
{
    gs_text_append(text, site->id);
    if (site->name && strcmp(site->name, site->id) != 0)
        gs_text_printf(text, " (%s)", site->name);
}

/* -- one site ------------------------------------------------------------------------------ */

static void append_head(struct gs_text *text, const struct gs_explained_run *run,
                        const struct gs_ranked_site *site)
{
    append_site_name(text, site);
    if (isnan(site->rank))
        gs_text_printf(text, ": excluded\n  %s\n",
                       site->excluded_by ? site->excluded_by : "no reason recorded");
    else
        gs_text_printf(text, ": rank %.0f of %zu, score %.3f\n", site->rank, run->n_ranked,
                       site->score + 0.0);
}

enum { AT_MEASURED = 36, AT_WORTH = 62, AT_WEIGHT = 70, AT_PART = 78, AT_LOSS = 86 };

static void append_criteria(struct gs_text *text, const struct gs_explained_site *site)
{
    gs_text_append(text, "\n  Criterion");
    gs_text_pad(text, AT_MEASURED);
    gs_text_append(text, "Measured");
    gs_text_pad(text, AT_WORTH);
    gs_text_append(text, "Worth   Weight  Part    Loss\n");
    for (size_t c = 0; c < site->n_criteria; c++) {
        const struct gs_explained_criterion *criterion = &site->criteria[c];
        gs_text_append(text, "  ");
        gs_text_append_clipped(text, criterion->title, AT_MEASURED - 4);
        gs_text_pad(text, AT_MEASURED);
        append_measured(text, criterion->measured, criterion->measured_text, criterion->unit,
                        AT_WORTH - AT_MEASURED - 2);
        append_share(text, AT_WORTH, criterion->value);
        append_share(text, AT_WEIGHT, criterion->weight);
        append_share(text, AT_PART, criterion->part);
        append_share(text, AT_LOSS, criterion->loss);
        gs_text_append(text, "\n");
    }
}

static void append_constraints(struct gs_text *text, const struct gs_explained_site *site)
{
    if (site->n_constraints == 0)
        return;
    gs_text_append(text, "\n  Constraint");
    gs_text_pad(text, AT_MEASURED);
    gs_text_append(text, "Measured");
    gs_text_pad(text, AT_WORTH);
    gs_text_append(text, "Required                   Met\n");
    for (size_t c = 0; c < site->n_constraints; c++) {
        const struct gs_explained_constraint *constraint = &site->constraints[c];
        gs_text_append(text, "  ");
        gs_text_append_clipped(text, constraint->title, AT_MEASURED - 4);
        gs_text_pad(text, AT_MEASURED);
        append_measured(text, constraint->measured, constraint->measured_text, constraint->unit,
                        AT_WORTH - AT_MEASURED - 2);
        gs_text_pad(text, AT_WORTH);
        gs_text_append_clipped(text, constraint->require, 25);
        gs_text_pad(text, AT_WORTH + 27);
        gs_text_append(text, !constraint->met          ? "not judged\n"
                             : *constraint->met == '1' ? "yes\n"
                                                       : "NO\n");
    }
}

/* Length, cost and mean of the ways of least cost, under the titles of what they belong to. */
static void append_paths(struct gs_text *text, const struct gs_explained_site *site)
{
    for (size_t i = 0; i < site->n_paths; i++) {
        const struct gs_explained_path *path = &site->paths[i];
        const char *title = path->id;
        for (size_t c = 0; c < site->n_criteria; c++)
            if (strcmp(path->role, "criterion") == 0 && strcmp(site->criteria[c].id, path->id) == 0)
                title = site->criteria[c].title;
        for (size_t c = 0; c < site->n_constraints; c++)
            if (strcmp(path->role, "constraint") == 0 &&
                strcmp(site->constraints[c].id, path->id) == 0)
                title = site->constraints[c].title;
        gs_text_append(text, i ? "    " : "\n  Ways of least cost\n    ");
        gs_text_append_clipped(text, title, AT_MEASURED - 6);
        gs_text_pad(text, AT_MEASURED);
        gs_text_append_rounded(text, path->length_m / 1000, 5);
        gs_text_append(text, " km, ");
        append_measured(text, path->cost, NULL, path->unit, 24);
        gs_text_append(text, ": ");
        append_measured(text, path->cost / path->length_m * 1000, NULL, path->unit, 24);
        gs_text_append(text, "/km\n");
    }
}

/* The three largest losses. */
static void append_losses(struct gs_text *text, const struct gs_explained_site *site)
{
    double below = INFINITY;
    size_t shown = 0, taken = SIZE_MAX;
    for (; shown < 3; shown++) {
        size_t worst = SIZE_MAX;
        for (size_t c = 0; c < site->n_criteria; c++) {
            double loss = site->criteria[c].loss;
            bool after = loss < below || (loss == below && taken != SIZE_MAX && c > taken);
            if (loss > 0 && after && (worst == SIZE_MAX || loss > site->criteria[worst].loss))
                worst = c;
        }
        if (worst == SIZE_MAX)
            break;
        gs_text_append(text, shown ? "" : "\n  Held back most by\n");
        gs_text_append(text, "    ");
        gs_text_append_clipped(text, site->criteria[worst].title, 50);
        gs_text_printf(text, ": loses %.3f of %.3f\n", site->criteria[worst].loss,
                       site->criteria[worst].weight);
        below = site->criteria[worst].loss;
        taken = worst;
    }
}

static void append_gaps(struct gs_text *text, const struct gs_explained_run *run,
                        const struct gs_explained_site *site)
{
    if (isnan(site->site->rank))
        return;
    if (!site->next) {
        gs_text_append(text, "\n  No site ranks better.\n");
        return;
    }
    gs_text_printf(text, "\n  %.6f behind rank %.0f, ", site->next->score - site->site->score,
                   site->next->rank);
    append_site_name(text, site->next);
    if (site->first != site->next) {
        gs_text_printf(text, "; %.6f behind rank %.0f, ", site->first->score - site->site->score,
                       site->first->rank);
        append_site_name(text, site->first);
    }
    gs_text_append(text, "\n");
    if (!run->left_out)
        return;
    if (!site->additive) {
        gs_text_append(text, "  The decision method does not add up parts, so no single gain that "
                             "closes the gap can be told.\n");
        return;
    }
    gs_text_printf(text,
                   "  To draw level with rank %.0f by one criterion alone, its worth must rise\n",
                   site->next->rank);
    for (size_t c = 0; c < site->n_criteria; c++) {
        const struct gs_explained_criterion *criterion = &site->criteria[c];
        gs_text_append(text, "    ");
        gs_text_append_clipped(text, criterion->title, AT_MEASURED - 6);
        gs_text_pad(text, AT_MEASURED);
        if (criterion->reachable)
            gs_text_printf(text, "by %.3f, from %.3f to %.3f\n", criterion->need, criterion->value,
                           criterion->value + criterion->need);
        else
            gs_text_append(text, "not reachable by this criterion alone\n");
    }
}

/* -- several sites side by side -------------------------------------------------------------- */

enum { PER_BLOCK = 3, AT_SITES = 31, SITE_WIDTH = 23 };

static const struct gs_explained_criterion *find_criterion(const struct gs_explained_site *site,
                                                           const char *id)
{
    for (size_t c = 0; c < site->n_criteria; c++)
        if (strcmp(site->criteria[c].id, id) == 0)
            return &site->criteria[c];
    return NULL;
}

/* Two rows of a criterion. */
static void append_compared(struct gs_text *text, const struct gs_explained_site *sites, size_t n,
                            const struct gs_explained_criterion *criterion)
{
    gs_text_append(text, "  ");
    gs_text_append_clipped(text, criterion->title, AT_SITES - 4);
    for (size_t s = 0; s < n; s++) {
        const struct gs_explained_criterion *one = find_criterion(&sites[s], criterion->id);
        gs_text_pad(text, AT_SITES + SITE_WIDTH * s);
        append_measured(text, one ? one->measured : NAN, one ? one->measured_text : NULL,
                        one ? one->unit : "", SITE_WIDTH - 2);
    }
    gs_text_append(text, "\n");
    for (size_t s = 0; s < n; s++) {
        const struct gs_explained_criterion *one = find_criterion(&sites[s], criterion->id);
        append_share(text, AT_SITES + SITE_WIDTH * s, one ? one->value : NAN);
        gs_text_append(text, ", ");
        append_share(text, AT_SITES + SITE_WIDTH * s + 7, one ? one->part : NAN);
    }
    gs_text_append(text, "\n");
}

/* Sites [first, end): a column each; of a criterion what it measured, then worth and part. */
static void append_block(struct gs_text *text, const struct gs_explained_run *run, size_t first,
                         size_t end)
{
    const struct gs_explained_site *sites = run->sites;
    gs_text_append(text, "Site");
    for (size_t s = first; s < end; s++) {
        gs_text_pad(text, AT_SITES + SITE_WIDTH * (s - first));
        gs_text_append_clipped(text, sites[s].site->id, SITE_WIDTH - 2);
    }
    gs_text_append(text, "\nName");
    for (size_t s = first; s < end; s++) {
        gs_text_pad(text, AT_SITES + SITE_WIDTH * (s - first));
        gs_text_append_clipped(text, sites[s].site->name ? sites[s].site->name : "-",
                               SITE_WIDTH - 2);
    }
    gs_text_append(text, "\nRank");
    for (size_t s = first; s < end; s++) {
        gs_text_pad(text, AT_SITES + SITE_WIDTH * (s - first));
        if (isnan(sites[s].site->rank))
            gs_text_append(text, "excluded");
        else
            gs_text_printf(text, "%.0f", sites[s].site->rank);
    }
    gs_text_append(text, "\nScore");
    for (size_t s = first; s < end; s++)
        append_share(text, AT_SITES + SITE_WIDTH * (s - first), sites[s].site->score);
    gs_text_append(text, "\nMeasured; worth, part of the score\n");
    for (size_t c = 0; c < sites[first].n_criteria; c++)
        append_compared(text, sites + first, end - first, &sites[first].criteria[c]);
    gs_text_append(text, "\n");
}

void gs_explain_text(struct gs_text *text, const struct gs_explained_run *run)
{
    for (size_t first = 0; run->n_sites > 1 && first < run->n_sites; first += PER_BLOCK)
        append_block(text, run, first,
                     first + PER_BLOCK < run->n_sites ? first + PER_BLOCK : run->n_sites);
    for (size_t i = 0; i < run->n_sites; i++) {
        gs_text_append(text, i ? "\n" : "");
        append_head(text, run, run->sites[i].site);
        append_criteria(text, &run->sites[i]);
        append_constraints(text, &run->sites[i]);
        append_paths(text, &run->sites[i]);
        append_losses(text, &run->sites[i]);
        append_gaps(text, run, &run->sites[i]);
        gs_append_changes(text, run, &run->sites[i]);
    }
}
