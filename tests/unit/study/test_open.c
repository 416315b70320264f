// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "model/study.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const catalogue =
    "gigasite: 1\n"
    "root: data\n"
    "layers:\n"
    "  substations:\n"
    "    source: grid.gpkg\n"
    "    layer: substations\n"
    "    fields:\n"
    "      voltage: {column: v, unit: kV}\n"
    "      headroom: {column: headroom_mw, unit: MW, missing: [-1]}\n"
    "  wind: {source: wind.tif, unit: m/s}\n"
    "  bare: {source: bare.tif}\n"
    "  cover:\n"
    "    source: cover.tif\n"
    "    nodata: 255\n"
    "    classes: {12: cropland, 13: urban}\n"
    "  remote: {source: /vsicurl/https://example.org/x.gpkg}\n"
    "  sites: {source: sites.csv, x: lon, y: lat, crs: EPSG:4326}\n";

static const char *const head =
    "gigasite: 1\n"
    "catalogue: catalogue.yaml\n"
    "area: {crs: EPSG:3035}\n"
    "facility: {accelerators: 100000, accelerator_power: 1.5 kW, pue: 1.2, "
    "wue: 0.3 L/kWh, utilisation: 0.85, land: 60 ha}\n"
    "candidates: {layer: sites, id: code}\n";

static const char *const wind =
    "- {id: wind, layer: wind, measure: {type: mean, radius: 50 km}, "
    "value: {type: logistic, midpoint: 6.5 m/s, steepness: 2}, weight: 15}\n";

static enum gs_status open_text(struct gs_ctx *ctx, const char *body,
                                const struct gs_study_options *options, struct gs_study **out)
{
    char text[8192];
    snprintf(text, sizeof text, "%s%s", head, body);
    test_write("catalogue.yaml", catalogue);
    const char *path = test_write("study.yaml", text);
    return gs_study_open(ctx, path, options, out);
}

/* The design's own example of power: 100,000 x 1.5 kW x 1.2 = 180 MW; 180 MW x 0.85 x 8760 h =
 * 1340.28 GWh; / 1.2 x 0.3 L/kWh = 335,070 m3. */
static void test_facility(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_study *study;
    char body[1024];
    snprintf(body, sizeof body,
             "constraints:\n"
             "- {id: headroom, layer: substations, measure: {type: max_within, field: headroom, "
             "radius: 30 km}, require: {min: facility.power, max: 2 * facility.power}}\n"
             "criteria:\n%s",
             wind);
    assert_ok(ctx, open_text(ctx, body, NULL, &study));
    assert_near(study->facility.power_mw, 180, 1e-9);
    assert_near(study->facility.energy_gwh_year, 1340.28, 1e-9);
    assert_near(study->facility.water_m3_year, 335070, 1e-6);
    assert_near(study->facility.land_m2, 600000, 1e-6);
    assert_near(study->constraints[0].min, 180, 1e-9);
    assert_near(study->constraints[0].max, 360, 1e-9);
    assert_string_equal(study->constraints[0].factor.unit, "MW");
    assert_string_equal(study->constraints[0].factor.measure_text,
                        "{type: max_within, field: headroom, radius: 30 km}");
    assert_near((double)gs_diagnostic_count(ctx), 0, 0);
    gs_study_free(study);
    gs_ctx_free(ctx);
}

static void test_weights_and_sources(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_study *study;
    char body[2048];
    snprintf(
        body, sizeof body,
        "criteria:\n"
        "- id: grid\n"
        "  weight: 35\n"
        "  criteria:\n"
        "  - {id: near, layer: substations, where: voltage >= 220, measure: distance, value: "
        "{type: linear, worst: 50 km, best: 2 km}, weight: 60}\n"
        "  - {id: room, layer: remote, measure: {type: count_within, radius: 1000}, value: {type: "
        "points, points: [[0, 0], [3, 1]]}, weight: 40}\n%s"
        "decision: {missing: 0.25}\n",
        wind);
    const char *settings[] = {"criteria.room.weight=60"};
    struct gs_study_options options = {.layers_dir = "/elsewhere",
                                       .settings = settings,
                                       .n_settings = 1};
    assert_ok(ctx, open_text(ctx, body, &options, &study));
    assert_int_equal(study->n_criteria, 3);
    assert_near(study->criteria[0].weight, 35.0 / 50 / 2, 1e-15);
    assert_near(study->criteria[1].weight, 35.0 / 50 / 2, 1e-15);
    assert_near(study->criteria[2].weight, 15.0 / 50, 1e-15);
    assert_string_equal(study->criteria[0].factor.layer->source, "/elsewhere/grid.gpkg");
    assert_string_equal(study->criteria[1].factor.layer->source,
                        "/vsicurl/https://example.org/x.gpkg");
    assert_string_equal(study->criteria[0].factor.unit, "m");
    assert_string_equal(study->criteria[2].factor.unit, "m/s");
    assert_int_equal(study->criteria[0].missing, GS_MISSING_WORTH);
    assert_near(study->criteria[0].missing_worth, 0.25, 0);
    char *text;
    assert_ok(ctx, gs_study_weights(ctx, study, GS_FORMAT_JSON, &text));
    assert_non_null(strstr(text, "{\"id\": \"wind\", \"weight\": 0.3, \"group\": null}"));
    gs_text_free(text);
    gs_study_free(study);
    gs_ctx_free(ctx);
}

struct fault {
    const char *body, *part, *hint;
};

/* One fault each; line counts from the study's first line (the head has five). */
static const struct fault faults[] = {
    {"criteria:\n- {id: a, layer: wind, measure: {type: mean, radios: 3 km}, value: {type: linear, "
     "worst: 0, best: 9}}\n",
     "unknown key `radios` in measure `mean`", "did you mean `radius`?"},
    {"criteria:\n- {id: a, layer: wind, measure: {type: mean, radius: 3 MW}, value: {type: linear, "
     "worst: 0, best: 9}}\n",
     "`radius` must be a length (m), but `3 MW` is a power", NULL},
    {"criteria:\n- {id: a, layer: wind, measure: {type: meen, radius: 3}, value: {type: linear, "
     "worst: "
     "0, best: 9}}\n",
     "there is no measure `meen`", "did you mean `mean`?"},
    {"criteria:\n- {id: a, layer: wind, measure: {type: mean, radius: 3}, value: {type: lineal, "
     "worst: "
     "0, best: 9}}\n",
     "there is no value function `lineal`", "did you mean `linear`?"},
    {"criteria:\n- {id: a, layer: wint, measure: {type: mean, radius: 3}, value: {type: linear, "
     "worst: "
     "0, best: 9}}\n",
     "the catalogue has no layer `wint`", "did you mean `wind`?"},
    {"criteria:\n- {id: a, layer: wind, measure: {type: mean, radius: 3}, value: {type: linear, "
     "worst: "
     "0 km, best: 9}}\n",
     "`worst` must be a speed (m/s), but `0 km` is a length", NULL},
    {"criteria:\n- {id: a, layer: wind, measure: {type: mean, radius: 3}, value: {type: linear, "
     "worst: "
     "0, best: 9}, weight: -1}\n",
     "`weight` is -1, but must be at least 0", NULL},
    {"criteria:\n- {id: a, layer: wind, measure: {type: mean, radius: 3}, value: {type: linear, "
     "worst: "
     "0, best: 9}, weight: .nan}\n",
     "`weight` must be a number", NULL},
    {"criteria:\n- {id: a, layer: wind, measure: {type: mean, radius: 3}, value: {type: linear, "
     "worst: "
     "0, best: 9}, weight: 0}\n",
     "all weights of the criteria are zero", NULL},
    {"criteria:\n- {id: a, layer: wind, measure: {type: mean, radius: 3}, value: {type: linear, "
     "worst: "
     "0, best: 9}}\n- {id: a, layer: wind, measure: {type: max, radius: 3}, value: {type: linear, "
     "worst: 0, best: 9}}\n",
     "`a` stands twice, first in line 7", NULL},
    {"criteria:\n- {id: a, layer: wind, measure: {type: mean, radius: [3]}, value: {type: linear, "
     "worst: "
     "0, best: 9}}\n",
     "`radius` must be a number, not a list", NULL},
    {"criteria:\n- {id: a, measure: {type: mean, radius: 3}, value: {type: linear, worst: 0, best: "
     "9}}\n",
     "`a` needs a layer", NULL},
    {"criteria:\n- {id: a, layer: wind, measure: {type: mean, radius: 3}}\n",
     "criterion needs `value`", NULL},
    {"criteria:\n- {id: a, layer: wind, measure: {type: mean, radius: 3}, better: higher, value: "
     "{type: "
     "linear, worst: 0, best: 9}}\n",
     "`value` and `better` exclude each other", NULL},
    {"criteria: []\n", "must be a list of criteria, not an empty one", NULL},
    {"robustness: {draws: 100}\ncriteria:\n- {id: a, layer: wind, measure: {type: mean, radius: "
     "3}, value: "
     "{type: linear, worst: 0, best: 9}}\n",
     "`robustness` needs something uncertain", NULL},
    {"decision: {method: topsy}\ncriteria:\n- {id: a, layer: wind, measure: {type: mean, radius: "
     "3}, "
     "value: {type: linear, worst: 0, best: 9}}\n",
     "there is no decision method `topsy`", "did you mean `topsis`?"},
    {"decision: {method: owa}\ncriteria:\n- {id: a, layer: wind, measure: {type: mean, radius: 3}, "
     "value: {type: linear, worst: 0, best: 9}}\n",
     "`owa` needs `order_weights` or `attitude`", NULL},
    {"decision: {method: owa, attitude: 0.5, order_weights: [1]}\ncriteria:\n- {id: a, layer: "
     "wind, measure: {type: mean, radius: 3}, value: {type: linear, worst: 0, best: 9}}\n",
     "exclude each other", NULL},
    {"decision: {method: owa, order_weights: [1, 2]}\ncriteria:\n- {id: a, layer: wind, measure: "
     "{type: mean, radius: 3}, value: {type: linear, worst: 0, best: 9}}\n",
     "there are 2 `order_weights` for 1 criterion", NULL},
    {"decision: {method: owa, order_weights: [0]}\ncriteria:\n- {id: a, layer: wind, measure: "
     "{type: mean, radius: 3}, value: {type: linear, worst: 0, best: 9}}\n",
     "all `order_weights` are zero", NULL},
    {"decision: {method: owa, order_weights: [-1]}\ncriteria:\n- {id: a, layer: wind, measure: "
     "{type: mean, radius: 3}, value: {type: linear, worst: 0, best: 9}}\n",
     "`order_weights` is -1, but must be at least 0", NULL},
    {"decision: {method: owa, order_weights: [nan]}\ncriteria:\n- {id: a, layer: wind, measure: "
     "{type: mean, radius: 3}, value: {type: linear, worst: 0, best: 9}}\n",
     "the number must be a number, not `nan`", NULL},
    {"decision: {method: owa, order_weights: [[1]]}\ncriteria:\n- {id: a, layer: wind, measure: "
     "{type: mean, radius: 3}, value: {type: linear, worst: 0, best: 9}}\n",
     "`order_weights` must be a list of numbers, not a list", NULL},
    {"decision: {method: owa, order_weights: 1}\ncriteria:\n- {id: a, layer: wind, measure: {type: "
     "mean, radius: 3}, value: {type: linear, worst: 0, best: 9}}\n",
     "`order_weights` must be a list of numbers", NULL},
    {"decision: {method: owa, attitude: 1.5}\ncriteria:\n- {id: a, layer: wind, measure: {type: "
     "mean, radius: 3}, value: {type: linear, worst: 0, best: 9}}\n",
     "`attitude` is 1.5, but must be at least 0 and at most 1", NULL},
    {"decision: {method: fuzzy}\ncriteria:\n- {id: a, layer: wind, measure: {type: mean, radius: "
     "3}, value: {type: linear, worst: 0, best: 9}}\n",
     "decision needs `operator`", NULL},
    {"decision: {method: fuzzy, operator: xor}\ncriteria:\n- {id: a, layer: wind, measure: {type: "
     "mean, radius: 3}, value: {type: linear, worst: 0, best: 9}}\n",
     "`operator` must be one of and, or, product, sum, gamma", NULL},
    {"decision: {method: fuzzy, operator: gamma}\ncriteria:\n- {id: a, layer: wind, measure: "
     "{type: mean, radius: 3}, value: {type: linear, worst: 0, best: 9}}\n",
     "`operator: gamma` needs `gamma`", NULL},
    {"decision: {method: fuzzy, operator: sum, gamma: 0.5}\ncriteria:\n- {id: a, layer: wind, "
     "measure: {type: mean, radius: 3}, value: {type: linear, worst: 0, best: 9}}\n",
     "`gamma` has no meaning with `operator: sum`", NULL},
    {"decision: {method: weighted_product, gamma: 0.5}\ncriteria:\n- {id: a, layer: wind, measure: "
     "{type: mean, radius: 3}, value: {type: linear, worst: 0, best: 9}}\n",
     "unknown key `gamma` in decision", NULL},
    {"decision: {missing: 1.5}\ncriteria:\n- {id: a, layer: wind, measure: {type: mean, radius: "
     "3}, "
     "value: {type: linear, worst: 0, best: 9}}\n",
     "`missing` must be exclude, worst, best, or a worth between 0 and 1", NULL},
    {"constraints:\n- {id: c, layer: wind, measure: {type: mean, radius: 3}, require: "
     "{}}\ncriteria:\n- "
     "{id: a, layer: wind, measure: {type: mean, radius: 3}, value: {type: linear, worst: 0, best: "
     "9}}\n",
     "`require` demands nothing", NULL},
    {"constraints:\n- {id: c, layer: wind, measure: {type: mean, radius: 3}, require: {min: "
     "facility.size}}"
     "\ncriteria:\n- {id: a, layer: wind, measure: {type: mean, radius: 3}, value: {type: linear, "
     "worst: "
     "0, best: 9}}\n",
     "`facility.size` is no size of the facility", NULL},
    {"criteria:\n- {id: a, layer: cover, measure: {type: share, classes: [urban]}, value: {type: "
     "linear, "
     "worst: 1, best: 1}}\n",
     "`worst` and `best` are the same (1)", NULL},
};

static void test_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct gs_ctx *ctx = test_ctx();
        struct gs_study *study;
        assert_status(ctx, open_text(ctx, faults[i].body, NULL, &study), GS_ESTUDY);
        assert_diagnostic(ctx, faults[i].part);
        if (faults[i].hint)
            assert_diagnostic(ctx, faults[i].hint);
        if (gs_diagnostic_count(ctx) != 1)
            assert_diagnostic(ctx, "only one fault was expected");
        struct gs_diagnostic diag = gs_diagnostic_at(ctx, 0);
        assert_true(diag.line >= 6 && diag.column >= 1);
        gs_ctx_free(ctx);
    }
}

static void test_all_faults_at_once(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_study *study;
    assert_status(
        ctx,
        open_text(ctx,
                  "colour: red\n"
                  "criteria:\n"
                  "- {id: a, layer: wind, measure: {type: mean, radius: 3 MW}, value: {type: "
                  "linear, worst: 0, best: 9 MW}, wieght: 3}\n"
                  "- {id: b, layer: nothing, measure: mean, value: {type: linear, best: 9}}\n",
                  NULL, &study),
        GS_ESTUDY);
    assert_diagnostic(ctx, "unknown key `colour`");
    assert_diagnostic(ctx, "`radius` must be a length");
    assert_diagnostic(ctx, "`best` must be a speed");
    assert_diagnostic(ctx, "did you mean `weight`?");
    assert_diagnostic(ctx, "no layer `nothing`");
    assert_diagnostic(ctx, "needs `worst`");
    assert_int_equal(gs_diagnostic_count(ctx), 6);
    gs_ctx_free(ctx);
}

/* The word of the study counts where nothing else states a unit, aloud for vector fields. */
static void test_adopted_unit(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_study *study;
    assert_ok(
        ctx,
        open_text(ctx,
                  "criteria:\n"
                  "- {id: a, layer: bare, measure: {type: value}, value: {type: linear, worst: "
                  "3 m/s, best: 36 km/h}}\n"
                  "- {id: b, layer: substations, measure: {type: max_within, field: other, "
                  "radius: 1 km}, value: {type: linear, worst: 0, best: 3 GW}}\n",
                  NULL, &study));
    assert_string_equal(study->criteria[0].factor.unit, "m/s");
    assert_string_equal(study->criteria[1].factor.unit, "GW");
    assert_diagnostic(ctx, "taken to be in GW");
    gs_study_free(study);
    gs_ctx_free(ctx);
}

static void test_caret(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_study *study;
    assert_status(ctx, open_text(ctx, "títle: ñ\ncriteria:\n- id: é\n  wäight: 3\n", NULL, &study),
                  GS_ESTUDY);
    char *text = gs_diagnostic_format(ctx, 0, false);
    assert_non_null(strstr(text, "study.yaml:6:1: error: unknown key `títle` in the study\n"
                                 "  títle: ñ\n"
                                 "  ^\n"
                                 "  hint: did you mean `title`?"));
    gs_text_free(text);
    gs_ctx_free(ctx);
}

static enum gs_status open_with_extent(struct gs_ctx *ctx, const char *extent,
                                       struct gs_study **out)
{
    char body[1024], setting[200];
    const char *const settings[] = {setting};
    const struct gs_study_options options = {.settings = settings, .n_settings = 1};
    snprintf(body, sizeof body, "criteria:\n%s", wind);
    snprintf(setting, sizeof setting, "area.extent=%s", extent);
    return open_text(ctx, body, &options, out);
}

static void test_extent(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_study *study;
    assert_ok(ctx, open_with_extent(ctx, "{bbox: [-1.5, 2, 3e6, 4]}", &study));
    const double expected[4] = {-1.5, 2, 3e6, 4};
    for (int i = 0; i < 4; i++)
        assert_near(study->area.bbox[i], expected[i], 0);
    assert_null(study->area.extent_layer);
    gs_study_free(study);
    assert_ok(ctx, open_with_extent(ctx, "{layer: substations}", &study));
    assert_string_equal(study->area.extent_layer->id, "substations");
    assert_near(study->area.bbox[0], NAN, 0);
    gs_study_free(study);
    gs_ctx_free(ctx);
    const struct {
        const char *extent, *part;
    } wrong[] = {
        {"{bbox: [0, 0, 1]}", "`bbox` must be [xmin, ymin, xmax, ymax]"},
        {"{bbox: [0, 0, 1, 1, 1]}", "`bbox` must be [xmin, ymin, xmax, ymax]"},
        {"{bbox: [1, 0, 0, 1]}", "`bbox` must be [xmin, ymin, xmax, ymax]"},
        {"{bbox: 7}", "`bbox` must be [xmin, ymin, xmax, ymax]"},
        {"{bbox: [0, 0, 10 km, 1]}", "`bbox` must be a plain number"}, /* axes may be in degrees */
        {"{bbox: [0, 0, x, 1]}", "`bbox` must be a number"},
        {"{layer: substation}", "did you mean `substations`?"},
        {"{layer: substations, bbox: [0, 0, 1, 1]}", "`layer` and `bbox` exclude each other"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ctx = test_ctx();
        assert_status(ctx, open_with_extent(ctx, wrong[i].extent, &study), GS_ESTUDY);
        assert_diagnostic(ctx, wrong[i].part);
        assert_int_equal(gs_diagnostic_count(ctx), 1);
        gs_ctx_free(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_extent),
        cmocka_unit_test(test_facility),
        cmocka_unit_test(test_weights_and_sources),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_all_faults_at_once),
        cmocka_unit_test(test_adopted_unit),
        cmocka_unit_test(test_caret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
