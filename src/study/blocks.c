// SPDX-License-Identifier: Apache-2.0
#include "study/blocks.h"

#include "decision/normalise.h"

#include <math.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define TEXT(owner, name, member_, ...)                                                            \
    {                                                                                              \
        .key = name, .type = GS_PARAM_TEXT, .offset = offsetof(struct owner, member_), __VA_ARGS__ \
    }
#define QUANTITY(owner, name, member_, unit_, ...)                                                 \
    {                                                                                              \
        .key = name, .type = GS_PARAM_QUANTITY, .unit = unit_,                                     \
        .offset = offsetof(struct owner, member_), __VA_ARGS__                                     \
    }
#define NODE(name, holds, ...)                                                                     \
    {                                                                                              \
        .key = name, .type = GS_PARAM_NODE, .placeholder = holds, __VA_ARGS__                      \
    }
#define BLOCK(id, owner, params_, ...)                                                             \
    const struct gs_block gs_block_##id = {.name = #id,                                            \
                                           .params = params_,                                      \
                                           .n_params = COUNT(params_),                             \
                                           .size = sizeof(struct owner),                           \
                                           .summary = __VA_ARGS__}

const char *const gs_themes[] = {"grid", "renewables", "water", "land", "fibre", "other", NULL};

/* -- the study --------------------------------------------------------------------------------- */

static const struct gs_param study_params[] = {
    {.key = "gigasite",
     .type = GS_PARAM_INTEGER,
     .flags = GS_PARAM_REQUIRED,
     .offset = offsetof(struct gs_top_read, version),
     .help = "Version of the study format: 1"},
    TEXT(gs_top_read, "title", title, .help = "What the study asks, in a sentence"),
    TEXT(gs_top_read, "description", description, .help = "Anything worth telling a reader"),
    TEXT(gs_top_read, "catalogue", catalogue, .flags = GS_PARAM_REQUIRED,
         .help = "The catalogue of layers, relative to this file"),
    NODE("area", "block:area", .flags = GS_PARAM_REQUIRED, .help = "Where, and in which CRS"),
    NODE("facility", "block:facility", .help = "What is to be sited"),
    NODE("candidates", "block:candidates", .flags = GS_PARAM_REQUIRED, .help = "The sites to rank"),
    NODE("constraints", "list:constraint", .help = "What a site must satisfy to be ranked"),
    NODE("criteria", "list:criterion", .flags = GS_PARAM_REQUIRED,
         .help = "What makes a site better; a member with `criteria:` of its own is a group"),
    NODE("weights", "block:weighing",
         .help = "Where the weights of the criteria come from, in place of their `weight:`"),
    NODE("decision", "block:decision", .help = "How criteria become a ranking"),
    NODE("robustness", "block:robustness",
         .help = "How far the ranking stands when weights and "
                 "data are uncertain"),
    NODE("portfolio", "block:portfolio", .help = "The best set of sites that go together"),
    NODE("scenarios", "list:scenario", .help = "The same question with something changed"),
    NODE("surface", "block:surface", .help = "What `run --surface` writes"),
};
BLOCK(study, gs_top_read, study_params, "A study: one question asked of one catalogue");

static const struct gs_param area_params[] = {
    TEXT(gs_area, "crs", crs, .flags = GS_PARAM_REQUIRED,
         .help = "The analysis CRS, such as EPSG:3035; every layer is reprojected to it"),
    QUANTITY(gs_area, "resolution", resolution_m, "m", .flags = GS_PARAM_MIN_OPEN,
             .help = "Cell size of the surface"),
    NODE("extent", "block:extent",
         .help = "The area of the study; by default the candidates' extent"),
};
BLOCK(area, gs_area, area_params, "The area of the study and its CRS");

static const struct gs_param extent_params[] = {
    TEXT(gs_extent_read, "layer", layer, .help = "A layer whose extent is the area"),
    NODE("bbox", "bbox", .help = "[xmin, ymin, xmax, ymax] in the analysis CRS"),
};
BLOCK(extent, gs_extent_read, extent_params, "The extent: a layer or a box");

static const struct gs_param facility_params[] = {
    QUANTITY(gs_facility, "accelerators", accelerators, "1", .max = INFINITY,
             .help = "How many accelerators"),
    QUANTITY(gs_facility, "accelerator_power", accelerator_power_w, "W", .max = INFINITY,
             .help = "Power of one accelerator with its share of host, network and storage"),
    QUANTITY(gs_facility, "pue", pue, "1", .min = 1, .max = INFINITY,
             .help = "Power usage effectiveness: all power by computing power"),
    QUANTITY(gs_facility, "wue", wue_m3_per_j, "m3/J", .max = INFINITY,
             .help = "Water usage effectiveness, such as `0.3 L/kWh` of computing energy"),
    QUANTITY(gs_facility, "utilisation", utilisation, "1", .min = 0, .max = 1,
             .help = "Mean load by full load"),
    QUANTITY(gs_facility, "power", power_mw, "MW", .max = INFINITY,
             .help = "Power of the whole site; derived as accelerators × accelerator_power × pue"),
    QUANTITY(gs_facility, "energy", energy_gwh_year, "GWh/year", .max = INFINITY,
             .help = "Energy a year; derived as power × utilisation × 8760 h"),
    QUANTITY(gs_facility, "water", water_m3_year, "m3/year", .max = INFINITY,
             .help = "Water a year; derived as energy / pue × wue"),
    QUANTITY(gs_facility, "land", land_m2, "m2", .max = INFINITY,
             .help = "Land of the site; around a point candidate this area is a disc"),
};
BLOCK(
    facility, gs_facility, facility_params,
    "The facility sizes the site; quantities elsewhere may say `facility.power`, `facility.water`, "
    "… or a multiple such as `1.5 * facility.power`");

static const char *const represents[] = {"whole", "point", "best_site", NULL};
static const struct gs_param candidates_params[] = {
    TEXT(gs_candidates_read, "layer", layer, .help = "A layer of points or polygons"),
    TEXT(gs_candidates_read, "id", id,
         .help =
             "Field with the id of each site, unique; by default its number in the layer, from 1"),
    TEXT(gs_candidates_read, "name", name, .help = "Field with the name of each site"),
    TEXT(gs_candidates_read, "where", where, .help = "Only the sites that satisfy this condition"),
    {.key = "represent",
     .type = GS_PARAM_CHOICE,
     .choices = represents,
     .fallback = "whole",
     .offset = offsetof(struct gs_candidates_read, represent),
     .help = "What is measured of a polygon: all of it, a point inside it, or the best contiguous "
             "site of facility.land that the surface has in it"},
    NODE("locate", "block:locate",
         .help = "In place of a layer: the best regions of the surface; needs `area: resolution`"),
    NODE("cells", "block:cells", .help = "In place of a layer: cells that cover the area"),
};
BLOCK(candidates, gs_candidates_read, candidates_params,
      "The sites to rank: one of `layer`, `locate` and `cells`");

static const struct gs_param locate_params[] = {
    {.key = "count",
     .type = GS_PARAM_INTEGER,
     .min = 1,
     .max = 10000,
     .fallback = "10",
     .offset = offsetof(struct gs_locate_choice, count),
     .help = "How many regions"},
    QUANTITY(gs_locate_choice, "area", area_m2, "m2", .max = INFINITY, .flags = GS_PARAM_MIN_OPEN,
             .help = "Area of each; facility.land if not given"),
    QUANTITY(gs_locate_choice, "spacing", spacing_m, "m", .max = INFINITY, .fallback = "0",
             .help = "Least distance between the cells of two regions, from centre to centre"),
    QUANTITY(gs_locate_choice, "compactness", compactness, "1", .max = 1, .fallback = "0.5",
             .help = "0: the highest scores whatever the shape, 1: as round as can be"),
};
BLOCK(locate, gs_locate_choice, locate_params,
      "Sites found on the surface: contiguous regions of a given area with the highest mean score, "
      "apart from each other; how near they come to the best possible is told in table `run`");

static const char *const cell_shapes[] = {"square", "hexagon", NULL};
static const struct gs_param cells_params[] = {
    {.key = "shape",
     .type = GS_PARAM_CHOICE,
     .choices = cell_shapes,
     .fallback = "hexagon",
     .offset = offsetof(struct gs_cell_choice, shape),
     .help = "Their shape"},
    QUANTITY(gs_cell_choice, "size", size_m, "m", .max = INFINITY,
             .flags = GS_PARAM_REQUIRED | GS_PARAM_MIN_OPEN,
             .help = "Side of a square; distance between opposite sides of a hexagon"),
};
BLOCK(cells, gs_cell_choice, cells_params,
      "Cells of one size as candidates: those whose centre lies in the area's extent, at multiples "
      "of the size from the origin of the CRS, so that they stay where they are when it grows");

#define FACTOR_KEYS                                                                                \
    TEXT(gs_factor_read, "id", id, .flags = GS_PARAM_REQUIRED,                                     \
         .help = "Short unique name: it also names columns of the result"),                        \
        TEXT(gs_factor_read, "title", title, .help = "For people; by default the id"),             \
        TEXT(gs_factor_read, "layer", layer,                                                       \
             .help = "A layer of the catalogue; not for measure `attribute`"),                     \
        TEXT(gs_factor_read, "where", where,                                                       \
             .help =                                                                               \
                 "Only the features that satisfy this SQL condition, in the catalogue's field "    \
                 "names"),                                                                         \
        NODE("measure", "measure", .flags = GS_PARAM_REQUIRED,                                     \
             .help = "What turns the layer into one number per site")

static const char *const constraint_missing[] = {"exclude", "pass", NULL};
static const struct gs_param constraint_params[] = {
    FACTOR_KEYS,
    NODE("require", "block:require", .flags = GS_PARAM_REQUIRED, .help = "What must hold"),
    {.key = "missing",
     .type = GS_PARAM_CHOICE,
     .choices = constraint_missing,
     .fallback = "exclude",
     .offset = offsetof(struct gs_factor_read, missing),
     .help = "What becomes of a site without data"},
};
BLOCK(constraint, gs_factor_read, constraint_params,
      "A measure that a site must satisfy; a site that fails is kept, unranked, with the reason");

static const struct gs_param require_params[] = {
    QUANTITY(gs_require_read, "min", min, GS_UNIT_MEASURED, .help = "At least this"),
    QUANTITY(gs_require_read, "max", max, GS_UNIT_MEASURED, .help = "At most this"),
    {.key = "in",
     .type = GS_PARAM_CLASSES,
     .offset = offsetof(struct gs_require_read, in),
     .help = "One of these classes or texts"},
    {.key = "not_in",
     .type = GS_PARAM_CLASSES,
     .offset = offsetof(struct gs_require_read, not_in),
     .help = "None of these classes or texts"},
};
BLOCK(require, gs_require_read, require_params, "What a constraint demands; bounds belong to it");

#define NORMALISE(owner, help_)                                                                    \
    {                                                                                              \
        .key = "normalise", .type = GS_PARAM_CHOICE, .choices = gs_normalise_names,                \
        .fallback = "default", .offset = offsetof(struct owner, normalise), .help = help_          \
    }
static const char *const betters[] = {"higher", "lower", NULL};
static const struct gs_param criterion_params[] = {
    FACTOR_KEYS,
    NODE("value", "value",
         .help = "The value function: what turns the measured quantity into a worth of 0 to 1; "
                 "this or `better`"),
    {.key = "better",
     .type = GS_PARAM_CHOICE,
     .choices = betters,
     .offset = offsetof(struct gs_factor_read, better),
     .help = "In place of `value`: more is better, or less; sites are then compared with each "
             "other, so that a worth moves when other sites come or go"},
    NORMALISE(gs_factor_read, "With `better`: how the sites' quantities are brought to one scale; "
                              "by default as `decision:` says"),
    NODE("preference", "block:preference",
         .help = "What a difference between two sites means; for promethee2 and electre3"),
    NODE("uncertainty", "uncertainty",
         .help = "How far the measured quantity may be off, for `robustness:`; by default as the "
                 "layer says"),
    QUANTITY(gs_factor_read, "weight", weight, "1", .max = INFINITY, .fallback = "1",
             .help = "Weight within its group; any non-negative numbers, normalised"),
    NODE("missing", "missing",
         .help = "What a site without data gets: exclude, worst, best, or a worth of 0 to 1; by "
                 "default as in `decision:`"),
};
BLOCK(criterion, gs_factor_read, criterion_params,
      "A criterion: layer, measure, value function, weight");

static const char *const preference_types[] = {"usual",  "u_shape",  "v_shape", "level",
                                               "linear", "gaussian", NULL};
#define THRESHOLD(name, help_)                                                                     \
    QUANTITY(gs_preference, #name, name, GS_UNIT_MEASURED, .max = INFINITY,                        \
             .flags = GS_PARAM_DIFFERENCE, .help = help_)
static const struct gs_param preference_params[] = {
    {.key = "type",
     .type = GS_PARAM_CHOICE,
     .choices = preference_types,
     .fallback = "usual",
     .offset = offsetof(struct gs_preference, type),
     .help = "Shape for promethee2: how strongly a difference d prefers the better site"},
    THRESHOLD(indifference, "Up to this d counts nothing (u_shape, level, linear, electre3)"),
    THRESHOLD(preference, "From this d on it counts fully (v_shape, level, linear, electre3)"),
    THRESHOLD(sigma, "Where the bend of 1 - exp(-d²/2 sigma²) is (gaussian)"),
    THRESHOLD(veto, "From this d on the worse site cannot outrank the better one (electre3)"),
};
BLOCK(preference, gs_preference, preference_params,
      "What a difference d between two sites means, in the unit of the measured quantity or, with "
      "`value`, as a difference of worths");

static const struct gs_param group_params[] = {
    TEXT(gs_group_read, "id", id, .flags = GS_PARAM_REQUIRED, .help = "Short unique name"),
    TEXT(gs_group_read, "title", title, .help = "For people; by default the id"),
    QUANTITY(gs_group_read, "weight", weight, "1", .max = INFINITY, .fallback = "1",
             .help = "Weight of the group among its neighbours"),
    NODE("weights", "block:weighing",
         .help = "Where its members' weights come from, in place of their `weight:`"),
    NODE("criteria", "list:criterion", .flags = GS_PARAM_REQUIRED, .help = "Its members"),
};
BLOCK(group, gs_group_read, group_params, "A group of criteria that shares one weight");

static const struct gs_param decision_params[] = {
    TEXT(gs_decision_read, "method", method, .fallback = "weighted_sum",
         .help = "A decision method; its parameters stand beside it"),
    NORMALISE(gs_decision_read, "How criteria with `better:` are brought to one scale; by default "
                                "as the method usually does"),
    NODE("also", "list:also",
         .help = "Methods to compare with, by name or with parameters: the ranks they give and how "
                 "far they agree"),
    NODE("missing", "missing",
         .help =
             "What a site without data in a criterion gets: exclude (the default), worst, best, "
             "or a worth of 0 to 1"),
};
BLOCK(decision, gs_decision_read, decision_params, "How criteria become a ranking");

static const struct gs_param also_params[] = {
    TEXT(gs_also_read, "method", method, .flags = GS_PARAM_REQUIRED,
         .help = "A decision method; its parameters stand beside it"),
    NORMALISE(gs_also_read, "How criteria with `better:` are brought to one scale for it"),
};
BLOCK(also, gs_also_read, also_params,
      "A method to compare with; its name alone is short for `{method: NAME}`");

static const struct gs_param uncertainty_params[] = {
    TEXT(gs_uncertainty_read, "sd", sd,
         .help = "Standard deviation: in the unit of the quantity, or `10 %` of it"),
    TEXT(gs_uncertainty_read, "interval", interval,
         .help = "In place of `sd`: evenly spread within ± this, or within ± `10 %`"),
    {.key = "common",
     .type = GS_PARAM_FLAG,
     .fallback = "false",
     .offset = offsetof(struct gs_uncertainty_read, common),
     .help = "One deviation for all sites, as of a source that is biased"},
};
BLOCK(uncertainty, gs_uncertainty_read, uncertainty_params,
      "How far data may be off; `uncertainty: 10 %` is short for `{sd: 10 %}`. A percentage is of "
      "each quantity; where no site measures below 0, no draw does");

static const struct gs_param robustness_params[] = {
    {.key = "draws",
     .type = GS_PARAM_INTEGER,
     .min = 1,
     .max = 100000000,
     .fallback = "10000",
     .offset = offsetof(struct gs_robustness, draws),
     .help = "How many times the sites are ranked"},
    {.key = "seed",
     .type = GS_PARAM_INTEGER,
     .min = 0,
     .max = 9007199254740992,
     .fallback = "1",
     .offset = offsetof(struct gs_robustness, seed),
     .help = "The same seed gives the same figures"},
    {.key = "top",
     .type = GS_PARAM_INTEGER,
     .min = 1,
     .max = 1000000,
     .offset = offsetof(struct gs_robustness, top),
     .help = "What `p_top` counts: among the best so many; by default the portfolio's count, else "
             "5"},
    NODE("weights", "weight_range",
         .help = "Which weights are drawn: fixed (the default), any, order (any that keep the "
                 "order of the given ones), {spread: 30 %} or {bounds: {wind: [0.1, 0.3]}}"),
};
BLOCK(robustness, gs_robustness, robustness_params,
      "SMAA-2: the sites are ranked again and again with weights and data drawn at random; data as "
      "`uncertainty:` of criteria and layers says. Source: R. Lahdelma, P. Salminen (2001), "
      "SMAA-2: Stochastic multicriteria acceptability analysis for group decision making, "
      "Operations Research 49:444-454");

static const struct gs_param weight_range_params[] = {
    QUANTITY(gs_weight_range_read, "spread", spread, "1", .max = 1, .flags = GS_PARAM_MIN_OPEN,
             .help = "Each final share evenly within ± this of itself, such as 30 %"),
    NODE("bounds", "bounds",
         .help = "Final shares of criteria: {wind: [0.1, 0.3]}; the others from 0 to 1"),
};
BLOCK(weight_range, gs_weight_range_read, weight_range_params, "Which weights are drawn");

static const char *const objectives[] = {"sum", "worst", NULL};
static const struct gs_param portfolio_params[] = {
    {.key = "count",
     .type = GS_PARAM_INTEGER,
     .min = 1,
     .max = 1000,
     .flags = GS_PARAM_REQUIRED,
     .offset = offsetof(struct gs_portfolio_choice, count),
     .help = "How many sites"},
    QUANTITY(gs_portfolio_choice, "spacing", spacing_m, "m", .max = INFINITY, .fallback = "0",
             .help = "Least distance between two of them"),
    {.key = "objective",
     .type = GS_PARAM_CHOICE,
     .choices = objectives,
     .fallback = "sum",
     .offset = offsetof(struct gs_portfolio_choice, objective),
     .help = "The largest sum of scores, or the best worst site"},
    NODE("at_most", "counts",
         .help = "How many may share a text in a field of the candidates: {country: 1}"),
    {.key = "include",
     .type = GS_PARAM_TEXTS,
     .offset = offsetof(struct gs_portfolio_choice, include),
     .help = "Ids of sites that are chosen already"},
    {.key = "exclude",
     .type = GS_PARAM_TEXTS,
     .offset = offsetof(struct gs_portfolio_choice, exclude),
     .help = "Ids of sites that are not to be chosen"},
    NODE("budget", "block:budget", .help = "What all of them together may cost"),
    NODE("headroom", "block:headroom",
         .help = "Grid nodes that sites draw from: none gives more than it has"),
    QUANTITY(gs_portfolio_choice, "time_limit", time_limit_s, "s", .max = INFINITY,
             .flags = GS_PARAM_MIN_OPEN, .fallback = "60 s",
             .help =
                 "After this the best set found is taken, with how far it may be from the best"),
    {.key = "runners_up",
     .type = GS_PARAM_INTEGER,
     .min = 0,
     .max = 1000,
     .fallback = "10",
     .offset = offsetof(struct gs_portfolio_choice, runners_up),
     .help = "For how many more sites to tell what it would cost to have them in the set"},
};
BLOCK(portfolio, gs_portfolio_choice, portfolio_params,
      "The best set of sites under spacing, quotas, budget and shared headroom, found exactly as a "
      "mixed-integer program");

static const struct gs_param budget_params[] = {
    {.key = "field",
     .type = GS_PARAM_FIELD,
     .flags = GS_PARAM_REQUIRED,
     .offset = offsetof(struct gs_budget_read, field),
     .help = "Field of the candidates with the cost of each"},
    QUANTITY(gs_budget_read, "max", max, GS_UNIT_MEASURED, .max = INFINITY,
             .flags = GS_PARAM_REQUIRED, .help = "What they may cost together"),
};
BLOCK(budget, gs_budget_read, budget_params, "A budget over a field of costs");

static const struct gs_param headroom_params[] = {
    TEXT(gs_headroom_read, "layer", layer, .flags = GS_PARAM_REQUIRED,
         .help = "The layer of nodes, such as substations"),
    TEXT(gs_headroom_read, "where", where, .help = "Only nodes that satisfy this condition"),
    {.key = "field",
     .type = GS_PARAM_FIELD,
     .flags = GS_PARAM_REQUIRED,
     .offset = offsetof(struct gs_headroom_read, field),
     .help = "Field with what a node can give, a power"},
    {.key = "id",
     .type = GS_PARAM_FIELD,
     .offset = offsetof(struct gs_headroom_read, id),
     .help = "Field with a name for each node; its coordinates if not given"},
    QUANTITY(gs_headroom_read, "radius", radius_m, "m", .max = INFINITY,
             .flags = GS_PARAM_REQUIRED | GS_PARAM_MIN_OPEN,
             .help = "How far a site may be from a node it draws from"),
    QUANTITY(gs_headroom_read, "demand", demand_mw, "MW", .max = INFINITY,
             .help = "What a site draws; facility.power if not given"),
    {.key = "split",
     .type = GS_PARAM_FLAG,
     .fallback = "false",
     .offset = offsetof(struct gs_headroom_read, split),
     .help = "A site may draw from several nodes"},
};
BLOCK(headroom, gs_headroom_read, headroom_params,
      "Headroom that sites share: each draws its power from nodes within reach");

const char *const gs_weighing_names[] = {"direct",   "ahp",   "rank_order_centroid",
                                         "rank_sum", "equal", "entropy",
                                         "critic",   NULL};
static const struct gs_param weighing_params[] = {
    {.key = "method",
     .type = GS_PARAM_CHOICE,
     .choices = gs_weighing_names,
     .flags = GS_PARAM_REQUIRED,
     .offset = offsetof(struct gs_weighing_read, method),
     .help = "ahp: by `judgements`; rank_order_centroid, rank_sum: by `order`; equal; entropy, "
             "critic: by how the feasible sites differ; direct: by the members' own `weight`"},
    NODE("judgements", "judgements",
         .help = "Of every pair, [wind, solar, 3] for `wind counts 3 times as much as solar`, from "
                 "1/9 to 9; several experts as {name: [...], ...}, merged by the geometric mean"),
    NODE("order", "order",
         .help = "All members, the most important first; [a, [b, c]]: b and c "
                 "share a place"),
    {.key = "accept_inconsistency",
     .type = GS_PARAM_FLAG,
     .fallback = "false",
     .offset = offsetof(struct gs_weighing_read, accept_inconsistency),
     .help = "Take judgements whose consistency ratio is above 0.1, with a warning"},
};
BLOCK(weighing, gs_weighing_read, weighing_params,
      "Where the weights of the members come from, in place of their `weight:`. Sources: T. L. "
      "Saaty (1980), The Analytic Hierarchy Process; F. H. Barron, B. E. Barrett (1996), "
      "Management Science 42:1515-1523; W. G. Stillwell, D. A. Seaver, W. Edwards (1981), "
      "Organizational Behavior and Human Performance 28:62-77; C.-L. Hwang, K. Yoon (1981), "
      "Multiple Attribute Decision Making, section 3.1 (entropy); D. Diakoulaki, G. Mavrotas, L. "
      "Papayannakis (1995), Computers & Operations Research 22:763-770 (critic)");

static const struct gs_param scenario_params[] = {
    TEXT(gs_scenario_read, "id", id, .flags = GS_PARAM_REQUIRED,
         .help = "Short unique name: it also names a column of the result"),
    TEXT(gs_scenario_read, "title", title, .help = "For people; by default the id"),
    NODE("facility", "block:facility", .help = "What of the facility is different"),
    NODE("weights", "weights",
         .help = "Other weights of criteria and groups, by id: {wind: 40}; the others stay as they "
                 "are before they are normalised"),
    NODE("constraints", "changes",
         .help = "Other keys of constraints, by id: {headroom: {require: {min: 50 MW}}}; `none` "
                 "leaves one out"),
    NODE("criteria", "changes",
         .help = "Other keys of criteria, by id: {wind: {missing: worst}}; `none` leaves one out"),
    NODE("layers", "texts",
         .help = "Layers of the catalogue in place of others: {substations: substations_2030}"),
};
BLOCK(scenario, gs_scenario_read, scenario_params,
      "The study with something changed: all scenarios are ranked in one run, each layer being "
      "read once; what a site measures is measured again only where it changes");

static const char *const keeps[] = {"none", "values", "measured", "all", NULL};
static const char *const compressions[] = {"zstd", "deflate", "none", NULL};
static const struct gs_param surface_params[] = {
    {.key = "keep",
     .type = GS_PARAM_CHOICE,
     .choices = keeps,
     .fallback = "none",
     .offset = offsetof(struct gs_surface_choice, keep),
     .help =
         "Rasters of each criterion that are written too: its worth, the measured quantity, both"},
    {.key = "compression",
     .type = GS_PARAM_CHOICE,
     .choices = compressions,
     .fallback = "zstd",
     .offset = offsetof(struct gs_surface_choice, compression),
     .help =
         "Of the rasters: zstd is quick, deflate is read by any program, none by any and at once"},
};
BLOCK(surface, gs_surface_choice, surface_params,
      "The surface: every cell of the area, written by `run --surface` as Cloud Optimized GeoTIFF");

/* -- the catalogue ----------------------------------------------------------------------------- */

static const struct gs_param catalogue_params[] = {
    {.key = "gigasite",
     .type = GS_PARAM_INTEGER,
     .flags = GS_PARAM_REQUIRED,
     .offset = offsetof(struct gs_catalogue_read, version),
     .help = "Version of the catalogue format: 1"},
    TEXT(gs_catalogue_read, "root", root, .fallback = ".",
         .help = "Folder of the sources, relative to this file; --layers-dir overrides it"),
    NODE("layers", "map:layer", .flags = GS_PARAM_REQUIRED, .help = "The layers by name"),
};
BLOCK(catalogue, gs_catalogue_read, catalogue_params, "A catalogue of layers");

static const char *const resamplings[] = {"default", "nearest", "bilinear",
                                          "cubic",   "average", NULL};
static const struct gs_param layer_params[] = {
    TEXT(gs_layer_read, "title", layer.title, .help = "For people; by default the name"),
    TEXT(gs_layer_read, "description", layer.description, .help = "What a user should know"),
    {.key = "theme",
     .type = GS_PARAM_CHOICE,
     .choices = gs_themes,
     .fallback = "other",
     .offset = offsetof(struct gs_layer_read, theme),
     .help = "What it is about"},
    TEXT(gs_layer_read, "source", layer.source, .flags = GS_PARAM_REQUIRED,
         .help = "Anything GDAL opens: a file below `root`, /vsicurl/…, /vsizip/…, PG:…, WFS:…"),
    TEXT(gs_layer_read, "layer", layer.table,
         .help = "The layer inside the source; may be left out "
                 "when there is one only"),
    TEXT(gs_layer_read, "sql", layer.sql, .help = "In place of `layer`: a SpatiaLite query"),
    TEXT(gs_layer_read, "where", layer.where, .help = "A condition that always applies"),
    TEXT(gs_layer_read, "x", layer.x, .help = "Column with x or longitude, for tables"),
    TEXT(gs_layer_read, "y", layer.y, .help = "Column with y or latitude, for tables"),
    TEXT(gs_layer_read, "crs", layer.crs, .help = "The CRS of a source that carries none"),
    {.key = "crs_override",
     .type = GS_PARAM_FLAG,
     .fallback = "false",
     .offset = offsetof(struct gs_layer_read, layer.crs_override),
     .help = "Take `crs` even though the source states another one"},
    NODE("fields", "map:field", .help = "Fields by the name studies use"),
    {.key = "band",
     .type = GS_PARAM_INTEGER,
     .min = 1,
     .max = 65536,
     .fallback = "1",
     .offset = offsetof(struct gs_layer_read, band),
     .help = "Band of a raster"},
    TEXT(gs_layer_read, "unit", layer.unit,
         .help = "Unit of a raster's values; by default as the file says"),
    {.key = "nodata",
     .type = GS_PARAM_TEXTS,
     .offset = offsetof(struct gs_layer_read, nodata),
     .help = "Raster values that mean no data, besides the file's own"},
    {.key = "resampling",
     .type = GS_PARAM_CHOICE,
     .choices = resamplings,
     .fallback = "default",
     .offset = offsetof(struct gs_layer_read, layer.resampling),
     .help = "Between raster cells; by default nearest for classes, bilinear for quantities"},
    NODE("classes", "texts", .help = "Names of a raster's classes by code"),
    NODE("options", "texts", .help = "GDAL open options"),
    TEXT(gs_layer_read, "vintage", layer.vintage, .help = "When the data was made: 2022-03"),
    TEXT(gs_layer_read, "expires", layer.expires,
         .help = "When it should be renewed: a date, 2027-06, or a time after the vintage, 1 year"),
    TEXT(gs_layer_read, "licence", layer.licence, .help = "SPDX id or name"),
    TEXT(gs_layer_read, "attribution", layer.attribution,
         .help = "What must be shown with results"),
    NODE("uncertainty", "uncertainty",
         .help = "How far what is measured of it may be off, for `robustness:`"),
    NODE("fetch", "block:fetch", .help = "Where it can be had"),
};
BLOCK(layer, gs_layer_read, layer_params, "A dataset");

static const struct gs_param field_params[] = {
    TEXT(gs_field, "column", column, .help = "Column of the source; by default the field's name"),
    TEXT(gs_field, "unit", unit, .fallback = "", .help = "Unit of its values"),
    TEXT(gs_field, "title", title, .help = "For people"),
    {.key = "missing",
     .type = GS_PARAM_TEXTS,
     .offset = offsetof(struct gs_field, missing),
     .help = "Values that mean unknown"},
};
BLOCK(field, gs_field, field_params, "A field of a layer");

static const struct gs_param fetch_params[] = {
    TEXT(gs_fetch, "url", url, .flags = GS_PARAM_REQUIRED,
         .help = "Where it is downloaded from: https://…, or a file as GDAL names it, /vsi…"),
    TEXT(gs_fetch, "sha256", sha256,
         .help = "What the downloaded file must hash to (SHA-256, 64 hexadecimal digits)"),
    TEXT(gs_fetch, "member", member,
         .help = "The file that is wanted of a downloaded archive (zip, tar, tar.gz): its path "
                 "there, or "
                 "its name when only one is called so; a file geodatabase by its folder, .gdb"),
};
BLOCK(
    fetch, gs_fetch, fetch_params,
    "How a source is fetched by `gigasite layers fetch`. It is kept as published where it ends as "
    "`source` does; else it becomes what `source` ends in: .gpkg a GeoPackage, .tif a "
    "Cloud Optimized GeoTIFF");

const struct gs_block *const gs_blocks[] = {
    &gs_block_study,      &gs_block_area,         &gs_block_extent,      &gs_block_facility,
    &gs_block_candidates, &gs_block_locate,       &gs_block_cells,       &gs_block_constraint,
    &gs_block_require,    &gs_block_criterion,    &gs_block_preference,  &gs_block_group,
    &gs_block_decision,   &gs_block_also,         &gs_block_weighing,    &gs_block_scenario,
    &gs_block_robustness, &gs_block_weight_range, &gs_block_uncertainty, &gs_block_portfolio,
    &gs_block_budget,     &gs_block_headroom,     &gs_block_surface,     &gs_block_catalogue,
    &gs_block_layer,      &gs_block_field,        &gs_block_fetch,
};
const size_t gs_n_blocks = COUNT(gs_blocks);

const char *const gs_future_keys[][2] = {
    {"criterion", "surface"},
    {NULL, NULL},
};
