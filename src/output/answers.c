// SPDX-License-Identifier: Apache-2.0
/* What the short answer says of robustness and of the portfolio. */
#include "output/summary.h"

#include <math.h>

enum { SITES_SHOWN = 5, WIDTH = 100, COLUMN_SITE = 2, COLUMN_RANK = 33, COLUMN_FIRST = 53 };

static void append_site_name(struct gs_text *text, const struct gs_result *result, size_t site,
                             size_t columns)
{
    const char *id = result->sites.ids[site];
    const char *name = result->sites.names ? result->sites.names[site] : NULL;
    struct gs_text cell;
    gs_text_init(&cell);
    if (name && *name)
        gs_text_printf(&cell, "%s (%s)", name, id);
    else
        gs_text_append(&cell, id);
    gs_text_append_clipped(text, cell.bytes ? cell.bytes : "", columns);
    text->failed |= cell.failed;
    gs_text_release(&cell);
}

/* -- robustness -------------------------------------------------------------------------------- */

static void append_turnings(struct gs_text *text, const struct gs_result *result)
{
    const struct gs_study *study = result->study;
    size_t n = 0;
    for (size_t c = 0; c < study->n_criteria; c++) {
        const struct gs_turning *turning = &result->turnings[c];
        bool lower = !isnan(turning->lower), upper = !isnan(turning->upper);
        if (!lower && !upper)
            continue;
        if (!n++)
            gs_text_append(text, "The best site changes when one weight does:\n");
        gs_text_append(text, "  ");
        gs_text_append_clipped(text, study->criteria[c].factor.id, 28);
        gs_text_pad(text, COLUMN_RANK);
        gs_text_printf(text, "%5.1f %%", turning->weight * 100);
        if (lower)
            gs_text_printf(text, "  below %.1f %%: %s", turning->lower * 100,
                           result->sites.ids[turning->lower_winner]);
        if (upper)
            gs_text_printf(text, "  above %.1f %%: %s", turning->upper * 100,
                           result->sites.ids[turning->upper_winner]);
        gs_text_append(text, "\n");
    }
    if (!n)
        gs_text_append(text, "No single weight, whatever it is, changes the best site.\n");
}

void gs_append_robustness(struct gs_text *text, const struct gs_result *result)
{
    const struct gs_robust *r = result->robust;
    if (r && r->n) {
        gs_text_printf(text, "\nRobustness, %zu draws", r->n_draws);
        gs_text_pad(text, COLUMN_RANK);
        gs_text_append(text, "mean rank (5-95 %)");
        gs_text_pad(text, COLUMN_FIRST);
        gs_text_printf(text, "first    among the best %zu\n", r->top);
        for (size_t i = 0; i < r->n && i < SITES_SHOWN; i++) {
            size_t site = r->sites[i];
            gs_text_append(text, "  ");
            append_site_name(text, result, site, COLUMN_RANK - COLUMN_SITE - 1);
            gs_text_pad(text, COLUMN_RANK);
            gs_text_printf(text, "%.1f (%.0f-%.0f)", r->rank_mean[site], r->rank_p05[site],
                           r->rank_p95[site]);
            gs_text_pad(text, COLUMN_FIRST);
            gs_text_printf(text, "%5.1f %%  %5.1f %%\n", r->p_first[site] * 100,
                           r->p_top[site] * 100);
        }
    }
    if (result->turnings)
        append_turnings(text, result);
}

static void append_member(struct gs_text *text, const char *key, double value)
{
    gs_text_printf(text, ", \"%s\": ", key);
    gs_text_append_json_double(text, value);
}

void gs_append_robustness_json(struct gs_text *text, const struct gs_result *result)
{
    const struct gs_robust *r = result->robust;
    if (r) {
        gs_text_printf(text, ",\n  \"robustness\": {\"draws\": %zu, \"top\": %zu, \"sites\": [",
                       r->n_draws, r->top);
        for (size_t i = 0; i < r->n; i++) {
            size_t site = r->sites[i];
            gs_text_append(text, i ? ",\n    {\"id\": " : "\n    {\"id\": ");
            gs_text_append_json(text, result->sites.ids[site]);
            append_member(text, "rank_mean", r->rank_mean[site]);
            append_member(text, "rank_p05", r->rank_p05[site]);
            append_member(text, "rank_p95", r->rank_p95[site]);
            append_member(text, "p_first", r->p_first[site]);
            append_member(text, "p_top", r->p_top[site]);
            gs_text_append(text, "}");
        }
        gs_text_append(text, "]}");
    }
    if (!result->turnings)
        return;
    gs_text_append(text, ",\n  \"weight_sensitivity\": [");
    for (size_t c = 0; c < result->study->n_criteria; c++) {
        const struct gs_turning *turning = &result->turnings[c];
        gs_text_append(text, c ? ",\n    {\"criterion\": " : "\n    {\"criterion\": ");
        gs_text_append_json(text, result->study->criteria[c].factor.id);
        append_member(text, "weight", turning->weight);
        append_member(text, "below", turning->lower);
        gs_text_append(text, ", \"winner_below\": ");
        gs_text_append_json(text, isnan(turning->lower) ? NULL
                                                        : result->sites.ids[turning->lower_winner]);
        append_member(text, "above", turning->upper);
        gs_text_append(text, ", \"winner_above\": ");
        gs_text_append_json(text, isnan(turning->upper) ? NULL
                                                        : result->sites.ids[turning->upper_winner]);
        gs_text_append(text, "}");
    }
    gs_text_append(text, "]");
}

/* -- portfolio --------------------------------------------------------------------------------- */

static const struct gs_draw *draw_of(const struct gs_portfolio_result *p, size_t site)
{
    for (size_t i = 0; i < p->n_draws; i++)
        if (p->draws[i].site == site)
            return &p->draws[i];
    return NULL;
}

static void append_chosen(struct gs_text *text, const struct gs_result *result)
{
    const struct gs_portfolio_result *p = &result->portfolio;
    for (size_t i = 0; i < p->n_chosen; i++) {
        size_t site = p->chosen[i];
        const struct gs_draw *draw = draw_of(p, site);
        gs_text_append(text, "  ");
        append_site_name(text, result, site, COLUMN_RANK - COLUMN_SITE - 1);
        gs_text_pad(text, COLUMN_RANK);
        gs_text_printf(text, "rank %-4u score %.3f", result->rank[site], result->score[site] + 0.0);
        if (draw)
            gs_text_printf(text, "  from node %s", result->nodes.ids[draw->node]);
        gs_text_append(text, "\n");
    }
}

void gs_append_portfolio(struct gs_text *text, const struct gs_result *result)
{
    const struct gs_portfolio_result *p = &result->portfolio;
    if (!p->made)
        return;
    if (p->status == GS_PORTFOLIO_INFEASIBLE) {
        struct gs_text words;
        gs_text_init(&words);
        gs_text_printf(&words, "No set of %lld sites satisfies the portfolio's demands: %s.",
                       result->study->portfolio.count, p->clash ? p->clash : "");
        gs_text_append(text, "\n");
        gs_text_append_wrapped(text, 0, WIDTH, words.bytes ? words.bytes : "");
        text->failed |= words.failed;
        gs_text_release(&words);
        return;
    }
    gs_text_printf(text, "\nThe best set of %zu, %s %.4f", p->n_chosen,
                   result->study->portfolio.objective == GS_PORTFOLIO_WORST ? "its worst score"
                                                                            : "sum of scores",
                   p->objective);
    if (p->status == GS_PORTFOLIO_OPTIMAL)
        gs_text_append(text, ", proven to be the best:\n");
    else
        gs_text_printf(text, ", found in the time given; none has more than %.4f (gap %.2g %%):\n",
                       p->bound, p->gap * 100);
    append_chosen(text, result);
    for (size_t i = 0; i < p->n_runners_up && i < SITES_SHOWN; i++) {
        const struct gs_runner_up *runner = &p->runners_up[i];
        if (!i)
            gs_text_append(text, "To have another site in it would cost:\n");
        gs_text_append(text, "  ");
        append_site_name(text, result, runner->site, COLUMN_RANK - COLUMN_SITE - 1);
        gs_text_pad(text, COLUMN_RANK);
        if (isnan(runner->cost))
            gs_text_append(text, runner->proven ? "no set can have it\n" : "not known in time\n");
        else
            gs_text_printf(text, "%.4f%s\n", runner->cost + 0.0, runner->proven ? "" : " at most");
    }
}

void gs_append_portfolio_json(struct gs_text *text, const struct gs_result *result)
{
    static const char *const statuses[] = {"optimal", "time_limit", "infeasible"};
    const struct gs_portfolio_result *p = &result->portfolio;
    if (!p->made)
        return;
    gs_text_append(text, ",\n  \"portfolio\": {\"status\": ");
    gs_text_append_json(text, statuses[p->status]);
    append_member(text, "objective", p->objective);
    append_member(text, "bound", p->bound);
    append_member(text, "gap", p->gap);
    gs_text_append(text, ", \"clash\": ");
    gs_text_append_json(text, p->clash);
    gs_text_append(text, ", \"sites\": [");
    for (size_t i = 0; i < p->n_chosen; i++) {
        gs_text_append(text, i ? ", " : "");
        gs_text_append_json(text, result->sites.ids[p->chosen[i]]);
    }
    gs_text_append(text, "], \"draws\": [");
    for (size_t i = 0; i < p->n_draws; i++) {
        gs_text_append(text, i ? ", {\"site\": " : "{\"site\": ");
        gs_text_append_json(text, result->sites.ids[p->draws[i].site]);
        gs_text_append(text, ", \"node\": ");
        gs_text_append_json(text, result->nodes.ids[p->draws[i].node]);
        append_member(text, "power_mw", p->draws[i].mw);
        gs_text_append(text, "}");
    }
    gs_text_append(text, "], \"runners_up\": [");
    for (size_t i = 0; i < p->n_runners_up; i++) {
        gs_text_append(text, i ? ", {\"id\": " : "{\"id\": ");
        gs_text_append_json(text, result->sites.ids[p->runners_up[i].site]);
        append_member(text, "cost", p->runners_up[i].cost);
        gs_text_printf(text, ", \"proven\": %s}", p->runners_up[i].proven ? "true" : "false");
    }
    gs_text_append(text, "]}");
}
