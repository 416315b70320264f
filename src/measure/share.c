// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "base/text.h"
#include "measure/disc_surface.h"
#include "measure/measure.h"
#include "measure/zone.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

struct share_params {
    double radius_m;
    struct gs_texts classes;
};

/* The code of a class given by number or by its name in the catalogue. */
static bool find_code(const struct gs_layer *layer, const char *text, long long *code)
{
    const struct gs_class *named = gs_layer_class(layer, text);
    char *end = NULL;
    errno = 0;
    *code = named ? named->code : strtoll(text, &end, 10);
    return named || (end != text && *end == 0 && !errno);
}

static enum gs_status check(struct gs_ctx *ctx, const struct gs_factor *factor, const void *params)
{
    const struct share_params *share = params;
    const struct gs_layer *layer = factor->layer;
    enum gs_status status = GS_OK;
    const char *names[64];
    size_t n = 0;
    for (size_t i = 0; layer && i < layer->n_classes && n < 64; i++)
        names[n++] = layer->classes[i].name;
    for (size_t i = 0; layer && i < share->classes.n; i++) {
        long long code;
        if (find_code(layer, share->classes.items[i], &code))
            continue;
        const char *near = gs_nearest_word(share->classes.items[i], names, n);
        struct gs_text hint;
        gs_text_init(&hint);
        if (near)
            gs_text_printf(&hint, "did you mean `%s`?", near);
        else if (n == 0)
            gs_text_append(&hint, "name the layer's `classes:` in the catalogue, or give codes");
        status = gs_fail(ctx, GS_ESTUDY, &factor->measure_pos, hint.bytes,
                         "`%s` is no class of layer `%s`", share->classes.items[i], layer->id);
        gs_text_release(&hint);
    }
    if (!status && share->classes.n == 0)
        status = gs_fail(ctx, GS_ESTUDY, &factor->measure_pos, NULL,
                         "`classes` is empty: name at least one class");
    return status;
}

struct tally {
    const struct gs_job *job;
    double covered, chosen; /* sums of weights */
};

static bool is_chosen(const struct tally *tally, double value)
{
    const struct share_params *params = tally->job->params;
    for (size_t i = 0; i < params->classes.n; i++) {
        long long code;
        if (find_code(tally->job->layer, params->classes.items[i], &code) && (double)code == value)
            return true;
    }
    return false;
}

static void visit(void *user, const struct gs_zone_row *row)
{
    struct tally *tally = user;
    double covered = 0, chosen = 0, last = NAN;
    bool in = false;
    for (size_t i = 0; i < row->n; i++) {
        double v = row->values[i], c = row->weights[i];
        if (c == 0 || isnan(v))
            continue;
        if (v != last) { /* neighbours mostly share their class */
            in = is_chosen(tally, v);
            last = v;
        }
        covered += c;
        chosen += in ? c : 0;
    }
    tally->covered += covered;
    tally->chosen += chosen;
}

static enum gs_status measure(struct gs_ctx *ctx, const struct gs_job *job,
                              struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    const struct share_params *params = job->params;
    struct tally tally = {.job = job};
    struct gs_zone zone;
    enum gs_status status = gs_zone_place(ctx, job, worker, site, params->radius_m, &zone);
    if (!status)
        status = gs_zone_visit(ctx, worker, &zone, 0, visit, &tally);
    if (status)
        return status;
    out->number = tally.covered > 0 ? tally.chosen / tally.covered : NAN;
    out->text = NULL;
    out->valid_share = gs_zone_share(&zone, tally.covered);
    return GS_OK;
}

static enum gs_status surface(struct gs_ctx *ctx, const struct gs_job *job, struct gs_rows **out)
{
    const struct share_params *share = job->params;
    float *codes = GS_ARRAY(ctx, float, share->classes.n);
    if (!codes)
        return GS_ENOMEM;
    for (size_t i = 0; i < share->classes.n; i++) {
        long long code = 0; /* check() has found them all */
        (void)find_code(job->layer, share->classes.items[i], &code);
        codes[i] = (float)code;
    }
    struct gs_raster_rows_options raster = {.warp = GS_WARP_AREA,
                                            .chosen = codes,
                                            .n_chosen = share->classes.n};
    struct gs_focal_options focal = {.kind = GS_FOCAL_MEAN, .scale = 1};
    enum gs_status status = gs_disc_surface(ctx, job, share->radius_m, &raster, &focal, out);
    gs_free(codes);
    return status;
}

static const struct gs_param params[] = {
    {.key = "classes",
     .type = GS_PARAM_CLASSES,
     .flags = GS_PARAM_REQUIRED,
     .help = "The classes that count, by code or by their name in the catalogue",
     .offset = offsetof(struct share_params, classes)},
    {.key = "radius",
     .type = GS_PARAM_QUANTITY,
     .unit = "m",
     .flags = GS_PARAM_MIN_OPEN,
     .help = "How far from the site cells count; without it, the site's own area is looked at",
     .offset = offsetof(struct share_params, radius_m)},
};

const struct gs_measure gs_measure_share = {
    .name = "share",
    .summary = "Share of some classes in the site's area, or within a radius",
    .details =
        "From 0 to 1, of that part of the area for which the raster has data. On the surface over "
        "the cells whose centres lie within the radius, each with the share in it.",
    .input = GS_INPUT_RASTER,
    .unit = "",
    .flags = GS_MEASURE_AREA | GS_MEASURE_FROM_0 | GS_MEASURE_TO_1,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .params_size = sizeof(struct share_params),
    .check = check,
    .measure = measure,
    .surface = surface,
};
