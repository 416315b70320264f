// SPDX-License-Identifier: Apache-2.0
#include "support/run.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *texts[][7] = {
    {"F6", "A1", "B2", "C3", "D4", "E5", "G7"},
    {"Unknown", "Zürich Nord", "O'Hara <script>", NULL, "東京", "Steep", "Nowhere"},
    {"cropland", "urban", "cropland", "cropland", "cropland", "cropland", NULL},
    {"grid_mw: no data", NULL, NULL, NULL, NULL, "slope: 14.2 degree, at most 10 degree allowed",
     "no geometry"},
};
static const double grid[] = {NAN, 600, 300, 0, 300, 600, NAN};
static const double wind[] = {7, 7, 8, 6, 8, 8, NAN};
static const double slope[] = {1, 2, 3, 4, 5, 14.2, NAN};
static const double protected_m[] = {700, 800, 900, 1000, 1100, 1200, NAN};
static const double values[3][7] = {
    {NAN, 1, 0.5, 0, 0.5, 1, NAN},
    {0.5, 0.5, 1, 0.2, 1, 1, NAN},
    {1, 0.2, 1, 1, 1, 1, NAN},
};
static const double scores[] = {NAN, 0.69, 0.75, 0.26, 0.75, NAN, NAN};
static const unsigned ranks[] = {0, 3, 1, 4, 1, 0, 0};
static const size_t order[] = {2, 4, 1, 3, 5, 0, 6};
static const double weights[] = {0.5, 0.3, 0.2};

static struct gs_layer layers[] = {
    {.id = "sites", .title = "Sites & places", .licence = "CC0-1.0"},
    {.id = "substations",
     .title = "Substations",
     .source = "data/grid.gpkg",
     .vintage = "2022-03",
     .licence = "ODbL-1.0",
     .attribution = "© OpenStreetMap contributors"},
    {.id = "wind_speed", .title = "Wind speed", .licence = "CC-BY-4.0", .attribution = "GWA"},
};
static const struct gs_layer *used[] = {&layers[0], &layers[1], &layers[2]};
static const double area[] = {3.9e6, 2.9e6, 4.4e6, 3.3e6};
static struct gs_group groups[] = {
    {.id = "", .weight = 1},
    {.id = "energy", .title = "Energy", .parent = 0, .weight = 0.8},
};

static double *copy(struct gs_ctx *ctx, const double *from, size_t n)
{
    double *to = GS_ARRAY(ctx, double, n);
    memcpy(to, from, n * sizeof *to);
    return to;
}

static const char **copy_texts(struct gs_ctx *ctx, const char *const *from, size_t n)
{
    const char **to = GS_ARRAY(ctx, const char *, n);
    memcpy(to, from, n * sizeof *to);
    return to;
}

/* Arrays of the study and the result, for n sites. */
static struct gs_result *make(struct gs_ctx *ctx, size_t n, size_t n_criteria, size_t n_constraints)
{
    struct gs_study *study = GS_NEW(ctx, struct gs_study);
    struct gs_result *result = GS_NEW(ctx, struct gs_result);
    gs_arena_init(&study->arena);
    study->title = "A <small> study & more";
    study->decision.name = "weighted_sum";
    study->candidates.layer = &layers[0];
    study->groups = groups;
    study->n_groups = 2;
    study->n_criteria = n_criteria;
    study->n_constraints = n_constraints;
    study->criteria = GS_ARENA_ARRAY(ctx, &study->arena, struct gs_criterion, n_criteria);
    study->constraints = GS_ARENA_ARRAY(ctx, &study->arena, struct gs_constraint, n_constraints);
    gs_arena_init(&result->arena);
    gs_sites_init(&result->sites);
    result->study = study;
    result->n_sites = n;
    result->criteria = GS_ARRAY_ZERO(ctx, struct gs_measured, n_criteria);
    result->constraints = GS_ARRAY_ZERO(ctx, struct gs_measured, n_constraints);
    result->values = GS_ARRAY_ZERO(ctx, double *, n_criteria);
    result->parts = GS_ARRAY_ZERO(ctx, double *, n_criteria);
    result->verdicts = GS_ARRAY_ZERO(ctx, uint8_t *, n_constraints);
    for (size_t c = 0; c < n_constraints; c++)
        result->verdicts[c] = GS_ARRAY_ZERO(ctx, uint8_t, n);
    result->feasible = GS_ARRAY_ZERO(ctx, bool, n);
    result->crs_epsg = 3035;
    result->crs_wkt = "";
    for (int k = 0; k < 4; k++)
        result->area[k] = area[k];
    result->layers = used;
    result->n_layers = sizeof used / sizeof *used;
    gs_shapes_init(&result->borders);
    return result;
}

/* What the constraints say of the sites, once quantities and shapes are there. */
static void judge(struct gs_result *result)
{
    for (size_t c = 0; c < result->study->n_constraints; c++)
        for (size_t i = 0; i < result->n_sites; i++) {
            const struct gs_constraint *constraint = &result->study->constraints[c];
            double number = result->constraints[c].number[i];
            enum gs_verdict verdict = GS_VERDICT_MET;
            if (gs_shapes_is_empty(&result->sites.features.shapes, i))
                verdict = GS_VERDICT_NOT_JUDGED;
            else if (isnan(number))
                verdict = GS_VERDICT_NO_DATA;
            else if (number < constraint->min || number > constraint->max)
                verdict = GS_VERDICT_FAILED;
            result->verdicts[c][i] = (uint8_t)verdict;
        }
}

static void add_facts(struct gs_ctx *ctx, struct gs_result *result)
{
    static const struct gs_fact facts[] = {
        {"title", "A <small> study & more"},
        {"created", "2026-01-01T00:00:00Z"},
        {"method", "weighted_sum"},
        {"warning", "first \"quoted\""},
        {"warning", "second"},
    };
    result->n_facts = sizeof facts / sizeof *facts;
    result->facts = GS_ARRAY(ctx, struct gs_fact, result->n_facts);
    memcpy(result->facts, facts, sizeof facts);
}

static void add_point(struct gs_ctx *ctx, struct gs_shapes *shapes, double x, double y)
{
    double(*xy)[2];
    assert_ok(ctx, gs_shapes_add_part(ctx, shapes, GS_PART_POINTS, 1, &xy));
    xy[0][0] = x;
    xy[0][1] = y;
}

static void add_square(struct gs_ctx *ctx, struct gs_shapes *shapes, double x, double y, double r,
                       bool hole)
{
    static const double corners[5][2] = {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}, {-1, -1}};
    double(*xy)[2];
    assert_ok(ctx, gs_shapes_add_part(ctx, shapes, GS_PART_RING, 5, &xy));
    for (size_t v = 0; v < 5; v++) {
        xy[v][0] = x + r * corners[hole ? 4 - v : v][0];
        xy[v][1] = y + r * corners[hole ? 4 - v : v][1];
    }
}

static void add_shapes(struct gs_ctx *ctx, struct gs_result *result, bool polygons)
{
    struct gs_shapes *shapes = &result->sites.features.shapes;
    for (size_t i = 0; i < result->n_sites; i++) {
        double x = 4e6 + 20000.0 * (double)(i % 100), y = 3e6 + 15000.0 * (double)(i * 7 % 11);
        assert_ok(ctx, gs_shapes_begin(ctx, shapes));
        if (result->sites.ids[i] && strcmp(result->sites.ids[i], "G7") == 0)
            continue;
        if (!polygons) {
            add_point(ctx, shapes, x, y);
            continue;
        }
        add_square(ctx, shapes, x, y, 6000, false);
        add_square(ctx, shapes, x, y, 3000, true);
        if (i % 2)
            add_square(ctx, shapes, x, y, 1500, false); /* an island in the hole */
    }
}

struct gs_result *test_run(struct gs_ctx *ctx, bool polygons)
{
    struct gs_result *result = make(ctx, 7, 3, 2);
    struct gs_study *study = test_run_study(result);
    study->criteria[0] =
        (struct gs_criterion){.factor = {.id = "grid_mw",
                                         .title = "Grid capacity",
                                         .layer = &layers[1],
                                         .where = "voltage >= 220",
                                         .measure_name = "max_within",
                                         .measure_text =
                                             "max_within, field: headroom, radius: 30 km",
                                         .unit = "MW"},
                              .group = 1,
                              .weight = 0.5,
                              .value_text = "linear, worst: 0 MW, best: 600 MW"};
    study->criteria[1] = (struct gs_criterion){.factor = {.id = "wind",
                                                          .title = "Wind",
                                                          .layer = &layers[2],
                                                          .measure_name = "mean",
                                                          .measure_text = "mean, radius: 50 km",
                                                          .unit = "m/s"},
                                               .group = 1,
                                               .weight = 0.3,
                                               .value_text = "points",
                                               .missing = GS_MISSING_WORTH,
                                               .missing_worth = 0.5};
    study->criteria[2] = (struct gs_criterion){.factor = {.id = "land",
                                                          .title = "Land cover",
                                                          .measure_name = "attribute",
                                                          .measure_text = "attribute, field: cover",
                                                          .unit = "",
                                                          .categorical = true},
                                               .weight = 0.2,
                                               .value_text = "classes"};
    study->constraints[0] = (struct gs_constraint){.factor = {.id = "slope",
                                                              .title = "Flat ground",
                                                              .layer = &layers[2],
                                                              .measure_name = "slope",
                                                              .measure_text = "slope",
                                                              .unit = "degree"},
                                                   .min = NAN,
                                                   .max = 10,
                                                   .require_text = "at most 10 degree"};
    study->constraints[1] = (struct gs_constraint){.factor = {.id = "protected",
                                                              .title = "Clear of protected land",
                                                              .layer = &layers[2],
                                                              .measure_name = "distance",
                                                              .measure_text = "distance",
                                                              .unit = "m"},
                                                   .min = 500,
                                                   .max = NAN,
                                                   .require_text = "at least 500 m"};
    result->sites.ids = copy_texts(ctx, texts[0], 7);
    result->sites.names = copy_texts(ctx, texts[1], 7);
    result->criteria[0].number = copy(ctx, grid, 7);
    result->criteria[1].number = copy(ctx, wind, 7);
    result->criteria[2].text = copy_texts(ctx, texts[2], 7);
    result->constraints[0].number = copy(ctx, slope, 7);
    result->constraints[1].number = copy(ctx, protected_m, 7);
    result->excluded_by = copy_texts(ctx, texts[3], 7);
    for (size_t c = 0; c < 3; c++) {
        result->values[c] = copy(ctx, values[c], 7);
        result->parts[c] = GS_ARRAY(ctx, double, 7);
        for (size_t i = 0; i < 7; i++)
            result->parts[c][i] = ranks[i] ? weights[c] * values[c][i] : NAN;
    }
    result->score = copy(ctx, scores, 7);
    result->method_index = copy(ctx, scores, 7);
    result->rank = GS_ARRAY(ctx, unsigned, 7);
    memcpy(result->rank, ranks, sizeof ranks);
    result->order = GS_ARRAY(ctx, size_t, 7);
    memcpy(result->order, order, sizeof order);
    for (size_t i = 0; i < 7; i++)
        result->feasible[i] = ranks[i] != 0;
    add_facts(ctx, result);
    add_shapes(ctx, result, polygons);
    judge(result);
    return result;
}

struct gs_result *test_run_large(struct gs_ctx *ctx, size_t n, size_t n_criteria)
{
    struct gs_result *result = make(ctx, n, n_criteria, 1);
    struct gs_study *study = test_run_study(result);
    for (size_t c = 0; c < n_criteria; c++) {
        char *id = gs_arena_printf(ctx, &study->arena, "criterion_%zu", c);
        study->criteria[c] = (struct gs_criterion){.factor = {.id = id,
                                                              .title = id,
                                                              .layer = &layers[1],
                                                              .measure_name = "distance",
                                                              .measure_text = "distance",
                                                              .unit = "m"},
                                                   .weight = 1.0 / (double)n_criteria,
                                                   .value_text = "linear"};
        result->criteria[c].number = GS_ARRAY(ctx, double, n);
        result->values[c] = GS_ARRAY(ctx, double, n);
        result->parts[c] = GS_ARRAY(ctx, double, n);
    }
    study->constraints[0] = (struct gs_constraint){.factor = {.id = "slope",
                                                              .title = "Flat ground",
                                                              .layer = &layers[2],
                                                              .measure_name = "slope",
                                                              .measure_text = "slope",
                                                              .unit = "degree"},
                                                   .min = NAN,
                                                   .max = 10,
                                                   .require_text = "at most 10 degree"};
    result->constraints[0].number = GS_ARRAY(ctx, double, n);
    result->sites.ids = GS_ARRAY(ctx, const char *, n);
    result->score = GS_ARRAY(ctx, double, n);
    result->method_index = GS_ARRAY(ctx, double, n);
    result->rank = GS_ARRAY_ZERO(ctx, unsigned, n);
    result->order = GS_ARRAY(ctx, size_t, n);
    result->excluded_by = GS_ARRAY_ZERO(ctx, const char *, n);
    for (size_t i = 0; i < n; i++) {
        bool feasible = i < n - n / 5;
        double score = 0;
        result->sites.ids[i] = gs_arena_printf(ctx, &result->arena, "site-%06zu", i);
        for (size_t c = 0; c < n_criteria; c++) {
            double value = (double)(n - i) / (double)n * (double)(c + 1) / (double)n_criteria;
            result->criteria[c].number[i] = sqrt((double)(i * 31 + c));
            result->values[c][i] = value;
            result->parts[c][i] = feasible ? value / (double)n_criteria : NAN;
            score += value / (double)n_criteria;
        }
        result->constraints[0].number[i] = feasible ? 5 : 12;
        result->score[i] = result->method_index[i] = feasible ? score : NAN;
        result->feasible[i] = feasible;
        result->rank[i] = feasible ? (unsigned)i + 1 : 0;
        result->excluded_by[i] = feasible ? NULL : "slope: 12 degree, at most 10 degree allowed";
        result->order[i] = i;
    }
    add_facts(ctx, result);
    add_shapes(ctx, result, false);
    judge(result);
    return result;
}

struct gs_study *test_run_study(struct gs_result *result)
{
    return (struct gs_study *)(uintptr_t)result->study; /* its own, so not really constant */
}

void test_run_free(struct gs_result *result)
{
    struct gs_study *study = test_run_study(result);
    gs_result_free(result);
    gs_study_free(study);
}
