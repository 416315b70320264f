// SPDX-License-Identifier: Apache-2.0
#include "decision/method.h"

#include "base/mem.h"
#include "kernel/sum.h"

#include <math.h>

/* Every pair is compared, and the distillation may look at all of them once a site. */
enum { SITES_MAX = 2000 };

struct electre3 {
    double alpha, beta;
};

static const struct gs_param params[] = {
    {.key = "alpha",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .max = 1,
     .fallback = "0.30",
     .help = "Of the threshold s(x) = alpha - beta x below which two credibilities do not differ",
     .offset = offsetof(struct electre3, alpha)},
    {.key = "beta",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .max = 1,
     .fallback = "0.15",
     .help = "Of the same threshold",
     .offset = offsetof(struct electre3, beta)},
};

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    const struct electre3 *electre = p;
    if (electre->alpha < electre->beta)
        return gs_fail(ctx, GS_ESTUDY, pos, "usual are 0.30 and 0.15",
                       "the threshold alpha - beta x would be below 0 at x = 1");
    return GS_OK;
}

/* -- credibility ------------------------------------------------------------------------------- */

struct thresholds {
    double q, p, v; /* v INFINITY: no veto */
};

static struct thresholds thresholds_of(const struct gs_decision_table *table, size_t c)
{
    if (!table->preferences)
        return (struct thresholds){0, 0, INFINITY};
    const struct gs_preference *given = &table->preferences[c];
    struct thresholds t = {given->indifference, given->preference, given->veto};
    t.q = isnan(t.q) ? 0 : t.q;
    t.p = isnan(t.p) ? t.q : t.p;
    t.v = isnan(t.v) ? INFINITY : t.v;
    return t;
}

/* `behind`: by how much the first site is worse. */
static double concordance(const struct thresholds *t, double behind)
{
    return behind <= t->q ? 1 : behind >= t->p ? 0 : (t->p - behind) / (t->p - t->q);
}

static double discordance(const struct thresholds *t, double behind)
{
    return behind <= t->p ? 0 : behind >= t->v ? 1 : (behind - t->p) / (t->v - t->p);
}

struct electre_table {
    const struct gs_decision_table *table;
    struct thresholds *thresholds;
    double total;
};

/* How credible it is that site a is at least as good as b. */
static double credibility(const struct electre_table *e, size_t a, size_t b)
{
    const struct gs_decision_table *table = e->table;
    struct gs_sum sum;
    gs_sum_init(&sum);
    for (size_t c = 0; c < table->n_criteria; c++) {
        double behind = table->values[c][b] - table->values[c][a];
        behind = gs_table_is_lower(table, c) ? -behind : behind;
        gs_sum_add_product(&sum, table->weights[c], concordance(&e->thresholds[c], behind));
    }
    double whole = gs_sum_value(&sum) / e->total, result = whole;
    for (size_t c = 0; c < table->n_criteria; c++) {
        double behind = table->values[c][b] - table->values[c][a];
        behind = gs_table_is_lower(table, c) ? -behind : behind;
        double against = table->weights[c] > 0 ? discordance(&e->thresholds[c], behind) : 0;
        if (against > whole)
            result *= (1 - against) / (1 - whole);
    }
    return result;
}

static enum gs_status fill_credibility(struct gs_ctx *ctx, const struct gs_decision_table *table,
                                       double *matrix)
{
    struct electre_table e = {.table = table};
    e.thresholds = GS_ARRAY(ctx, struct thresholds, table->n_criteria);
    if (!e.thresholds)
        return GS_ENOMEM;
    struct gs_sum total;
    gs_sum_init(&total);
    for (size_t c = 0; c < table->n_criteria; c++) {
        e.thresholds[c] = thresholds_of(table, c);
        gs_sum_add(&total, table->weights[c]);
    }
    e.total = gs_sum_value(&total);
    enum gs_status status = GS_OK;
    for (size_t a = 0; a < table->n_sites && !status; a++) {
        status = gs_check_cancel(ctx);
        for (size_t b = 0; b < table->n_sites; b++)
            matrix[a * table->n_sites + b] = a == b ? 0 : credibility(&e, a, b);
    }
    gs_free(e.thresholds);
    return status;
}

/* -- distillation ------------------------------------------------------------------------------ */

struct distillation {
    const struct electre3 *params;
    const double *matrix;
    size_t n;
    size_t *left, n_left;   /* sites not yet placed */
    size_t *inner, n_inner; /* those of the inner distillation */
    long *quality;          /* per place in `inner` */
};

static double slack(const struct electre3 *electre, double x)
{
    return electre->alpha - electre->beta * x;
}

static double at(const struct distillation *d, size_t a, size_t b)
{
    return d->matrix[a * d->n + b];
}

/* The largest credibility within `inner` that is below `limit`; 0: none. */
static double next_level(const struct distillation *d, double limit)
{
    double most = 0;
    for (size_t i = 0; i < d->n_inner; i++)
        for (size_t k = 0; k < d->n_inner; k++) {
            double x = i == k ? 0 : at(d, d->inner[i], d->inner[k]);
            if (x < limit && x > most)
                most = x;
        }
    return most;
}

/* Sites outranked less sites that outrank, at a level. */
static void qualify(const struct distillation *d, double level)
{
    for (size_t i = 0; i < d->n_inner; i++)
        d->quality[i] = 0;
    for (size_t i = 0; i < d->n_inner; i++)
        for (size_t k = 0; k < d->n_inner; k++) {
            if (i == k)
                continue;
            double x = at(d, d->inner[i], d->inner[k]), back = at(d, d->inner[k], d->inner[i]);
            if (x > level && x > back + slack(d->params, x)) {
                d->quality[i]++;
                d->quality[k]--;
            }
        }
}

/* Keeps the sites of the best quality, or of the worst. */
static void keep_extreme(struct distillation *d, bool best)
{
    long extreme = d->quality[0];
    for (size_t i = 1; i < d->n_inner; i++)
        if (best ? d->quality[i] > extreme : d->quality[i] < extreme)
            extreme = d->quality[i];
    size_t n = 0;
    for (size_t i = 0; i < d->n_inner; i++)
        if (d->quality[i] == extreme)
            d->inner[n++] = d->inner[i];
    d->n_inner = n;
}

/* The next class, into `inner`. */
static void distil(struct distillation *d, bool best)
{
    d->n_inner = d->n_left;
    for (size_t i = 0; i < d->n_left; i++)
        d->inner[i] = d->left[i];
    double level = next_level(d, INFINITY);
    while (d->n_inner > 1) {
        double limit = level - slack(d->params, level);
        double next = next_level(d, limit);
        qualify(d, next);
        keep_extreme(d, best);
        if (!(next > 0))
            break;
        level = next;
    }
}

static void remove_inner(struct distillation *d)
{
    size_t n = 0, k = 0; /* both lists rise */
    for (size_t i = 0; i < d->n_left; i++) {
        if (k < d->n_inner && d->left[i] == d->inner[k])
            k++;
        else
            d->left[n++] = d->left[i];
    }
    d->n_left = n;
}

/* Ranks from 1, sites of a class sharing one (1, 2, 2, 4). Downwards the best class is taken first,
 * upwards the worst. */
static enum gs_status distil_all(struct gs_ctx *ctx, struct distillation *d, bool best,
                                 double *rank)
{
    d->n_left = d->n;
    for (size_t i = 0; i < d->n; i++)
        d->left[i] = i;
    enum gs_status status = GS_OK;
    while (d->n_left && !status) {
        status = gs_check_cancel(ctx);
        size_t placed = d->n - d->n_left;
        distil(d, best);
        for (size_t i = 0; i < d->n_inner; i++)
            rank[d->inner[i]] = best ? (double)(placed + 1) : (double)(d->n_left - d->n_inner + 1);
        remove_inner(d);
    }
    return status;
}

enum { DESCENDING, ASCENDING };
static const struct gs_figure figures[] = {
    {"electre_descending", "Rank, descending distillation",
     "ELECTRE III: rank when the best sites are taken out first"},
    {"electre_ascending", "Rank, ascending distillation",
     "ELECTRE III: rank when the worst sites are taken out first"},
};

static enum gs_status rank_sites(struct gs_ctx *ctx, const struct electre3 *electre, size_t n,
                                 const double *matrix, double *down, double *up)
{
    struct distillation d = {.params = electre, .matrix = matrix, .n = n};
    d.left = GS_ARRAY(ctx, size_t, n);
    d.inner = GS_ARRAY(ctx, size_t, n);
    d.quality = GS_ARRAY(ctx, long, n);
    enum gs_status status = d.left && d.inner && d.quality ? GS_OK : GS_ENOMEM;
    if (!status)
        status = distil_all(ctx, &d, true, down);
    if (!status)
        status = distil_all(ctx, &d, false, up);
    gs_free(d.left);
    gs_free(d.inner);
    gs_free(d.quality);
    return status;
}

static enum gs_status score(struct gs_ctx *ctx, const struct gs_decision_table *table,
                            const void *p, struct gs_scores *out)
{
    size_t n = table->n_sites;
    enum gs_status status = gs_table_check(ctx, table);
    if (!status && n > SITES_MAX)
        status = gs_fail(ctx, GS_EDATA, NULL, "filter the candidates, or use `promethee2`",
                         "method `electre3` compares every pair of sites, at most %d of them; "
                         "%zu are feasible",
                         SITES_MAX, n);
    if (status)
        return status;
    double *matrix = GS_ARRAY(ctx, double, n *n), *down = GS_ARRAY(ctx, double, n);
    double *up = GS_ARRAY(ctx, double, n);
    status = matrix && down && up ? fill_credibility(ctx, table, matrix) : GS_ENOMEM;
    if (!status)
        status = rank_sites(ctx, p, n, matrix, down, up);
    for (size_t s = 0; s < n && !status; s++) {
        double index = (down[s] + up[s]) / 2;
        out->method_index[s] = index;
        out->score[s] = n > 1 ? 1 - (index - 1) / ((double)n - 1) : 1;
        if (out->figures) {
            out->figures[DESCENDING][s] = down[s];
            out->figures[ASCENDING][s] = up[s];
        }
        for (size_t c = 0; c < table->n_criteria; c++)
            out->parts[c][s] = NAN; /* it orders sites, it adds nothing up */
    }
    gs_free(matrix);
    gs_free(down);
    gs_free(up);
    return status;
}

const struct gs_method gs_method_electre3 = {
    .name = "electre3",
    .summary = "Outranking with thresholds and vetoes: who is at least as good as whom, distilled "
               "into an order",
    .details =
        "A site a is concordant with being at least as good as b in a criterion when it is behind "
        "by no more than q = `indifference`, no longer from p = `preference` on, in between "
        "linearly; it is discordant from p on, fully from v = `veto` on. Credibility = C, the "
        "weighted mean of the concordances, × Π (1 - d) / (1 - C) over the discordances d > C. "
        "Two distillations take out the best sites first, or the worst; method_index is the mean "
        "of the two ranks, score = 1 - (index - 1) / (n - 1). At most 2,000 sites. There are no "
        "parts to add up. Source: B. Roy (1978), ELECTRE III: un algorithme de classements fondé "
        "sur une représentation floue des préférences en présence de critères multiples, Cahiers "
        "du CERO 20:3-24; the algorithm as in B. Roy, D. Bouyssou (1993), Aide multicritère à la "
        "décision, Economica, section 6.4.",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .params_size = sizeof(struct electre3),
    .flags = GS_METHOD_ANY_VALUES | GS_METHOD_TAKES_LOWER | GS_METHOD_PREFERENCES,
    .normalise = GS_NORMALISE_NONE,
    .figures = figures,
    .n_figures = sizeof figures / sizeof *figures,
    .check = check,
    .score = score,
};
