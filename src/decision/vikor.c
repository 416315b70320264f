// SPDX-License-Identifier: Apache-2.0
#include "decision/method.h"

#include "base/mem.h"
#include "kernel/sum.h"

#include <math.h>
#include <stdlib.h>

struct vikor {
    double v;
};

static const struct gs_param params[] = {
    {.key = "v",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .max = 1,
     .fallback = "0.5",
     .help = "Weight of the majority of criteria (S) against the worst single one (R)",
     .offset = offsetof(struct vikor, v)},
};

enum { S, R, COMPROMISE };
static const struct gs_figure figures[] = {
    {"vikor_s", "Group utility S", "VIKOR: weighted sum of the regrets, 0 is best"},
    {"vikor_r", "Individual regret R", "VIKOR: the largest weighted regret, 0 is best"},
    {"vikor_compromise", "Compromise set",
     "VIKOR: 1 when the site is in the set of compromise solutions, else 0"},
};

/* How far a site is from the best in a criterion, 0 to 1. */
struct regret {
    double best, width; /* width with its sign: best less worst */
};

static struct regret find_regret(const struct gs_decision_table *table, size_t c)
{
    if (!gs_table_is_relative(table, c))
        return (struct regret){1, 1};
    double least = INFINITY, most = -INFINITY;
    for (size_t s = 0; s < table->n_sites; s++) {
        least = fmin(least, table->values[c][s]);
        most = fmax(most, table->values[c][s]);
    }
    return gs_table_is_lower(table, c) ? (struct regret){least, least - most}
                                       : (struct regret){most, most - least};
}

static double regret_of(const struct regret *regret, double value)
{
    return regret->width != 0 ? (regret->best - value) / regret->width : 0;
}

static enum gs_status find_s_and_r(struct gs_ctx *ctx, const struct gs_decision_table *table,
                                   double *s, double *r)
{
    struct regret *regrets = GS_ARRAY(ctx, struct regret, table->n_criteria);
    if (!regrets)
        return GS_ENOMEM;
    struct gs_sum total;
    gs_sum_init(&total);
    for (size_t c = 0; c < table->n_criteria; c++) {
        regrets[c] = find_regret(table, c);
        gs_sum_add(&total, table->weights[c]);
    }
    double weight = gs_sum_value(&total);
    for (size_t i = 0; i < table->n_sites; i++) {
        struct gs_sum sum;
        gs_sum_init(&sum);
        r[i] = 0;
        for (size_t c = 0; c < table->n_criteria; c++) {
            double regret = regret_of(&regrets[c], table->values[c][i]);
            gs_sum_add_product(&sum, table->weights[c], regret);
            r[i] = fmax(r[i], table->weights[c] * regret / weight);
        }
        s[i] = gs_sum_value(&sum) / weight;
    }
    gs_free(regrets);
    return GS_OK;
}

/* (x - least) / (most - least); 0 where all are equal. */
static void scale(const double *x, size_t n, double weight, double *sum)
{
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        least = fmin(least, x[i]);
        most = fmax(most, x[i]);
    }
    for (size_t i = 0; i < n; i++)
        sum[i] += most > least ? weight * ((x[i] - least) / (most - least)) : 0;
}

struct place {
    double q;
    size_t site;
};

static int by_q(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->q != y->q)
        return x->q < y->q ? -1 : 1;
    return (x->site > y->site) - (x->site < y->site);
}

static double least_of(const double *x, size_t n)
{
    double least = INFINITY;
    for (size_t i = 0; i < n; i++)
        least = fmin(least, x[i]);
    return least;
}

/* The best by Q alone when its advantage is acceptable (C1) and it is also the best by S or R (C2);
 * the two best when only C2 fails; else all whose advantage over the best is not acceptable. */
static enum gs_status find_compromise(struct gs_ctx *ctx, size_t n, const double *q,
                                      const double *s, const double *r, double *in_set)
{
    struct place *places = GS_ARRAY(ctx, struct place, n);
    if (!places)
        return GS_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        places[i] = (struct place){q[i], i};
        in_set[i] = 0;
    }
    qsort(places, n, sizeof *places, by_q);
    size_t first = places[0].site, count = 1;
    double advantage = n > 1 ? 1 / ((double)n - 1) : 0;
    bool stable = s[first] == least_of(s, n) || r[first] == least_of(r, n);
    if (n > 1 && places[1].q - places[0].q >= advantage)
        count = stable ? 1 : 2;
    else
        while (count < n && places[count].q - places[0].q < advantage)
            count++;
    for (size_t i = 0; i < count; i++)
        in_set[places[i].site] = 1;
    gs_free(places);
    return GS_OK;
}

static enum gs_status score(struct gs_ctx *ctx, const struct gs_decision_table *table,
                            const void *p, struct gs_scores *out)
{
    const struct vikor *vikor = p;
    size_t n = table->n_sites;
    enum gs_status status = gs_table_check(ctx, table);
    if (status)
        return status;
    double *s = GS_ARRAY(ctx, double, n), *r = GS_ARRAY(ctx, double, n);
    double *in_set = GS_ARRAY(ctx, double, n), *q = out->method_index;
    status = s && r && in_set ? find_s_and_r(ctx, table, s, r) : GS_ENOMEM;
    if (!status) {
        for (size_t i = 0; i < n; i++)
            q[i] = 0;
        scale(s, n, vikor->v, q);
        scale(r, n, 1 - vikor->v, q);
        status = find_compromise(ctx, n, q, s, r, in_set);
    }
    for (size_t i = 0; i < n && !status; i++) {
        out->score[i] = q[i] > 1 ? 0 : 1 - q[i];
        if (out->figures) {
            out->figures[S][i] = s[i];
            out->figures[R][i] = r[i];
            out->figures[COMPROMISE][i] = in_set[i];
        }
        for (size_t c = 0; c < table->n_criteria; c++)
            out->parts[c][i] = NAN; /* Q has no parts of criteria */
    }
    gs_free(s);
    gs_free(r);
    gs_free(in_set);
    return status;
}

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    (void)ctx, (void)pos, (void)p;
    return GS_OK;
}

const struct gs_method gs_method_vikor = {
    .name = "vikor",
    .summary = "A compromise between the regret over all criteria and the worst single regret",
    .details =
        "A regret is 0 at the best and 1 at the worst: of worths (f* = 1, f- = 0) 1 - worth, of "
        "criteria with `better` (f* - f) / (f* - f-) with the best and worst of the sites, 0 where "
        "all are equal. S is the weighted sum of the regrets, R the largest weighted one, and Q = "
        "v (S - S*) / (S- - S*) + (1 - v) (R - R*) / (R- - R*), a term being 0 where all sites are "
        "equal in it. method_index = Q, score = 1 - Q. The compromise set is the best by Q alone "
        "when it leads by at least 1 / (n - 1) and is also the best by S or R; the two best when "
        "only the latter fails; else all that the best does not lead by so much. There are no "
        "parts to add up. Source: S. Opricovic, G.-H. Tzeng (2004), Compromise solution by MCDM "
        "methods: a comparative analysis of VIKOR and TOPSIS, European Journal of Operational "
        "Research 156:445-455.",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .params_size = sizeof(struct vikor),
    .flags = GS_METHOD_ANY_VALUES | GS_METHOD_TAKES_LOWER,
    .normalise = GS_NORMALISE_NONE,
    .figures = figures,
    .n_figures = sizeof figures / sizeof *figures,
    .check = check,
    .score = score,
};
