// SPDX-License-Identifier: Apache-2.0
#include "output/comparison.h"

#include "base/mem.h"
#include "output/ranking.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct gs_gpkg_column fixed[] = {
    {"candidate_id", GS_GPKG_TEXT, "Site id", "Id of the candidate site"},
    {"name", GS_GPKG_TEXT, "Name", "Name of the candidate site"},
    {"change", GS_GPKG_TEXT, "Change",
     "better, worse, same rank, became feasible, excluded, excluded in both, entered or left"},
    {"rank_old", GS_GPKG_INTEGER, "Rank before", "Empty when the site was not ranked"},
    {"rank_new", GS_GPKG_INTEGER, "Rank now", "Empty when the site is not ranked"},
    {"ranks_gained", GS_GPKG_INTEGER, "Ranks gained", "Below 0: lost"},
    {"score_old", GS_GPKG_REAL, "Score before", "0 (worst) to 1 (best)"},
    {"score_new", GS_GPKG_REAL, "Score now", "0 (worst) to 1 (best)"},
    {"score_change", GS_GPKG_REAL, "Change of score", "Of sites ranked in both runs"},
    {"main_cause", GS_GPKG_TEXT, "Main cause", "What moved it most, in or out"},
    {"excluded_by_old", GS_GPKG_TEXT, "Excluded before by", "Why the site was excluded"},
    {"excluded_by_new", GS_GPKG_TEXT, "Excluded now by", "Why the site is excluded"},
    {"old_id", GS_GPKG_TEXT, "Site id before", "Its id in the old run; empty: it was not there"},
    {"matched_by_place", GS_GPKG_BOOLEAN, "Matched by place", "Its id alone would not tell"},
    {"moved_m", GS_GPKG_REAL, "Moved by", "How far the site itself moved [m]"},
};

static const struct gs_gpkg_column causes[] = {
    {"cause", GS_GPKG_TEXT, "Cause", "What differs between the runs"},
    {"kind", GS_GPKG_TEXT, "Kind", "Kind of input"},
    {"detail", GS_GPKG_TEXT, "Detail", "How it was and how it is"},
    {"movement", GS_GPKG_REAL, "Movement", "Sum of the absolute changes of score it makes"},
    {"share", GS_GPKG_REAL, "Share", "Of all causes' movement, 0 to 1"},
    {"sites_moved", GS_GPKG_INTEGER, "Sites moved", "Sites whose score it changes"},
    {"sites_in_or_out", GS_GPKG_INTEGER, "Sites in or out",
     "Sites whose feasibility it changes, more than all else together"},
    {"changes_column", GS_GPKG_TEXT, "Column of changes",
     "Column of layer changes that holds what it does to each score"},
};

static const struct gs_gpkg_column layers[] = {
    {"layer", GS_GPKG_TEXT, "Layer", "Id of the layer"},
    {"where", GS_GPKG_TEXT, "Where", "Filter under which it was read"},
    {"vintage_old", GS_GPKG_TEXT, "Vintage before", NULL},
    {"vintage_new", GS_GPKG_TEXT, "Vintage now", NULL},
    {"changed", GS_GPKG_BOOLEAN, "Changed", "Whether its content is another, by fingerprint"},
    {"features_old", GS_GPKG_INTEGER, "Features before", "Within what both runs read"},
    {"features_new", GS_GPKG_INTEGER, "Features now", "Within what both runs read"},
    {"same", GS_GPKG_INTEGER, "The same", "Features that are alike"},
    {"altered", GS_GPKG_INTEGER, "Altered", "At the same place with another shape or attributes"},
    {"moved", GS_GPKG_INTEGER, "Moved", "Features that moved by less than the limit of the search"},
    {"added", GS_GPKG_INTEGER, "Added", NULL},
    {"removed", GS_GPKG_INTEGER, "Removed", NULL},
    {"not_told", GS_GPKG_TEXT, "Not told", "Why features are not compared"},
};

static const struct gs_gpkg_column notes[] = {
    {"note", GS_GPKG_TEXT, "Note", "What differs between the runs, what cannot be told"},
};

/* -- columns ------------------------------------------------------------------------------------
 */

/* The fixed columns, then "by_CRITERION" and "from_CAUSE". */
struct columns {
    struct gs_gpkg_column *items;
    size_t n, n_criteria;
    struct gs_arena arena;
};

static bool is_taken(const struct columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->n; i++)
        if (strcasecmp(columns->items[i].name, name) == 0)
            return true;
    return strcasecmp(name, "fid") == 0 || strcasecmp(name, "geom") == 0;
}

static enum gs_status add_column(struct gs_ctx *ctx, struct columns *columns, const char *prefix,
                                 const char *id, const char *title, const char *description)
{
    char *name = gs_arena_printf(ctx, &columns->arena, "%s%s", prefix, id), *wanted = name;
    for (char *p = name; p && *p; p++)
        if (strchr(" +", *p))
            *p = '_';
    for (unsigned n = 2; name && is_taken(columns, name); n++)
        name = gs_arena_printf(ctx, &columns->arena, "%s_%u", wanted, n);
    char *shown = gs_arena_printf(ctx, &columns->arena, "Change by %s", title);
    if (!name || !shown)
        return GS_ENOMEM;
    columns->items[columns->n++] = (struct gs_gpkg_column){name, GS_GPKG_REAL, shown, description};
    return GS_OK;
}

static enum gs_status make_columns(struct gs_ctx *ctx, const struct gs_comparison *cmp,
                                   struct columns *out)
{
    *out = (struct columns){.n = COUNT(fixed)};
    gs_arena_init(&out->arena);
    size_t most = COUNT(fixed) + cmp->n_criteria + cmp->n_causes;
    out->items = GS_ARENA_ARRAY(ctx, &out->arena, struct gs_gpkg_column, most);
    if (!out->items)
        return GS_ENOMEM;
    memcpy(out->items, fixed, sizeof fixed);
    out->n_criteria = cmp->criteria_left_out ? 0 : cmp->n_criteria;
    enum gs_status status = GS_OK;
    for (size_t c = 0; c < out->n_criteria && !status; c++)
        status = add_column(ctx, out, "by_", cmp->criteria[c], cmp->criterion_titles[c],
                            "What this criterion adds to the change of the score");
    for (size_t p = 0; p < cmp->n_causes && !status; p++)
        status = add_column(ctx, out, "from_", cmp->causes[p].key, cmp->causes[p].key,
                            "What this cause adds to the change of the score (Shapley value)");
    return status;
}

/* -- rows ---------------------------------------------------------------------------------------
 */

static enum gs_status write_changes(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                    const struct gs_comparison *cmp, const struct gs_crs *crs,
                                    const char *geometry, const struct columns *columns)
{
    struct gs_gpkg_cell *cells = GS_ARRAY_ZERO(ctx, struct gs_gpkg_cell, columns->n);
    enum gs_status status =
        cells ? gs_gpkg_add_table(ctx, gpkg, "changes", "Changes",
                                  "What became of each site between two runs, and why", crs,
                                  geometry, columns->items, columns->n)
              : GS_ENOMEM;
    for (size_t i = 0; i < cmp->n_sites && !status; i++) {
        const struct gs_compared_site *site = &cmp->sites[i];
        const struct gs_gpkg_cell row[] = {
            gs_text_cell(site->id),
            gs_text_cell(site->name),
            gs_text_cell(gs_fate_names[site->fate]),
            gs_number_cell(site->rank[0]),
            gs_number_cell(site->rank[1]),
            gs_number_cell(site->rank[0] - site->rank[1]),
            gs_number_cell(site->score[0]),
            gs_number_cell(site->score[1]),
            gs_number_cell(site->score[1] - site->score[0]),
            gs_text_cell(site->main_cause == SIZE_MAX ? NULL : cmp->causes[site->main_cause].key),
            gs_text_cell(site->excluded_by[0]),
            gs_text_cell(site->excluded_by[1]),
            gs_text_cell(site->old_id),
            gs_number_cell(site->by_place),
            gs_number_cell(site->moved_m),
        };
        memcpy(cells, row, sizeof row);
        size_t at = COUNT(row);
        for (size_t c = 0; c < columns->n_criteria; c++)
            cells[at++] = gs_number_cell(cmp->by_criterion[c][i]);
        for (size_t p = 0; p < cmp->n_causes; p++)
            cells[at++] = gs_number_cell(cmp->by_cause[p][i]);
        if (i % 1000 == 0)
            status = gs_check_cancel(ctx);
        if (!status)
            status = gs_gpkg_add_row(ctx, gpkg, cells, &cmp->shapes, i);
    }
    gs_free(cells);
    return status;
}

static enum gs_status write_causes(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                   const struct gs_comparison *cmp, const struct columns *columns)
{
    enum gs_status status = gs_gpkg_add_table(ctx, gpkg, "causes", "Causes",
                                              "What differs between the runs and how much it moved",
                                              NULL, NULL, causes, COUNT(causes));
    for (size_t p = 0; p < cmp->n_causes && !status; p++) {
        const struct gs_cause *cause = &cmp->causes[p];
        struct gs_gpkg_cell cells[] = {
            gs_text_cell(cause->key),
            gs_text_cell(gs_cause_kinds[cause->kind]),
            gs_text_cell(cause->detail),
            gs_number_cell(cause->movement),
            gs_number_cell(cause->share),
            gs_number_cell((double)cause->n_moved),
            gs_number_cell((double)cause->n_flipped),
            gs_text_cell(columns->items[columns->n - cmp->n_causes + p].name),
        };
        status = gs_gpkg_add_row(ctx, gpkg, cells, NULL, 0);
    }
    return status ? status : gs_add_aliases(ctx, gpkg, "causes", causes, COUNT(causes));
}

static enum gs_status write_layers(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                   const struct gs_comparison *cmp)
{
    enum gs_status status = gs_gpkg_add_table(ctx, gpkg, "layer_changes", "Layers",
                                              "What changed in each layer, features matched by "
                                              "place",
                                              NULL, NULL, layers, COUNT(layers));
    for (size_t i = 0; i < cmp->n_layers && !status; i++) {
        const struct gs_layer_change *layer = &cmp->layers[i];
        double told = layer->told ? 0 : NAN, counted = layer->counted ? 0 : NAN;
        struct gs_gpkg_cell cells[] = {
            gs_text_cell(layer->layer),
            gs_text_cell(layer->where),
            gs_text_cell(layer->vintage[0]),
            gs_text_cell(layer->vintage[1]),
            gs_number_cell(layer->changed),
            gs_number_cell(counted + (double)layer->n[0]),
            gs_number_cell(counted + (double)layer->n[1]),
            gs_number_cell(told + (double)layer->same),
            gs_number_cell(told + (double)layer->altered),
            gs_number_cell(told + (double)layer->moved),
            gs_number_cell(told + (double)layer->added),
            gs_number_cell(told + (double)layer->removed),
            gs_text_cell(layer->why_not),
        };
        status = gs_gpkg_add_row(ctx, gpkg, cells, NULL, 0);
    }
    return status ? status : gs_add_aliases(ctx, gpkg, "layer_changes", layers, COUNT(layers));
}

static enum gs_status write_notes(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                  const struct gs_comparison *cmp)
{
    const char *left_out[] = {cmp->causes_left_out, cmp->criteria_left_out};
    enum gs_status status = gs_gpkg_add_table(ctx, gpkg, "notes", "Notes",
                                              "The two runs, and what cannot be told of "
                                              "them",
                                              NULL, NULL, notes, COUNT(notes));
    for (size_t i = 0; i < cmp->n_notes && !status; i++) {
        struct gs_gpkg_cell cell = gs_text_cell(cmp->notes[i]);
        status = gs_gpkg_add_row(ctx, gpkg, &cell, NULL, 0);
    }
    for (size_t i = 0; i < COUNT(left_out) && !status; i++) {
        struct gs_gpkg_cell cell = gs_text_cell(left_out[i]);
        if (left_out[i])
            status = gs_gpkg_add_row(ctx, gpkg, &cell, NULL, 0);
    }
    return status ? status : gs_add_aliases(ctx, gpkg, "notes", notes, COUNT(notes));
}

static enum gs_status add_style(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *geometry,
                                const struct columns *columns)
{
    char *qml;
    enum gs_status status = gs_write_changes_qml(ctx, columns->items, columns->n,
                                                 strstr(geometry, "POLYGON") != NULL, &qml);
    if (status)
        return status;
    status = gs_gpkg_add_style(ctx, gpkg, "changes", qml);
    gs_free(qml);
    return status;
}

enum gs_status gs_write_comparison(struct gs_ctx *ctx, const struct gs_comparison *cmp,
                                   const char *path, int64_t timestamp)
{
    struct columns columns;
    struct gs_gpkg *gpkg = NULL;
    struct gs_crs *crs = NULL;
    const char *geometry = "";
    enum gs_status status = make_columns(ctx, cmp, &columns);
    if (!status)
        status = gs_gpkg_check_target(ctx, path);
    if (!status)
        status = gs_gpkg_geometry_type(ctx, &cmp->shapes, &geometry);
    if (!status)
        status = gs_crs_new(ctx, cmp->crs_wkt, NULL, "the sites", &crs);
    if (!status)
        status = gs_gpkg_create(ctx, path, timestamp, &gpkg);
    if (!status)
        status = write_changes(ctx, gpkg, cmp, crs, geometry, &columns);
    if (!status)
        status = write_causes(ctx, gpkg, cmp, &columns);
    if (!status)
        status = write_layers(ctx, gpkg, cmp);
    if (!status)
        status = write_notes(ctx, gpkg, cmp);
    if (!status)
        status = add_style(ctx, gpkg, geometry, &columns);
    if (!status)
        status = gs_gpkg_finish(ctx, gpkg);
    gs_gpkg_free(gpkg);
    gs_crs_free(crs);
    gs_arena_release(&columns.arena);
    return status;
}
