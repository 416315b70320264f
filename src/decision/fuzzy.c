// SPDX-License-Identifier: Apache-2.0
#include "decision/method.h"

#include "base/vector.h"
#include "kernel/exp_log.h"

#include <math.h>

enum kind { AND, OR, PRODUCT, SUM, GAMMA };
static const char *const operators[] = {"and", "or", "product", "sum", "gamma", NULL};

struct fuzzy {
    int kind;     /* of operator: enum kind */
    double gamma; /* NaN: not given */
};

static const struct gs_param params[] = {
    {.key = "operator",
     .type = GS_PARAM_CHOICE,
     .choices = operators,
     .help = "How the worths, as degrees of membership, are combined",
     .offset = offsetof(struct fuzzy, kind),
     .flags = GS_PARAM_REQUIRED},
    {.key = "gamma",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .min = 0,
     .max = 1,
     .help = "For `operator: gamma`: from 0, the product, to 1, the sum",
     .offset = offsetof(struct fuzzy, gamma)},
};

static enum gs_status check(struct gs_ctx *ctx, const struct gs_pos *pos, const void *p)
{
    const struct fuzzy *fuzzy = p;
    bool wants_gamma = fuzzy->kind == GAMMA;
    if (wants_gamma && isnan(fuzzy->gamma))
        return gs_fail(ctx, GS_ESTUDY, pos, "from 0, the product, to 1, the sum; such as 0.9",
                       "`operator: gamma` needs `gamma`");
    if (!wants_gamma && !isnan(fuzzy->gamma))
        return gs_fail(ctx, GS_ESTUDY, pos, "remove it, or write `operator: gamma`",
                       "`gamma` has no meaning with `operator: %s`", operators[fuzzy->kind]);
    return GS_OK;
}

/* -- sites ------------------------------------------------------------------------------------- */

struct fold {
    double least, most, product, others /* Π (1 - value) */, log2_product;
};

static double combine(const struct fuzzy *fuzzy, const struct fold *fold)
{
    double sum = 1 - fold->others;
    switch ((enum kind)fuzzy->kind) {
    case AND:
        return fold->least;
    case OR:
        return fold->most;
    case PRODUCT:
        return fold->product;
    case SUM:
        return sum;
    case GAMMA:
        break;
    }
    if (fuzzy->gamma == 0) /* 0^0 would come up */
        return fold->product;
    if (fuzzy->gamma == 1)
        return sum;
    /* By the logarithm, for the product of many small values may be too small for a double where
     * its power is not. */
    return sum > 0 ? exp2(fuzzy->gamma * log2(sum) + (1 - fuzzy->gamma) * fold->log2_product) : 0;
}

static enum gs_status score(struct gs_ctx *ctx, const struct gs_decision_table *table,
                            const void *p, struct gs_scores *out)
{
    const struct fuzzy *fuzzy = p;
    for (size_t s = 0; s < table->n_sites; s++) {
        struct fold fold = {.least = 1, .product = 1, .others = 1};
        for (size_t c = 0; c < table->n_criteria; c++) {
            double value = table->values[c][s];
            if (isnan(value))
                return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "a site to be scored lacks a value");
            fold.least = value < fold.least ? value : fold.least;
            fold.most = value > fold.most ? value : fold.most;
            fold.product *= value;
            fold.others *= 1 - value;
            fold.log2_product += log2(value);
        }
        double site_score = combine(fuzzy, &fold);
        site_score = site_score < 0 ? 0 : site_score > 1 ? 1 : site_score;
        out->score[s] = out->method_index[s] = site_score;
    }
    for (size_t c = 0; c < table->n_criteria; c++)
        for (size_t s = 0; s < table->n_sites; s++)
            out->parts[c][s] = NAN;
    return GS_OK;
}

/* -- the surface ------------------------------------------------------------------------------- */

enum { BLOCK = 256 };

GS_VECTORISED
static void extreme_rows(bool least, size_t n_criteria, const float *const *values, size_t n,
                         float *score)
{
    for (size_t start = 0; start < n; start += BLOCK) {
        size_t count = n - start < BLOCK ? n - start : BLOCK;
        float *out = score + start;
        for (size_t i = 0; i < count; i++)
            out[i] = least ? 1 : 0;
        for (size_t c = 0; c < n_criteria; c++) {
            const float *row = values[c] + start;
            if (least)
                for (size_t i = 0; i < count; i++)
                    out[i] = row[i] < out[i] ? row[i] : out[i];
            else
                for (size_t i = 0; i < count; i++)
                    out[i] = row[i] > out[i] ? row[i] : out[i];
        }
    }
}

/* Π value, or with `is_sum` 1 - Π (1 - value). */
GS_VECTORISED
static void product_rows(bool is_sum, size_t n_criteria, const float *const *values, size_t n,
                         float *score)
{
    double product[BLOCK], offset = is_sum ? 1 : 0, sign = is_sum ? -1 : 1;
    for (size_t start = 0; start < n; start += BLOCK) {
        size_t count = n - start < BLOCK ? n - start : BLOCK;
        for (size_t i = 0; i < BLOCK; i++)
            product[i] = 1;
        for (size_t c = 0; c < n_criteria; c++) {
            const float *row = values[c] + start;
            for (size_t i = 0; i < count; i++)
                product[i] *= offset + sign * (double)row[i];
        }
        float *out = score + start;
        for (size_t i = 0; i < count; i++)
            out[i] = (float)(offset + sign * product[i]);
    }
}

GS_VECTORISED
static void gamma_rows(double gamma, size_t n_criteria, const float *const *values, size_t n,
                       float *score)
{
    double others[BLOCK], log2_product[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {
        size_t count = n - start < BLOCK ? n - start : BLOCK;
        for (size_t i = 0; i < BLOCK; i++) {
            others[i] = 1;
            log2_product[i] = 0;
        }
        for (size_t c = 0; c < n_criteria; c++) {
            const float *row = values[c] + start;
            for (size_t i = 0; i < count; i++)
                others[i] *= 1 - (double)row[i];
            for (size_t i = 0; i < count; i++)
                log2_product[i] += (double)gs_log2_unit(row[i]);
        }
        float *out = score + start;
        for (size_t i = 0; i < count; i++) {
            /* A sum of 0 has a product of 0, whose logarithm decides. */
            double y = gamma * gs_log2(1 - others[i]) + (1 - gamma) * log2_product[i];
            out[i] = (float)gs_exp2(y > 0 ? 0 : y);
        }
    }
}

static void cells(const void *p, const double *weights, size_t n_criteria,
                  const float *const *values, size_t n, float *scratch, float *score)
{
    (void)weights, (void)scratch;
    const struct fuzzy *fuzzy = p;
    switch ((enum kind)fuzzy->kind) {
    case AND:
    case OR:
        extreme_rows(fuzzy->kind == AND, n_criteria, values, n, score);
        return;
    case PRODUCT:
    case SUM:
        product_rows(fuzzy->kind == SUM, n_criteria, values, n, score);
        return;
    case GAMMA:
        if (fuzzy->gamma == 0 || fuzzy->gamma == 1)
            product_rows(fuzzy->gamma == 1, n_criteria, values, n, score);
        else
            gamma_rows(fuzzy->gamma, n_criteria, values, n, score);
        return;
    }
}

const struct gs_method gs_method_fuzzy = {
    .name = "fuzzy",
    .summary = "Combines the worths as degrees of membership of fuzzy sets; weights are not used",
    .details =
        "and: the least value. or: the greatest. product: Π value. sum: 1 - Π (1 - value). gamma: "
        "sum^gamma × product^(1 - gamma). The operators know no weights: every criterion counts "
        "alike, whatever its weight, also one of weight 0. There are no parts to add up. Source: "
        "H.-J. Zimmermann, P. Zysno (1980), Latent connectives in human decision making, Fuzzy "
        "Sets and Systems 4:37-51; G. F. Bonham-Carter (1994), Geographic Information Systems for "
        "Geoscientists, Pergamon, chapter 9.",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .params_size = sizeof(struct fuzzy),
    .normalise = GS_NORMALISE_MINMAX,
    .check = check,
    .score = score,
    .cells = cells,
};
