// SPDX-License-Identifier: Apache-2.0
#include "flow/within_rows.h"

#include "base/mem.h"
#include "flow/feature_order.h"
#include "flow/within_parts.h"
#include "kernel/steps.h"

#include <math.h>
#include <string.h>

/* Counts and sums are steps that are added up along the row. The largest (or smallest) is painted:
 * features come from the largest to the smallest, and what is painted stays. For different values
 * those of equal value come one after another, and what they reach together is one step. */

struct worker {
    const struct gs_within *rows;
    struct gs_reach_row reach;
    struct gs_steps steps;
    uint64_t *blank; /* a bit per column not painted yet */
    float *out;
    struct gs_columns *columns; /* of features with the value in hand */
    size_t n_columns, columns_capacity;
    double value;
};

void gs_within_free(struct gs_rows *rows)
{
    struct gs_within *w = (struct gs_within *)rows;
    gs_reach_free(w->reach);
    gs_free(w->values);
    gs_free(w->steps);
    gs_free(w->request.texts);
    gs_free(w);
}

/* How fine values are added up follows from what all come to. */
struct gs_rows_local gs_within_local(const struct gs_rows *rows)
{
    const struct gs_within *w = (const struct gs_within *)rows;
    return (struct gs_rows_local){gs_reach_radius(w->reach), 2 * w->exponent + w->any_missing};
}

/* -- steps ----------------------------------------------------------------------------------- */

static enum gs_status add_step(struct gs_ctx *ctx, void *user, const struct gs_reached *reached)
{
    (void)ctx;
    struct worker *w = user;
    for (size_t i = 0; i < reached->n_within; i++)
        gs_steps_add(&w->steps, reached->within[i].first, reached->within[i].end,
                     &w->rows->steps[reached->at]);
    return GS_OK;
}

static void end_group(struct worker *w)
{
    const struct gs_step one = {.features = 1};
    w->n_columns = gs_columns_join(w->columns, w->n_columns);
    for (size_t i = 0; i < w->n_columns; i++)
        gs_steps_add(&w->steps, w->columns[i].first, w->columns[i].end, &one);
    w->n_columns = 0;
}

static enum gs_status add_to_group(struct gs_ctx *ctx, void *user, const struct gs_reached *reached)
{
    struct worker *w = user;
    double value = w->rows->values[reached->at];
    if (value != w->value)
        end_group(w);
    w->value = value;
    enum gs_status status = gs_grow(ctx, &w->columns, &w->columns_capacity,
                                    w->n_columns + reached->n_within, sizeof *w->columns);
    if (status)
        return status;
    memcpy(w->columns + w->n_columns, reached->within, reached->n_within * sizeof *w->columns);
    w->n_columns += reached->n_within;
    return GS_OK;
}

static float number_of(const struct gs_within *rows, const struct gs_step *sums)
{
    switch (rows->request.kind) {
    case GS_WITHIN_SUM:
        if (sums->features > 0 && sums->values == 0)
            return NAN;
        return (float)gs_fixed_value(sums->sum, rows->exponent);
    case GS_WITHIN_MEAN:
        if (sums->values == 0)
            return NAN;
        return (float)(gs_fixed_value(sums->sum, rows->exponent) / (double)sums->values);
    default:
        return (float)sums->features;
    }
}

static void sweep(struct worker *w)
{
    size_t first, end;
    struct gs_step sums;
    while (gs_steps_next(&w->steps, &first, &end, &sums)) {
        float number = number_of(w->rows, &sums);
        for (size_t c = first; c < end; c++)
            w->out[c] = number;
    }
}

/* -- painting -------------------------------------------------------------------------------- */

static void paint_word(struct worker *w, size_t word, uint64_t wanted, float value)
{
    uint64_t bits = w->blank[word] & wanted;
    w->blank[word] &= ~wanted;
    float *out = w->out + word * 64;
    if (bits == UINT64_MAX) {
        for (int c = 0; c < 64; c++)
            out[c] = value;
        return;
    }
    for (; bits; bits &= bits - 1)
        out[__builtin_ctzll(bits)] = value;
}

static void paint(struct worker *w, size_t first, size_t end, float value)
{
    size_t last = (end - 1) / 64;
    for (size_t word = first / 64; word <= last; word++) {
        uint64_t wanted = UINT64_MAX;
        if (word == first / 64)
            wanted &= UINT64_MAX << (first % 64);
        if (word == last)
            wanted &= UINT64_MAX >> (63 - (end - 1) % 64);
        if (w->blank[word] & wanted)
            paint_word(w, word, wanted, value);
    }
}

static enum gs_status paint_shape(struct gs_ctx *ctx, void *user, const struct gs_reached *reached)
{
    (void)ctx;
    struct worker *w = user;
    float value = (float)w->rows->values[reached->at];
    for (size_t i = 0; i < reached->n_within; i++)
        paint(w, (size_t)reached->within[i].first, (size_t)reached->within[i].end, value);
    return GS_OK;
}

/* -- rows ------------------------------------------------------------------------------------ */

static enum gs_status row(struct gs_ctx *ctx, const struct gs_rows *rows, void *worker, size_t row,
                          float *out)
{
    const struct gs_within *r = (const struct gs_within *)rows;
    struct worker *w = worker;
    size_t n = rows->grid.n_cols;
    w->out = out;
    if (r->request.kind == GS_WITHIN_MAX || r->request.kind == GS_WITHIN_MIN) {
        memset(w->blank, 0xff, (n / 64 + 1) * sizeof *w->blank);
        for (size_t c = 0; c < n; c++)
            out[c] = NAN;
        return gs_reach_row(ctx, r->reach, &w->reach, row, paint_shape, w);
    }
    bool distinct = r->request.kind == GS_WITHIN_DISTINCT;
    w->n_columns = 0;
    enum gs_status status =
        gs_reach_row(ctx, r->reach, &w->reach, row, distinct ? add_to_group : add_step, w);
    if (distinct && !status)
        end_group(w);
    sweep(w); /* also clears what a failed row has left */
    return status;
}

static void worker_free(void *worker)
{
    struct worker *w = worker;
    gs_reach_row_release(&w->reach);
    gs_steps_release(&w->steps);
    gs_free(w->blank);
    gs_free(w->columns);
    gs_free(w);
}

static enum gs_status worker_new(struct gs_ctx *ctx, struct gs_rows *rows, void **worker)
{
    struct worker *w = GS_NEW(ctx, struct worker);
    if (!w)
        return GS_ENOMEM;
    w->rows = (const struct gs_within *)rows;
    enum gs_status status = gs_steps_init(ctx, &w->steps, rows->grid.n_cols);
    if (!status) {
        w->blank = GS_ARRAY(ctx, uint64_t, rows->grid.n_cols / 64 + 1);
        status = w->blank ? GS_OK : GS_ENOMEM;
    }
    if (status)
        worker_free(w);
    else
        *worker = w;
    return status;
}

static uint64_t bytes(const struct gs_rows *rows, size_t band_rows, uint64_t *per_worker)
{
    (void)band_rows;
    const struct gs_within *r = (const struct gs_within *)rows;
    *per_worker = gs_steps_bytes(rows->grid.n_cols) + rows->grid.n_cols / 8;
    return gs_reach_bytes(r->reach) + r->n * (sizeof *r->values + sizeof *r->steps);
}

static const struct gs_rows_kind kind = {
    .name = "radius",
    .slow = true,
    .local = gs_within_local,
    .free = gs_within_free,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .row = row,
    .bytes = bytes,
};

/* -- making ---------------------------------------------------------------------------------- */

static void reverse(size_t *order, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        size_t held = order[i];
        order[i] = order[n - 1 - i];
        order[n - 1 - i] = held;
    }
}

static enum gs_status fill_steps(struct gs_ctx *ctx, struct gs_within *rows)
{
    rows->steps = GS_ARRAY(ctx, struct gs_step, rows->n);
    if (!rows->steps)
        return GS_ENOMEM;
    const double *values = rows->values;
    double magnitude = 0;
    for (size_t i = 0; i < rows->n; i++)
        magnitude += isnan(values[i]) ? 0 : fabs(values[i]);
    rows->exponent = gs_fixed_exponent(magnitude);
    for (size_t i = 0; i < rows->n; i++) {
        bool known = !isnan(values[i]);
        rows->steps[i] =
            (struct gs_step){known ? gs_fixed(values[i], rows->exponent) : 0, 1, known};
    }
    return GS_OK;
}

static enum gs_status fill(struct gs_ctx *ctx, struct gs_within *w)
{
    const struct gs_within_request *q = &w->request;
    size_t *order = GS_ARRAY(ctx, size_t, q->shapes->n);
    if (!order)
        return GS_ENOMEM;
    enum gs_status status = gs_order_by_value(ctx, q->shapes, q->kinds, q->values,
                                              q->kind == GS_WITHIN_SUM, order, &w->n);
    if (!status) {
        if (q->kind == GS_WITHIN_MAX)
            reverse(order, w->n);
        w->values = GS_ARRAY(ctx, double, w->n);
        status = w->values ? GS_OK : GS_ENOMEM;
    }
    for (size_t i = 0; i < w->n && !status; i++) {
        w->values[i] = q->values ? q->values[order[i]] : 1;
        w->any_missing |= isnan(w->values[i]);
    }
    if (!status && q->decay.kind == GS_DECAY_NONE)
        status = fill_steps(ctx, w);
    if (!status)
        status = gs_reach_new(ctx, q->shapes, order, w->n, 0, &w->rows.grid, q->radius_m,
                              q->metres_per_unit, &w->reach);
    gs_free(order);
    return status;
}

enum gs_status gs_within_rows_new(struct gs_ctx *ctx, const struct gs_within_request *request,
                                  const struct gs_grid *grid, struct gs_rows **out)
{
    struct gs_within *rows = GS_NEW(ctx, struct gs_within);
    if (!rows)
        return GS_ENOMEM;
    rows->rows.kind = request->decay.kind == GS_DECAY_NONE ? &kind : &gs_decay_rows_kind;
    rows->rows.grid = *grid;
    rows->request = *request;
    rows->request.texts = NULL;
    enum gs_status status = fill(ctx, rows);
    if (status) {
        gs_within_free(&rows->rows);
        return status;
    }
    rows->request.values = NULL;
    rows->request.texts = request->texts;
    rows->rows.texts = request->texts;
    rows->rows.n_texts = request->n_texts;
    *out = &rows->rows;
    return GS_OK;
}
