// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "flow/within_rows.h"
#include "measure/cell_rows.h"
#include "measure/measure.h"
#include "measure/nearby.h"
#include "measure/ranks.h"
#include "measure/scratch.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct params {
    const char *field;
    double radius_m;
    bool geodesic;
};

static const struct gs_param table[] = {
    {.key = "field",
     .type = GS_PARAM_FIELD,
     .help = "Field whose different values are counted, of numbers or text",
     .offset = offsetof(struct params, field),
     .flags = GS_PARAM_REQUIRED},
    {.key = "radius",
     .type = GS_PARAM_QUANTITY,
     .unit = "m",
     .min = 0,
     .max = INFINITY,
     .help = "How far from the site features count; 0: only those that touch it",
     .offset = offsetof(struct params, radius_m),
     .flags = GS_PARAM_REQUIRED},
    {.key = "geodesic",
     .type = GS_PARAM_FLAG,
     .fallback = "false",
     .help = "Measure on the ellipsoid instead of in the plane of the analysis CRS",
     .offset = offsetof(struct params, geodesic)},
};

static double reach_m(const void *params)
{
    return ((const struct params *)params)->radius_m;
}

static bool geodesic(const void *params)
{
    return ((const struct params *)params)->geodesic;
}

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t distinct_numbers(double *values, size_t n)
{
    size_t distinct = n > 0;
    if (n > 1)
        qsort(values, n, sizeof *values, compare_numbers);
    for (size_t i = 1; i < n; i++)
        distinct += values[i] > values[i - 1];
    return distinct;
}

static size_t distinct_texts(const char **texts, size_t n)
{
    size_t distinct = n > 0;
    if (n > 1)
        qsort(texts, n, sizeof *texts, compare_texts);
    for (size_t i = 1; i < n; i++)
        distinct += strcmp(texts[i], texts[i - 1]) != 0;
    return distinct;
}

static enum gs_status count(struct gs_ctx *ctx, const struct gs_column *field,
                            const struct gs_neighbour *found, size_t n, struct gs_scratch *scratch,
                            size_t *distinct)
{
    enum gs_status status =
        field->text
            ? gs_grow(ctx, &scratch->texts, &scratch->texts_capacity, n, sizeof *scratch->texts)
            : gs_grow(ctx, &scratch->values, &scratch->values_capacity, n, sizeof *scratch->values);
    if (status)
        return status;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        size_t row = found[i].feature;
        if (field->text && field->text[row])
            scratch->texts[kept++] = field->text[row];
        else if (!field->text && !isnan(field->number[row]))
            scratch->values[kept++] = field->number[row];
    }
    *distinct = field->text ? distinct_texts(scratch->texts, kept)
                            : distinct_numbers(scratch->values, kept);
    return GS_OK;
}

static enum gs_status measure(struct gs_ctx *ctx, const struct gs_job *job,
                              struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    const struct gs_neighbour *found;
    size_t n, distinct = 0;
    enum gs_status status = gs_nearby_reached(ctx, job->nearby, job->sites, site,
                                              reach_m(job->params), worker->scratch, &found, &n);
    if (!status)
        status = count(ctx, job->field, found, n, worker->scratch, &distinct);
    if (!status)
        *out = (struct gs_reading){.number = (double)distinct, .valid_share = 1};
    return status;
}

static enum gs_status surface(struct gs_ctx *ctx, const struct gs_job *job, struct gs_rows **out)
{
    const struct params *p = job->params;
    struct gs_ranks ranks;
    if (p->geodesic)
        return gs_cell_rows_new(ctx, job, out);
    enum gs_status status = gs_ranks_init(ctx, job->field, job->features->shapes.n, &ranks);
    if (status)
        return status;
    struct gs_within_request request = {
        .kind = GS_WITHIN_DISTINCT,
        .shapes = &job->features->shapes,
        .values = ranks.values,
        .radius_m = p->radius_m,
        .metres_per_unit = job->metres_per_unit,
    };
    status = gs_within_rows_new(ctx, &request, job->grid, out);
    gs_ranks_release(&ranks);
    return status;
}

const struct gs_measure gs_measure_count_distinct_within = {
    .name = "count_distinct_within",
    .summary = "Number of different values of a field within a radius",
    .details = "For instance the carriers whose fibre routes pass nearby. Features without a value "
               "do not count. On the surface distances are from the centre of a cell, to the "
               "features as they are; with `geodesic` cell by cell, which is slow.",
    .input = GS_INPUT_VECTOR,
    .unit = "",
    .flags = GS_MEASURE_ANY_FIELD | GS_MEASURE_FROM_0 | GS_MEASURE_COUNT,
    .params = table,
    .n_params = sizeof table / sizeof *table,
    .params_size = sizeof(struct params),
    .reach_m = reach_m,
    .geodesic = geodesic,
    .measure = measure,
    .surface = surface,
};
