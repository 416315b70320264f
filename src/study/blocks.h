// SPDX-License-Identifier: Apache-2.0
/* The blocks a study and a catalogue are made of, as parameter tables: the single source of the
 * YAML check, the schema and the reference page. */
#ifndef GS_STUDY_BLOCKS_H
#define GS_STUDY_BLOCKS_H

#include "base/param.h"
#include "model/study.h"

/* A key of type GS_PARAM_NODE says in `placeholder` what it holds:
 *   "block:NAME"  a mapping with the keys of that block
 *   "list:NAME"   a list of such mappings
 *   "map:NAME"    a mapping of names to such mappings
 *   "measure", "value"  a mapping whose `type` names an entry of that registry, beside the entry's
 *                 parameters
 *   "uncertainty" a text, or a mapping with the keys of that block
 *   "weight_range" fixed | any | order | a mapping with the keys of that block
 *   "bounds"      a mapping of ids to [least, greatest] shares
 *   "counts"      a mapping of fields to whole numbers
 *   "weights"     a mapping of ids of criteria and groups to weights
 *   "changes"     a mapping of ids to the keys that change, or `none`
 *   "judgements"  a list of [a, b, number], or a mapping of experts to such lists
 *   "order"       a list of ids, or of lists of ids that share a place
 *   "texts"       a mapping of names to texts
 *   "missing"     exclude | worst | best | a worth between 0 and 1
 *   "bbox"        [xmin, ymin, xmax, ymax] */
struct gs_block {
    const char *name;
    const char *summary;
    const struct gs_param *params;
    size_t n_params;
    size_t size; /* of the struct that the offsets count in */
};

extern const struct gs_block *const gs_blocks[];
extern const size_t gs_n_blocks;

/* What the blocks are read into, where the model has no struct of the same shape. */
struct gs_top_read {
    long long version;
    const char *title, *description, *catalogue;
};

struct gs_extent_read {
    const char *layer;
};

struct gs_candidates_read {
    const char *layer, *id, *name, *where;
    int represent;
};

struct gs_factor_read { /* constraint and criterion */
    const char *id, *title, *layer, *where;
    double weight;
    int missing;
    int better, normalise;
};

struct gs_require_read {
    double min, max;
    struct gs_texts in, not_in;
};

struct gs_group_read {
    const char *id, *title;
    double weight;
};

struct gs_decision_read {
    const char *method;
    int normalise;
};

struct gs_also_read {
    const char *method;
    int normalise;
};

struct gs_uncertainty_read {
    const char *sd, *interval;
    bool common;
};

struct gs_weight_range_read {
    double spread;
};

struct gs_budget_read {
    const char *field;
    double max;
};

struct gs_headroom_read {
    const char *layer, *where, *field, *id;
    double radius_m, demand_mw;
    bool split;
};

struct gs_weighing_read {
    int method;
    bool accept_inconsistency;
};

extern const char *const gs_weighing_names[]; /* in the order of enum gs_weighing_method */

struct gs_scenario_read {
    const char *id, *title;
};

struct gs_catalogue_read {
    long long version;
    const char *root;
};

struct gs_layer_read {
    struct gs_layer layer;
    long long band;
    int theme;
    struct gs_texts nodata;
};

extern const struct gs_block gs_block_study, gs_block_area, gs_block_extent, gs_block_facility,
    gs_block_candidates, gs_block_locate, gs_block_cells, gs_block_constraint, gs_block_require,
    gs_block_criterion, gs_block_group, gs_block_decision, gs_block_also, gs_block_preference,
    gs_block_scenario, gs_block_weighing, gs_block_uncertainty, gs_block_robustness,
    gs_block_weight_range, gs_block_portfolio, gs_block_budget, gs_block_headroom, gs_block_surface,
    gs_block_catalogue, gs_block_layer, gs_block_field, gs_block_fetch;

extern const char *const gs_themes[];

/* Keys of the design that this version does not carry out: they get an error of their own instead
 * of "unknown key". NULL-terminated pairs of block name and key. */
extern const char *const gs_future_keys[][2];

#endif
