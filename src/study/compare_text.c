// SPDX-License-Identifier: Apache-2.0
/* `compare` for people. Lines take at most 100 columns but for reasons and notes. */
#include "study/compare.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void append_name(struct gs_text *text, const struct gs_compared_site *site, size_t width)
{
    struct gs_text name;
    gs_text_init(&name);
    if (site->name && strcmp(site->name, site->id) != 0)
        gs_text_printf(&name, "%s (%s)", site->name, site->id);
    else
        gs_text_append(&name, site->id);
    gs_text_append_clipped(text, name.bytes ? name.bytes : "", width);
    text->failed |= name.failed;
    gs_text_release(&name);
}

/* -- the runs -----------------------------------------------------------------------------------
 */

static void append_head(struct gs_text *text, const struct gs_comparison *cmp)
{
    gs_text_printf(text, "%s\n", cmp->title[1] ? cmp->title[1] : cmp->path[1]);
    for (int run = 0; run < 2; run++)
        gs_text_printf(text, "  %s  %s, %s: %zu sites ranked\n", run ? "new" : "old",
                       cmp->path[run], cmp->created[run] ? cmp->created[run] : "time unknown",
                       cmp->n_ranked[run]);
    size_t counts[GS_FATES] = {0}, n_by_place = 0;
    for (size_t i = 0; i < cmp->n_sites; i++) {
        counts[cmp->sites[i].fate]++;
        n_by_place += cmp->sites[i].by_place;
    }
    gs_text_append(text, "\n  ");
    bool any = false;
    for (int fate = 0; fate < GS_FATES; fate++) {
        if (!counts[fate])
            continue;
        gs_text_printf(text, "%s%zu %s", any ? ", " : "", counts[fate], gs_fate_names[fate]);
        any = true;
    }
    gs_text_append(text, "\n");
    if (n_by_place)
        gs_text_printf(text, "  %zu sites have other ids and were matched by their place\n",
                       n_by_place);
}

/* -- sites --------------------------------------------------------------------------------------
 */

/* The causes of a site's change, largest first, at most three. */
static void append_causes(struct gs_text *text, const struct gs_comparison *cmp, size_t i)
{
    double below = INFINITY;
    size_t last = SIZE_MAX, shown = 0;
    for (; shown < 3; shown++) {
        size_t most = SIZE_MAX;
        for (size_t p = 0; p < cmp->n_causes; p++) {
            double by = fabs(cmp->by_cause[p][i]);
            bool after = by < below || (by == below && p > last);
            if (by >= 0.0005 && after && (most == SIZE_MAX || by > fabs(cmp->by_cause[most][i])))
                most = p;
        }
        if (most == SIZE_MAX)
            break;
        gs_text_printf(text, "%s%+.3f %s", shown ? ", " : "", cmp->by_cause[most][i],
                       cmp->causes[most].key);
        below = fabs(cmp->by_cause[most][i]);
        last = most;
    }
}

enum { AT_SITE = 14, AT_SCORE = 48, AT_CHANGE = 56, AT_CAUSES = 65 };

struct mover {
    double by, rank;
    size_t at;
};

static int compare_movers(const void *a, const void *b)
{
    const struct mover *p = a, *q = b;
    if (p->by != q->by)
        return p->by > q->by ? -1 : 1;
    return (p->at > q->at) - (p->at < q->at);
}

static int compare_ranks(const void *a, const void *b)
{
    const struct mover *p = a, *q = b;
    return (p->at > q->at) - (p->at < q->at);
}

/* Sites ranked in both that moved in rank or score, those that moved most. */
static size_t list_movers(const struct gs_comparison *cmp, size_t top, struct mover *movers,
                          size_t *n_all)
{
    size_t n = 0;
    for (size_t i = 0; i < cmp->n_sites; i++) {
        const struct gs_compared_site *site = &cmp->sites[i];
        double by = fabs(site->score[1] - site->score[0]), ranks = site->rank[1] - site->rank[0];
        if (by > 1e-9 || fabs(ranks) > 0)
            movers[n++] = (struct mover){by, site->rank[1], i};
    }
    *n_all = n;
    if (n)
        qsort(movers, n, sizeof *movers, compare_movers);
    n = n < top ? n : top;
    if (n)
        qsort(movers, n, sizeof *movers, compare_ranks);
    return n;
}

static void append_movers(struct gs_text *text, const struct gs_comparison *cmp, size_t top)
{
    struct mover *movers = gs_raw_realloc(NULL, (cmp->n_sites + 1) * sizeof *movers);
    size_t n_all, n;
    if (!movers) {
        text->failed = true;
        return;
    }
    n = list_movers(cmp, top, movers, &n_all);
    if (n) {
        gs_text_append(text, "\n  Rank   was  Site");
        gs_text_pad(text, AT_SCORE);
        gs_text_append(text, "Score   Change   Because of\n");
    }
    for (size_t k = 0; k < n; k++) {
        const struct gs_compared_site *site = &cmp->sites[movers[k].at];
        gs_text_printf(text, "%6.0f%6.0f  ", site->rank[1], site->rank[0]);
        append_name(text, site, AT_SCORE - AT_SITE - 2);
        gs_text_pad(text, AT_SCORE);
        gs_text_printf(text, "%.3f", site->score[1]);
        gs_text_pad(text, AT_CHANGE);
        gs_text_printf(text, "%+.3f   ", site->score[1] - site->score[0]);
        append_causes(text, cmp, movers[k].at);
        gs_text_append(text, "\n");
    }
    if (n_all > n)
        gs_text_printf(text, "        %zu more moved less\n", n_all - n);
    gs_free(movers);
}

static const char *reason(const struct gs_compared_site *site)
{
    switch (site->fate) {
    case GS_FATE_EXCLUDED:
    case GS_FATE_ENTERED:
        return site->excluded_by[1];
    default:
        return site->excluded_by[0];
    }
}

static void append_flips(struct gs_text *text, const struct gs_comparison *cmp, size_t i)
{
    const char *separator = "  because of ";
    for (size_t p = 0; p < cmp->n_causes; p++) {
        double by = cmp->of_feasible[p][i];
        if (!(fabs(by) > 1e-9))
            continue;
        gs_text_append(text, separator);
        if (fabs(by) < 1 - 1e-9)
            gs_text_printf(text, "%s (%.0f %%)", cmp->causes[p].key, 100 * fabs(by));
        else
            gs_text_append(text, cmp->causes[p].key);
        separator = ", ";
    }
}

static void append_fate(struct gs_text *text, const struct gs_comparison *cmp, enum gs_fate fate,
                        const char *title, size_t top)
{
    size_t n = 0;
    for (size_t i = 0; i < cmp->n_sites; i++) {
        const struct gs_compared_site *site = &cmp->sites[i];
        if (site->fate != fate || n++ >= top)
            continue;
        if (n == 1)
            gs_text_printf(text, "\n  %s\n", title);
        gs_text_append(text, "    ");
        append_name(text, site, 40);
        double rank = site->rank[fate != GS_FATE_LEFT && fate != GS_FATE_EXCLUDED];
        if (!isnan(rank))
            gs_text_printf(text, ", %s %.0f",
                           fate == GS_FATE_LEFT || fate == GS_FATE_EXCLUDED ? "was rank" : "rank",
                           rank);
        if (reason(site))
            gs_text_printf(text, fate == GS_FATE_ADMITTED ? "; was out: %s" : "; %s", reason(site));
        append_flips(text, cmp, i);
        gs_text_append(text, "\n");
    }
    if (n > top)
        gs_text_printf(text, "    %zu more\n", n - top);
}

/* -- causes and layers --------------------------------------------------------------------------
 */

static void append_reading(struct gs_text *text, const struct gs_comparison *cmp,
                           const struct gs_layer_change *layer)
{
    const char *old = layer->vintage[0], *new = layer->vintage[1];
    gs_text_append(text, layer->layer);
    if (layer->where)
        gs_text_printf(text, " where %s", layer->where);
    if (old && new &&strcmp(old, new) != 0)
        gs_text_printf(text, " %s -> %s", old, new);
    if (layer->told)
        gs_text_printf(text, ": %zu added, %zu moved, %zu removed, %zu altered, %zu the same",
                       layer->added, layer->moved, layer->removed, layer->altered, layer->same);
    else if (layer->why_not)
        gs_text_printf(text, ": features are not compared: %s", layer->why_not);
    for (size_t p = 0; p < cmp->n_causes; p++) {
        const struct gs_cause *cause = &cmp->causes[p];
        if (cause->layer && strcmp(cause->layer, layer->layer) == 0 && !isnan(cause->share))
            gs_text_printf(text, "; %.0f %% of all movement", 100 * cause->share);
    }
    gs_text_append(text, "\n");
}

static void append_all_causes(struct gs_text *text, const struct gs_comparison *cmp)
{
    if (cmp->causes_left_out) {
        gs_text_printf(text, "\n  What caused it cannot be told: %s.\n", cmp->causes_left_out);
        return;
    }
    if (cmp->n_causes)
        gs_text_append(text, "\n  Share of all movement, and sites moved, in or out by it\n");
    for (size_t p = 0; p < cmp->n_causes; p++) {
        const struct gs_cause *cause = &cmp->causes[p];
        if (isnan(cause->share))
            gs_text_append(text, "         -");
        else
            gs_text_printf(text, "  %6.1f %%", 100 * cause->share);
        gs_text_printf(text, "%7zu%6zu  %s", cause->n_moved, cause->n_flipped, cause->key);
        if (cause->detail)
            gs_text_printf(text, ": %s", cause->detail);
        gs_text_append(text, "\n");
    }
}

static void append_layers(struct gs_text *text, const struct gs_comparison *cmp)
{
    bool any = false;
    for (size_t i = 0; i < cmp->n_layers; i++) {
        const struct gs_layer_change *layer = &cmp->layers[i];
        if (!layer->changed && layer->in[0] == layer->in[1])
            continue;
        gs_text_append(text, any ? "    " : "\n  Layers that changed\n    ");
        any = true;
        if (layer->in[0] && layer->in[1])
            append_reading(text, cmp, layer);
        else
            gs_text_printf(text, "%s: read by the %s run only\n", layer->layer,
                           layer->in[0] ? "old" : "new");
    }
}

/* -- the whole ----------------------------------------------------------------------------------
 */

void gs_compare_text(struct gs_text *text, const struct gs_comparison *cmp, size_t top)
{
    append_head(text, cmp);
    append_movers(text, cmp, top);
    append_fate(text, cmp, GS_FATE_ADMITTED, "Became feasible", top);
    append_fate(text, cmp, GS_FATE_EXCLUDED, "Excluded now", top);
    append_fate(text, cmp, GS_FATE_ENTERED, "Entered", top);
    append_fate(text, cmp, GS_FATE_LEFT, "Left", top);
    append_all_causes(text, cmp);
    append_layers(text, cmp);
    for (size_t i = 0; i < cmp->n_notes; i++) {
        gs_text_append(text, i ? "    " : "\n  Note\n    ");
        gs_text_append_wrapped(text, 4, 100, cmp->notes[i]);
    }
}
