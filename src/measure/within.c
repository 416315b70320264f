// SPDX-License-Identifier: Apache-2.0
/* count_within, sum_within, max_within, mean_within: features in reach, nearer ones counting more
 * when a decay says so. */
#include "flow/within_rows.h"
#include "kernel/sum.h"
#include "measure/cell_rows.h"
#include "measure/measure.h"
#include "measure/nearby.h"

#include <math.h>
#include <stddef.h>

/* as enum gs_decay_kind */
static const char *const decays[] = {"none", "linear", "gaussian", "inverse", NULL};

struct params {
    const char *field; /* not for count_within */
    double radius_m, sigma_m, half_distance_m;
    int decay;
    bool geodesic;
};

#define FIELD                                                                                      \
    {                                                                                              \
        .key = "field", .type = GS_PARAM_FIELD,                                                    \
        .help = "Field of the features, of numbers; features without a value do not count",        \
        .offset = offsetof(struct params, field), .flags = GS_PARAM_REQUIRED                       \
    }
#define OTHERS                                                                                     \
    {.key = "radius",                                                                              \
     .type = GS_PARAM_QUANTITY,                                                                    \
     .unit = "m",                                                                                  \
     .min = 0,                                                                                     \
     .max = INFINITY,                                                                              \
     .help = "How far from the site features count; 0: only those that touch it",                  \
     .offset = offsetof(struct params, radius_m),                                                  \
     .flags = GS_PARAM_REQUIRED},                                                                  \
        {.key = "decay",                                                                           \
         .type = GS_PARAM_CHOICE,                                                                  \
         .fallback = "none",                                                                       \
         .choices = decays,                                                                        \
         .help = "How a feature's weight falls with its distance d: none 1, linear 1 - d/radius, " \
                 "gaussian exp(-(d/sigma)^2/2), inverse h/(h+d) with h = half_distance",           \
         .offset = offsetof(struct params, decay)},                                                \
        {.key = "sigma",                                                                           \
         .type = GS_PARAM_QUANTITY,                                                                \
         .unit = "m",                                                                              \
         .max = INFINITY,                                                                          \
         .help = "Standard deviation of the gaussian decay; a third of the radius if not given",   \
         .offset = offsetof(struct params, sigma_m),                                               \
         .flags = GS_PARAM_MIN_OPEN},                                                              \
        {.key = "half_distance",                                                                   \
         .type = GS_PARAM_QUANTITY,                                                                \
         .unit = "m",                                                                              \
         .max = INFINITY,                                                                          \
         .help = "Distance at which the inverse decay has fallen to half; a tenth of the radius "  \
                 "if not given",                                                                   \
         .offset = offsetof(struct params, half_distance_m),                                       \
         .flags = GS_PARAM_MIN_OPEN},                                                              \
    {                                                                                              \
        .key = "geodesic", .type = GS_PARAM_FLAG, .fallback = "false",                             \
        .help = "Measure on the ellipsoid instead of in the plane of the analysis CRS",            \
        .offset = offsetof(struct params, geodesic)                                                \
    }

static const struct gs_param count_table[] = {OTHERS};
static const struct gs_param field_table[] = {FIELD, OTHERS};

static double reach_m(const void *params)
{
    return ((const struct params *)params)->radius_m;
}

static bool geodesic(const void *params)
{
    return ((const struct params *)params)->geodesic;
}

static enum gs_status check(struct gs_ctx *ctx, const struct gs_factor *factor, const void *params)
{
    const struct params *p = params;
    enum gs_status status = GS_OK;
    if (!isnan(p->sigma_m) && p->decay != GS_DECAY_GAUSSIAN)
        status =
            gs_fail(ctx, GS_ESTUDY, &factor->measure_pos, "add `decay: gaussian`",
                    "`sigma` belongs to the gaussian decay, but `decay` is %s", decays[p->decay]);
    if (!isnan(p->half_distance_m) && p->decay != GS_DECAY_INVERSE)
        status = gs_fail(ctx, GS_ESTUDY, &factor->measure_pos, "add `decay: inverse`",
                         "`half_distance` belongs to the inverse decay, but `decay` is %s",
                         decays[p->decay]);
    return status;
}

static struct gs_decay decay_of(const struct params *p)
{
    struct gs_decay decay = {.kind = (enum gs_decay_kind)p->decay, .scale_m = p->radius_m};
    if (decay.kind == GS_DECAY_GAUSSIAN)
        decay.scale_m = isnan(p->sigma_m) ? p->radius_m / 3 : p->sigma_m;
    if (decay.kind == GS_DECAY_INVERSE)
        decay.scale_m = isnan(p->half_distance_m) ? p->radius_m / 10 : p->half_distance_m;
    return decay;
}

/* What the features in reach add up to. Exact sums, as their order must not matter. */
struct total {
    size_t n_features, n_values;
    struct gs_sum weights, products;
    double largest; /* product; NaN: none */
};

static enum gs_status add_up(struct gs_ctx *ctx, const struct gs_job *job, struct gs_worker *worker,
                             size_t site, struct total *total)
{
    const struct params *p = job->params;
    const struct gs_decay decay = decay_of(p);
    const struct gs_neighbour *found;
    size_t *n = &total->n_features;
    enum gs_status status = decay.kind == GS_DECAY_NONE
                                ? gs_nearby_reached(ctx, job->nearby, job->sites, site, p->radius_m,
                                                    worker->scratch, &found, n)
                                : gs_nearby_within(ctx, job->nearby, job->sites, site, p->radius_m,
                                                   worker->scratch, &found, n);
    if (status)
        return status;
    total->n_values = 0;
    total->largest = NAN;
    gs_sum_init(&total->weights);
    gs_sum_init(&total->products);
    for (size_t i = 0; i < total->n_features; i++) {
        double w = gs_decay_weight(&decay, found[i].distance_m);
        double x = job->field ? job->field->number[found[i].feature] : 1;
        if (isnan(x))
            continue;
        total->n_values++;
        total->largest = fmax(total->largest, w * x);
        gs_sum_add(&total->weights, w);
        gs_sum_add_product(&total->products, w, x);
    }
    return GS_OK;
}

static enum gs_status reading(struct gs_reading *out, double number)
{
    *out = (struct gs_reading){.number = number, .valid_share = 1};
    return GS_OK;
}

static enum gs_status measure_count(struct gs_ctx *ctx, const struct gs_job *job,
                                    struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    struct total total;
    enum gs_status status = add_up(ctx, job, worker, site, &total);
    return status ? status : reading(out, gs_sum_value(&total.weights));
}

static enum gs_status measure_sum(struct gs_ctx *ctx, const struct gs_job *job,
                                  struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    struct total total;
    enum gs_status status = add_up(ctx, job, worker, site, &total);
    if (status)
        return status;
    bool unknown = total.n_features > 0 && total.n_values == 0;
    return reading(out, unknown ? NAN : gs_sum_value(&total.products));
}

static enum gs_status measure_max(struct gs_ctx *ctx, const struct gs_job *job,
                                  struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    struct total total;
    enum gs_status status = add_up(ctx, job, worker, site, &total);
    return status ? status : reading(out, total.largest);
}

static enum gs_status measure_mean(struct gs_ctx *ctx, const struct gs_job *job,
                                   struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    struct total total;
    enum gs_status status = add_up(ctx, job, worker, site, &total);
    if (status)
        return status;
    double weights = gs_sum_value(&total.weights);
    return reading(out, weights > 0 ? gs_sum_value(&total.products) / weights : NAN);
}

/* -- the surface ----------------------------------------------------------------------------- */

static enum gs_status surface(struct gs_ctx *ctx, const struct gs_job *job,
                              enum gs_within_kind kind, struct gs_rows **out)
{
    const struct params *p = job->params;
    if (p->geodesic)
        return gs_cell_rows_new(ctx, job, out);
    struct gs_within_request request = {
        .kind = kind,
        .shapes = &job->features->shapes,
        .values = job->field ? job->field->number : NULL,
        .radius_m = p->radius_m,
        .metres_per_unit = job->metres_per_unit,
        .decay = decay_of(p),
    };
    return gs_within_rows_new(ctx, &request, job->grid, out);
}

#define SURFACE(NAME, KIND)                                                                        \
    static enum gs_status surface_##NAME(struct gs_ctx *ctx, const struct gs_job *job,             \
                                         struct gs_rows **out)                                     \
    {                                                                                              \
        return surface(ctx, job, KIND, out);                                                       \
    }

SURFACE(count, GS_WITHIN_COUNT)
SURFACE(sum, GS_WITHIN_SUM)
SURFACE(max, GS_WITHIN_MAX)
SURFACE(mean, GS_WITHIN_MEAN)

#define DETAILS                                                                                    \
    "A feature counts when its distance to the site's geometry is at most `radius`; it is "        \
    "weighted "                                                                                    \
    "by `decay`. On the surface distances are from the centre of a cell, to the features as they " \
    "are; with `geodesic` cell by cell, which is slow. "

const struct gs_measure gs_measure_count_within = {
    .name = "count_within",
    .summary = "Number of features within a radius",
    .details = DETAILS "With a decay: the sum of the weights.",
    .input = GS_INPUT_VECTOR,
    .unit = "",
    .flags = GS_MEASURE_FROM_0 | GS_MEASURE_COUNT,
    .params = count_table,
    .n_params = sizeof count_table / sizeof *count_table,
    .params_size = sizeof(struct params),
    .check = check,
    .reach_m = reach_m,
    .geodesic = geodesic,
    .measure = measure_count,
    .surface = surface_count,
};

#define FIELD_MEASURE(NAME, SUMMARY, MORE)                                                         \
    const struct gs_measure gs_measure_##NAME##_within = {                                         \
        .name = #NAME "_within",                                                                   \
        .summary = SUMMARY,                                                                        \
        .details = DETAILS MORE,                                                                   \
        .input = GS_INPUT_VECTOR,                                                                  \
        .unit = GS_UNIT_FIELD,                                                                     \
        .params = field_table,                                                                     \
        .n_params = sizeof field_table / sizeof *field_table,                                      \
        .params_size = sizeof(struct params),                                                      \
        .check = check,                                                                            \
        .reach_m = reach_m,                                                                        \
        .geodesic = geodesic,                                                                      \
        .measure = measure_##NAME,                                                                 \
        .surface = surface_##NAME,                                                                 \
    }

FIELD_MEASURE(sum, "Sum of a field over the features within a radius",
              "0 when no feature is in reach; missing when some are but none has a value. "
              "Capacities that share an upstream limit do not add up: see max_within.");
FIELD_MEASURE(max, "Largest value of a field among the features within a radius",
              "The largest product of weight and value; missing when no value is in reach.");
FIELD_MEASURE(mean, "Mean of a field over the features within a radius",
              "The mean weighted by `decay`; missing when no value is in reach.");
