// SPDX-License-Identifier: Apache-2.0
#include "study/surface_cells.h"

#include "base/mem.h"
#include "base/vector.h"
#include "decision/method.h"
#include "measure/ranks.h"
#include "study/run.h"
#include "value/value.h"

#include <math.h>
#include <string.h>

/* -- words ----------------------------------------------------------------------------------- */

/* The numbers of a list's items in the factor's rows; words that no cell can have are left out. */
static enum gs_status find_numbers(struct gs_ctx *ctx, const struct gs_factor *factor,
                                   const struct gs_rows *rows, const struct gs_texts *list,
                                   float **out, size_t *n)
{
    *n = 0;
    *out = GS_ARRAY(ctx, float, list->n);
    if (!*out)
        return GS_ENOMEM;
    for (size_t i = 0; i < list->n; i++) {
        double number = NAN;
        if (rows->texts)
            number = gs_rank_of(rows->texts, rows->n_texts, list->items[i]);
        else if (!gs_class_code(factor->layer, list->items[i], &number))
            number = NAN;
        if (!isnan(number))
            (*out)[(*n)++] = (float)number;
    }
    return GS_OK;
}

static enum gs_status find_worths(struct gs_ctx *ctx, const struct gs_criterion *c,
                                  const struct gs_rows *rows, struct gs_cell_factor *out)
{
    if (!rows->texts)
        return GS_OK;
    out->n_texts = rows->n_texts;
    out->worths = GS_ARRAY(ctx, float, rows->n_texts);
    for (size_t i = 0; out->worths && i < rows->n_texts; i++)
        out->worths[i] = (float)c->value->worth_of_text(c->value_params, rows->texts[i]);
    return out->worths ? GS_OK : GS_ENOMEM;
}

/* Weights of the criteria that cells have, as shares of what these have together. */
static void share_weights(struct gs_cells *cells)
{
    double sum = 0;
    for (size_t k = 0; k < cells->n_criteria; k++)
        sum += cells->study->criteria[cells->criteria[k]].weight;
    for (size_t k = 0; k < cells->n_criteria; k++)
        cells->weights[k] = cells->study->criteria[cells->criteria[k]].weight / sum;
}

static enum gs_status fill(struct gs_ctx *ctx, struct gs_rows *const *sources,
                           const size_t *source_of, struct gs_cells *cells)
{
    const struct gs_study *study = cells->study;
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < study->n_constraints && !status; i++) {
        const struct gs_constraint *c = &study->constraints[i];
        struct gs_cell_factor *f = &cells->factors[i];
        if (source_of[i] == SIZE_MAX)
            continue;
        const struct gs_rows *rows = sources[source_of[i]];
        status = find_numbers(ctx, &c->factor, rows, &c->in, &f->in, &f->n_in);
        if (!status)
            status = find_numbers(ctx, &c->factor, rows, &c->not_in, &f->not_in, &f->n_not_in);
    }
    for (size_t i = 0; i < study->n_criteria && !status; i++) {
        size_t at = study->n_constraints + i;
        if (source_of[at] == SIZE_MAX)
            continue;
        cells->criteria[cells->n_criteria++] = i;
        status = find_worths(ctx, &study->criteria[i], sources[source_of[at]], &cells->factors[at]);
    }
    share_weights(cells);
    return status;
}

enum gs_status gs_cells_init(struct gs_ctx *ctx, const struct gs_study *study,
                             struct gs_rows *const *sources, const size_t *source_of, size_t n_cols,
                             struct gs_cells *out)
{
    *out = (struct gs_cells){.study = study, .n_cols = n_cols};
    out->factors =
        GS_ARRAY_ZERO(ctx, struct gs_cell_factor, study->n_constraints + study->n_criteria);
    out->criteria = GS_ARRAY(ctx, size_t, study->n_criteria);
    out->weights = GS_ARRAY(ctx, double, study->n_criteria);
    enum gs_status status = out->factors && out->criteria && out->weights
                                ? fill(ctx, sources, source_of, out)
                                : GS_ENOMEM;
    if (status)
        gs_cells_release(out);
    return status;
}

void gs_cells_release(struct gs_cells *cells)
{
    size_t n = cells->study ? cells->study->n_constraints + cells->study->n_criteria : 0;
    for (size_t i = 0; cells->factors && i < n; i++) {
        gs_free(cells->factors[i].in);
        gs_free(cells->factors[i].not_in);
        gs_free(cells->factors[i].worths);
    }
    gs_free(cells->factors);
    gs_free(cells->criteria);
    gs_free(cells->weights);
    *cells = (struct gs_cells){0};
}

/* -- threads --------------------------------------------------------------------------------- */

void gs_cell_worker_free(const struct gs_cells *cells, struct gs_cell_worker *w)
{
    if (!w)
        return;
    for (size_t c = 0; w->values && c < cells->n_criteria; c++)
        gs_free(w->values[c]);
    gs_free(w->values);
    gs_free(w->failed);
    gs_free(w->n_failed);
    gs_free(w->missing);
    gs_free(w->scratch);
    gs_free(w->removed);
    gs_free(w);
}

enum gs_status gs_cell_worker_new(struct gs_ctx *ctx, const struct gs_cells *cells,
                                  struct gs_cell_worker **out)
{
    size_t n = cells->n_cols, n_criteria = cells->n_criteria;
    struct gs_cell_worker *w = GS_NEW(ctx, struct gs_cell_worker);
    if (!w)
        return GS_ENOMEM;
    w->failed = GS_ARRAY(ctx, uint8_t, n);
    w->n_failed = GS_ARRAY(ctx, uint8_t, n);
    w->missing = GS_ARRAY(ctx, uint8_t, n);
    w->scratch = GS_ARRAY(ctx, float, 2 * n_criteria * n);
    w->removed = GS_ARRAY_ZERO(ctx, struct gs_removed, cells->study->n_constraints);
    w->values = GS_ARRAY_ZERO(ctx, float *, n_criteria);
    bool there = w->failed && w->n_failed && w->missing && w->scratch && w->removed && w->values;
    for (size_t c = 0; c < n_criteria && there; c++)
        there = (w->values[c] = GS_ARRAY(ctx, float, n)) != NULL;
    if (!there) {
        gs_cell_worker_free(cells, w);
        return GS_ENOMEM;
    }
    *out = w;
    return GS_OK;
}

/* -- constraints ----------------------------------------------------------------------------- */

/* Bounds are rounded as the quantities are, so that one that equals its bound stays equal. */
GS_VECTORISED static void judge_bounds(const float *x, size_t n, float min, float max,
                                       uint8_t missing, uint8_t *failed)
{
    for (size_t i = 0; i < n; i++) {
        int out = (x[i] < min) | (x[i] > max);
        failed[i] = (uint8_t)(x[i] == x[i] ? out : missing);
    }
}

/* found[i]: is x[i] the value, or one before it? */
GS_VECTORISED static void find_value(const float *x, size_t n, float value, uint8_t *found)
{
    for (size_t i = 0; i < n; i++)
        found[i] = (uint8_t)(found[i] | (x[i] == value));
}

GS_VECTORISED static void fail_listed(const float *x, const uint8_t *found, size_t n,
                                      uint8_t wanted, uint8_t *failed)
{
    for (size_t i = 0; i < n; i++)
        failed[i] = (uint8_t)(failed[i] | ((x[i] == x[i]) & (found[i] != wanted)));
}

static void judge_listed(const float *x, size_t n, const float *list, size_t n_list, bool wanted,
                         uint8_t *found, uint8_t *failed)
{
    memset(found, 0, n);
    for (size_t k = 0; k < n_list; k++)
        find_value(x, n, list[k], found);
    fail_listed(x, found, n, wanted, failed);
}

GS_VECTORISED static uint64_t count_equal(const uint8_t *bytes, size_t n, uint8_t value)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n;) {
        uint8_t part = 0; /* a byte for so many rounds as it holds */
        size_t end = n - i > 255 ? i + 255 : n;
        for (; i < end; i++)
            part = (uint8_t)(part + (bytes[i] == value));
        sum += part;
    }
    return sum;
}

GS_VECTORISED static void note_failed(const uint8_t *failed, size_t n, uint8_t code,
                                      uint8_t *n_failed, uint8_t *codes)
{
    for (size_t i = 0; i < n; i++) {
        codes[i] = failed[i] && !codes[i] ? code : codes[i];
        n_failed[i] = (uint8_t)(n_failed[i] + failed[i]);
    }
}

/* Cells with this code that failed once. */
GS_VECTORISED static void mark_only(const uint8_t *n_failed, const uint8_t *codes, size_t n,
                                    uint8_t code, uint8_t *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = n_failed[i] == 1 && codes[i] == code;
}

static void judge(const struct gs_cells *cells, struct gs_cell_worker *w, const size_t *source_of,
                  const float *const *measured, uint8_t *codes)
{
    size_t n = cells->n_cols, n_constraints = cells->study->n_constraints;
    memset(codes, 0, n);
    memset(w->n_failed, 0, n);
    for (size_t i = 0; i < n_constraints; i++) {
        const struct gs_constraint *c = &cells->study->constraints[i];
        const struct gs_cell_factor *f = &cells->factors[i];
        if (source_of[i] == SIZE_MAX) { /* it rules no cell out */
            w->removed[i].together += n - count_equal(codes, n, 0);
            continue;
        }
        const float *x = measured[source_of[i]];
        float min = isnan(c->min) ? -INFINITY : (float)c->min;
        float max = isnan(c->max) ? INFINITY : (float)c->max;
        judge_bounds(x, n, min, max, !c->pass_missing, w->failed);
        if (c->in.n)
            judge_listed(x, n, f->in, f->n_in, true, w->missing, w->failed);
        if (c->not_in.n)
            judge_listed(x, n, f->not_in, f->n_not_in, false, w->missing, w->failed);
        note_failed(w->failed, n, (uint8_t)(i + 1), w->n_failed, codes);
        w->removed[i].alone += count_equal(w->failed, n, 1);
        w->removed[i].together += n - count_equal(codes, n, 0);
    }
    for (size_t i = 0; i < n_constraints; i++) {
        mark_only(w->n_failed, codes, n, (uint8_t)(i + 1), w->failed);
        w->removed[i].only += count_equal(w->failed, n, 1);
    }
}

/* -- criteria -------------------------------------------------------------------------------- */

/* Cells without a worth get `worth`, or are marked when that is NaN. */
GS_VECTORISED static void settle_missing(float *values, size_t n, float worth, uint8_t *missing)
{
    for (size_t i = 0; i < n; i++) {
        values[i] = values[i] == values[i] ? values[i] : worth;
        missing[i] = (uint8_t)(missing[i] | (values[i] != values[i]));
    }
}

static void value_texts(const struct gs_cell_factor *f, const float *places, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = isnan(places[i]) ? (float)NAN : f->worths[(size_t)places[i]];
}

GS_VECTORISED static void finish(float *scores, uint8_t *codes, const uint8_t *missing, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        codes[i] = codes[i] ? codes[i] : (uint8_t)(missing[i] ? GS_CODE_MISSING : 0);
        scores[i] = codes[i] ? (float)NAN : scores[i];
    }
}

void gs_cells_row(const struct gs_cells *cells, struct gs_cell_worker *w, const size_t *source_of,
                  const float *const *measured, float *scores, uint8_t *codes)
{
    const struct gs_study *study = cells->study;
    size_t n = cells->n_cols;
    judge(cells, w, source_of, measured, codes);
    memset(w->missing, 0, n);
    for (size_t k = 0; k < cells->n_criteria; k++) {
        const struct gs_criterion *c = &study->criteria[cells->criteria[k]];
        size_t at = study->n_constraints + cells->criteria[k];
        const float *x = measured[source_of[at]];
        const struct gs_cell_factor *f = &cells->factors[at];
        if (f->worths)
            value_texts(f, x, n, w->values[k]);
        else
            gs_value_worths(c->value, c->value_params, x, n, w->values[k]);
        settle_missing(w->values[k], n,
                       c->missing == GS_MISSING_WORTH ? (float)c->missing_worth : (float)NAN,
                       w->missing);
    }
    study->decision.method->cells(study->decision.params, cells->weights, cells->n_criteria,
                                  (const float *const *)w->values, n, w->scratch, scores);
    finish(scores, codes, w->missing, n);
    w->n_suitable += count_equal(codes, n, 0);
    w->n_missing += count_equal(codes, n, GS_CODE_MISSING);
}
