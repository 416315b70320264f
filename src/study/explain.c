// SPDX-License-Identifier: Apache-2.0
/* Why sites of a run have their ranks, from the written file alone: what carries them, what holds
 * them back, and how much more each criterion would have to be worth for a better rank. */
#include "study/explain.h"

#include "base/ctx.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/* The largest part first; where there is none, the largest weight × worth; then as written. */
static int compare_parts(const void *a, const void *b)
{
    const struct gs_explained_criterion *p = a, *q = b;
    double x = isnan(p->value) ? -1 : p->weight * p->value;
    double y = isnan(q->value) ? -1 : q->weight * q->value;
    if (x != y)
        return x < y ? 1 : -1;
    return p->order < q->order ? -1 : p->order > q->order;
}

/* The best site, and the first of the sites that share the next better rank. */
static void find_better(const struct gs_explained_run *run, struct gs_explained_site *site)
{
    if (isnan(site->site->rank))
        return;
    for (size_t i = 0; i < run->n_all; i++) {
        const struct gs_ranked_site *other = &run->all[i];
        if (isnan(other->rank) || other->rank >= site->site->rank)
            continue;
        if (!site->first || other->rank < site->first->rank)
            site->first = other;
        if (!site->next || other->rank > site->next->rank)
            site->next = other;
    }
}

/* In a sum of weight × worth the gap closes when one criterion gains gap / weight, if it has so
 * much left to gain. */
static void find_needs(struct gs_explained_site *site)
{
    site->additive = !isnan(site->site->rank);
    for (size_t c = 0; c < site->n_criteria; c++)
        site->additive &= !isnan(site->criteria[c].part);
    if (!site->additive || !site->next)
        return;
    for (size_t c = 0; c < site->n_criteria; c++) {
        struct gs_explained_criterion *criterion = &site->criteria[c];
        criterion->need = (site->next->score - site->site->score) / criterion->weight;
        criterion->reachable = criterion->need <= 1 - criterion->value;
    }
}

static void release(struct gs_explained_run *run)
{
    for (size_t i = 0; i < run->n_sites; i++) {
        gs_free(run->sites[i].criteria);
        gs_free(run->sites[i].constraints);
        gs_free(run->sites[i].paths);
    }
    gs_free(run->sites);
    gs_free(run->all);
    gs_arena_release(&run->arena);
}

enum { DEFAULT_TOP = 5 };

enum gs_status gs_explain(struct gs_ctx *ctx, const char *run_path, const char *const *site_ids,
                          size_t n_sites, const struct gs_explain_options *options,
                          enum gs_format format, char **out)
{
    struct gs_explained_run run = {.path = run_path, .top = DEFAULT_TOP};
    run.is_top_given = options && options->top;
    if (run.is_top_given)
        run.top = options->top;
    gs_arena_init(&run.arena);
    enum gs_status status = gs_explain_load(ctx, site_ids, n_sites, &run);
    for (size_t i = 0; i < run.n_sites && status == GS_OK; i++) {
        struct gs_explained_site *site = &run.sites[i];
        if (site->n_criteria)
            qsort(site->criteria, site->n_criteria, sizeof *site->criteria, compare_parts);
        find_better(&run, site);
        find_needs(site);
    }
    if (status == GS_OK)
        status = gs_explain_changes(ctx, &run);
    if (status == GS_OK) {
        struct gs_text text;
        gs_text_init(&text);
        if (format == GS_FORMAT_JSON)
            gs_explain_json(&text, &run);
        else
            gs_explain_text(&text, &run);
        status = gs_text_finish(ctx, &text, out);
    }
    release(&run);
    return status;
}
