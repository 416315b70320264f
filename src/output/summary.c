// SPDX-License-Identifier: Apache-2.0
/* The short answer for a terminal: the best sites with what carries and what holds them, then why
 * the others are out. */
#include "output/summary.h"
#include "output/writer.h"

#include "base/text.h"
#include "base/units.h"

#include <stdio.h>
#include <string.h>

#define NAMES_SHOWN 3

static const char *site_name(const struct gs_result *result, size_t site)
{
    const char *name = result->sites.names ? result->sites.names[site] : NULL;
    return name && *name ? name : result->sites.ids[site];
}

static void append_measured(struct gs_text *text, const struct gs_factor *factor,
                            const struct gs_measured *measured, size_t site)
{
    if (!gs_is_measured(measured, site)) {
        gs_text_append(text, "no data");
    } else if (measured->text) {
        gs_text_append(text, measured->text[site]);
    } else {
        gs_text_append_rounded(text, measured->number[site], 4);
        if (!gs_unit_is_plain(factor->unit))
            gs_text_printf(text, " %s", factor->unit);
    }
}

/* The criterion with the largest weight × worth, or weight × (1 - worth); SIZE_MAX: none loses. */
static size_t extreme(const struct gs_result *result, size_t site, bool strongest)
{
    size_t best = SIZE_MAX;
    double most = 0;
    for (size_t c = 0; c < result->study->n_criteria; c++) {
        double value = result->values[c][site];
        double figure = result->study->criteria[c].weight * (strongest ? value : 1 - value);
        if (figure > most) {
            most = figure;
            best = c;
        }
    }
    return best;
}

enum {
    COLUMN_SITE = 6,
    COLUMN_SCORE = 37,
    COLUMN_STRONGEST = 45,
    COLUMN_WEAKEST = 68,
    WIDTH = 100
};

static void append_site(struct gs_text *text, const struct gs_result *result, size_t site)
{
    const struct gs_study *study = result->study;
    size_t strongest = extreme(result, site, true), weakest = extreme(result, site, false);
    gs_text_printf(text, "%4u", result->rank[site]);
    gs_text_pad(text, COLUMN_SITE);
    struct gs_text cell;
    gs_text_init(&cell);
    gs_text_append(&cell, site_name(result, site));
    if (strcmp(site_name(result, site), result->sites.ids[site]) != 0)
        gs_text_printf(&cell, " (%s)", result->sites.ids[site]);
    gs_text_append_clipped(text, cell.bytes ? cell.bytes : "", COLUMN_SCORE - COLUMN_SITE - 1);
    gs_text_pad(text, COLUMN_SCORE);
    gs_text_printf(text, "%.3f", result->score[site] + 0.0);
    gs_text_pad(text, COLUMN_STRONGEST);
    gs_text_append_clipped(text,
                           strongest == SIZE_MAX ? "none" : study->criteria[strongest].factor.id,
                           COLUMN_WEAKEST - COLUMN_STRONGEST - 1);
    gs_text_pad(text, COLUMN_WEAKEST);
    text->failed |= cell.failed;
    gs_text_release(&cell);
    if (weakest == SIZE_MAX) {
        gs_text_append(&cell, "none");
    } else {
        gs_text_printf(&cell, "%s: ", study->criteria[weakest].factor.id);
        append_measured(&cell, &study->criteria[weakest].factor, &result->criteria[weakest], site);
    }
    gs_text_append_clipped(text, cell.bytes ? cell.bytes : "", WIDTH - COLUMN_WEAKEST);
    gs_text_append(text, "\n");
    text->failed |= cell.failed;
    gs_text_release(&cell);
}

static void append_table(struct gs_text *text, const struct gs_result *result, size_t top)
{
    gs_text_append(text, "Rank");
    gs_text_pad(text, COLUMN_SITE);
    gs_text_append(text, "Site");
    gs_text_pad(text, COLUMN_SCORE);
    gs_text_append(text, "Score");
    gs_text_pad(text, COLUMN_STRONGEST);
    gs_text_append(text, "Strongest");
    gs_text_pad(text, COLUMN_WEAKEST);
    gs_text_append(text, "Weakest\n");
    for (size_t place = 0; place < top; place++)
        append_site(text, result, result->order[place]);
}

/* "    12  slope, at most 10 degree: Steep, Cliff, Peak and 9 more" */
static void append_group(struct gs_text *text, const struct gs_result *result,
                         struct gs_reason reason, size_t n)
{
    struct gs_text line, part;
    gs_text_init(&line);
    gs_text_init(&part);
    gs_append_reason(&part, result, reason);
    gs_text_printf(&line, "%6zu  ", n);
    gs_text_append_clipped(&line, part.bytes ? part.bytes : "", 62);
    gs_text_append(&line, ": ");
    text->failed |= part.failed;
    gs_text_release(&part);
    size_t shown = 0;
    for (size_t place = 0; place < result->n_sites && shown < NAMES_SHOWN; place++)
        if (gs_reason_holds(result, reason, result->order[place])) {
            gs_text_append(&part, shown++ ? ", " : "");
            gs_text_append(&part, site_name(result, result->order[place]));
        }
    char more[40] = "";
    if (n > shown)
        snprintf(more, sizeof more, " and %zu more", n - shown);
    if (!line.failed && !part.failed)
        gs_text_append_clipped(&line, part.bytes,
                               WIDTH - gs_text_width(line.bytes, line.length) - strlen(more));
    gs_text_printf(&line, "%s\n", more);
    text->failed |= line.failed || part.failed;
    gs_text_append(text, line.bytes ? line.bytes : "");
    gs_text_release(&line);
    gs_text_release(&part);
}

static void append_percent(struct gs_text *text, uint64_t part, const struct gs_surface *surface)
{
    gs_text_printf(text, "%6.1f %%", 100 * (double)part / gs_surface_cells(surface));
}

/* The surface in numbers: what is left of the area, and what takes it away. */
static void append_surface(struct gs_text *text, const struct gs_result *result)
{
    const struct gs_surface *s = result->surface;
    if (!s)
        return;
    gs_text_printf(text, "\nSurface of %zu × %zu cells of ", s->grid.n_cols, s->grid.n_rows);
    gs_text_append_rounded(text, s->grid.cell_m, 6);
    gs_text_append(text, " m:\n  ");
    append_percent(text, s->n_suitable, s);
    gs_text_append(text, " have a score");
    if (s->n_suitable)
        gs_text_printf(text, ", %.3f to %.3f", s->min, s->max);
    gs_text_append(text, "\n  ");
    append_percent(text, s->n_missing, s);
    gs_text_append(text, " lack data\n");
    size_t n = result->study->n_constraints;
    if (n)
        gs_text_append(text, "  ruled out   only by it     so far\n");
    for (size_t i = 0; i < n; i++) {
        gs_text_append(text, "   ");
        append_percent(text, s->removed[i].alone, s);
        gs_text_append(text, "     ");
        append_percent(text, s->removed[i].only, s);
        gs_text_append(text, "   ");
        append_percent(text, s->removed[i].together, s);
        gs_text_append(text, "  ");
        gs_text_append_clipped(text, result->study->constraints[i].factor.id, 40);
        gs_text_append(text, "\n");
    }
}

static void append_text(struct gs_text *text, const struct gs_result *result, size_t top)
{
    size_t n_excluded = gs_count_excluded(result), n_ranked = result->n_sites - n_excluded;
    size_t shown = top < n_ranked ? top : n_ranked;
    if (shown)
        append_table(text, result, shown);
    if (shown && shown < n_ranked)
        gs_text_printf(text, "%6s%zu more\n", "", n_ranked - shown);
    if (!n_ranked)
        gs_text_append(text, "No site satisfies every constraint, so none is ranked.\n");
    if (n_excluded == 0)
        return;
    gs_text_printf(text, "%s%zu of %zu candidates %s excluded:\n", shown || !n_ranked ? "\n" : "",
                   n_excluded, result->n_sites, n_excluded == 1 ? "is" : "are");
    struct gs_reason reason = {0};
    for (size_t n; gs_reason_next(result, &reason, &n); reason.item++)
        append_group(text, result, reason, n);
}

enum gs_status gs_write_summary(struct gs_ctx *ctx, const struct gs_result *result, size_t top,
                                enum gs_format format, char **out)
{
    struct gs_text text;
    gs_text_init(&text);
    if (format == GS_FORMAT_JSON) {
        gs_append_summary_json(&text, result, top);
    } else {
        append_text(&text, result, top);
        append_surface(&text, result);
        gs_append_robustness(&text, result);
        gs_append_portfolio(&text, result);
        gs_append_outcomes(&text, result);
    }
    return gs_text_finish(ctx, &text, out);
}
