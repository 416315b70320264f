// SPDX-License-Identifier: Apache-2.0
/* gs_study_open: from the file to the checked study, all faults of study and catalogue at once. */
#include "study/factor.h"
#include "study/open.h"
#include "study/parse.h"
#include "study/untrusted.h"

#include "base/mem.h"
#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static enum gs_status parse_bbox(struct gs_reader *reader, const struct gs_node *node,
                                 double bbox[4])
{
    const struct gs_node *child = node->kind == GS_NODE_LIST ? node->children : NULL;
    double box[4];
    size_t n = 0;
    for (; child; child = child->next, n++) {
        if (n == 4 || child->kind != GS_NODE_SCALAR)
            break;
        enum gs_status status =
            gs_parse_quantity(reader->ctx, child->text, "", "`bbox`", &child->pos, &box[n]);
        if (status)
            return gs_reader_count(reader, status);
    }
    if (n != 4 || child || !(box[0] < box[2]) || !(box[1] < box[3])) {
        gs_reader_fault(reader, &node->pos, "xmin below xmax, ymin below ymax, in the analysis CRS",
                        "`bbox` must be [xmin, ymin, xmax, ymax]");
        return GS_OK;
    }
    memcpy(bbox, box, sizeof box);
    return GS_OK;
}

static enum gs_status parse_area(struct gs_reader *reader, const struct gs_node *node,
                                 struct gs_study *study)
{
    struct gs_area *area = &study->area;
    for (int i = 0; i < 4; i++)
        area->bbox[i] = NAN;
    area->resolution_m = NAN;
    if (!node)
        return GS_OK;
    enum gs_status status = gs_read_block(reader, node, &gs_block_area, area);
    if (status)
        return status;
    area->crs_pos = gs_node_pos(gs_node_get(node, "crs"), node);
    const struct gs_node *extent = gs_node_get(node, "extent");
    if (!extent)
        return GS_OK;
    struct gs_extent_read read = {0};
    status = gs_read_block(reader, extent, &gs_block_extent, &read);
    if (status)
        return status;
    area->extent_pos = extent->pos;
    const struct gs_node *bbox = gs_node_get(extent, "bbox");
    if (bbox && read.layer)
        gs_reader_fault(reader, &extent->pos, NULL, "`layer` and `bbox` exclude each other");
    if (read.layer) {
        struct gs_pos pos = gs_node_pos(gs_node_get(extent, "layer"), extent);
        area->extent_layer = gs_parse_layer(reader, &study->catalogue, read.layer, &pos);
    }
    return bbox ? parse_bbox(reader, bbox, area->bbox) : GS_OK;
}

/* Sites that come from the area need one, and those from the surface its resolution. */
static void check_area_given(struct gs_reader *reader, const struct gs_study *study,
                             const struct gs_pos *pos, const char *what, bool surface)
{
    const struct gs_area *area = &study->area;
    if (isnan(area->bbox[0]) && !area->extent_layer && !study->candidates.layer)
        gs_reader_fault(reader, pos, "add `extent:` to `area:`, a layer or a bbox",
                        "`%s` needs to know the area", what);
    if (surface && isnan(area->resolution_m))
        gs_reader_fault(reader, pos, "add `resolution: 1 km` to `area:`",
                        "`%s` needs the size of the surface's cells", what);
}

static void check_land(struct gs_reader *reader, const struct gs_pos *pos, double land_m2,
                       const char *what)
{
    if (!(land_m2 > 0))
        gs_reader_fault(reader, pos, "give the facility its `land:`",
                        "`%s` needs to know how much land a site takes", what);
}

/* `locate:` or `cells:` in place of a layer. */
static enum gs_status parse_made(struct gs_reader *reader, const struct gs_node *locate,
                                 const struct gs_node *cells, struct gs_study *study)
{
    struct gs_candidates *c = &study->candidates;
    c->kind = locate ? GS_CANDIDATES_LOCATE : GS_CANDIDATES_CELLS;
    enum gs_status status = locate ? gs_read_block(reader, locate, &gs_block_locate, &c->locate)
                                   : gs_read_block(reader, cells, &gs_block_cells, &c->cells);
    const struct gs_pos *pos = locate ? &locate->pos : &cells->pos;
    check_area_given(reader, study, pos, locate ? "locate" : "cells", locate != NULL);
    if (!status && locate && isnan(c->locate.area_m2)) {
        c->locate.area_m2 = study->facility.land_m2;
        check_land(reader, pos, c->locate.area_m2, "locate");
    }
    return status;
}

static enum gs_status parse_kind(struct gs_reader *reader, const struct gs_node *node,
                                 const struct gs_candidates_read *read, struct gs_study *study)
{
    struct gs_candidates *c = &study->candidates;
    const struct gs_node *locate = gs_node_get(node, "locate"), *cells = gs_node_get(node, "cells");
    if (node->kind != GS_NODE_MAP)
        return GS_OK;
    if ((read->layer != NULL) + (locate != NULL) + (cells != NULL) != 1) {
        gs_reader_fault(reader, &node->pos, NULL,
                        "`candidates` needs one of `layer`, `locate` and `cells`");
        return GS_OK;
    }
    if (read->layer) {
        const struct gs_node *represent = gs_node_get(node, "represent");
        struct gs_pos pos = gs_node_pos(represent, node);
        if (c->represent == GS_REPRESENT_BEST_SITE) {
            check_area_given(reader, study, &pos, "best_site", true);
            check_land(reader, &pos, study->facility.land_m2, "best_site");
        }
        return GS_OK;
    }
    static const char *const of_layers[] = {"id", "name", "where", "represent"};
    for (size_t i = 0; i < sizeof of_layers / sizeof *of_layers; i++) {
        const struct gs_node *key = gs_node_get(node, of_layers[i]);
        if (key)
            gs_reader_fault(reader, &key->pos, "leave it out", "`%s` belongs to a `layer`",
                            of_layers[i]);
    }
    return parse_made(reader, locate, cells, study);
}

static enum gs_status parse_candidates(struct gs_reader *reader, const struct gs_node *node,
                                       struct gs_study *study)
{
    if (!node)
        return GS_OK;
    struct gs_candidates_read read = {0};
    enum gs_status status = gs_read_block(reader, node, &gs_block_candidates, &read);
    if (status)
        return status;
    struct gs_candidates *c = &study->candidates;
    c->pos = node->pos;
    c->represent = read.represent;
    c->layer_pos = gs_node_pos(gs_node_get(node, "layer"), node);
    c->id_pos = gs_node_pos(gs_node_get(node, "id"), node);
    c->name_pos = gs_node_pos(gs_node_get(node, "name"), node);
    c->where_pos = gs_node_pos(gs_node_get(node, "where"), node);
    c->id = read.id;
    c->name = read.name;
    c->where = read.where;
    if (read.layer)
        c->layer = gs_parse_layer(reader, &study->catalogue, read.layer, &c->layer_pos);
    return parse_kind(reader, node, &read, study);
}

/* A study that says nothing of it has the surface of the defaults. */
static enum gs_status parse_surface(struct gs_reader *reader, const struct gs_node *node,
                                    struct gs_study *study)
{
    struct gs_node none = {.kind = GS_NODE_MAP};
    return gs_read_block(reader, node ? node : &none, &gs_block_surface, &study->surface);
}

static enum gs_status apply_settings(struct gs_reader *reader, struct gs_node *root,
                                     const struct gs_study_options *options, struct gs_study *study)
{
    struct gs_text all;
    gs_text_init(&all);
    enum gs_status status = GS_OK;
    for (size_t i = 0; options && i < options->n_settings && !status; i++) {
        status = gs_reader_count(reader, gs_node_set(reader->ctx, reader->arena, root,
                                                     options->settings[i]));
        gs_text_printf(&all, "%s%s", i ? "\n" : "", options->settings[i]);
    }
    if (!status && all.failed)
        status = gs_fail_memory(reader->ctx);
    if (!status) {
        study->settings = gs_arena_text(reader->ctx, reader->arena, all.bytes ? all.bytes : "");
        status = study->settings ? GS_OK : GS_ENOMEM;
    }
    gs_text_release(&all);
    return status;
}

static enum gs_status parse_catalogue(struct gs_reader *reader, const struct gs_node *root,
                                      const char *name, const struct gs_study_options *options,
                                      struct gs_study *study)
{
    const char *folder = gs_path_folder(reader->ctx, reader->arena, study->path);
    const char *path = folder ? gs_path_join(reader->ctx, reader->arena, folder, name) : NULL;
    if (!path)
        return GS_ENOMEM;
    study->catalogue_path = path;
    if (study->catalogue_text)
        return gs_parse_catalogue(reader, path, options->layers_dir, &study->catalogue,
                                  &study->catalogue_text);
    if (options && options->untrusted) {
        size_t n_faults = reader->n_faults;
        struct gs_pos pos = gs_node_pos(gs_node_get(root, "catalogue"), root);
        gs_untrusted_catalogue(reader, study, &pos);
        if (reader->n_faults > n_faults)
            return GS_ESTUDY;
    }
    FILE *file = fopen(path, "rb"); /* so that the fault points at the study's own line */
    if (!file) {
        struct gs_pos pos = gs_node_pos(gs_node_get(root, "catalogue"), root);
        return gs_fail(reader->ctx, GS_ESTUDY, &pos, "the path is relative to the study file",
                       "the catalogue `%s` cannot be opened", path);
    }
    fclose(file);
    return gs_parse_catalogue(reader, path, options ? options->layers_dir : NULL, &study->catalogue,
                              &study->catalogue_text);
}

/* Everything that a scenario may change. */
static enum gs_status parse_question(struct gs_reader *reader, struct gs_node *root,
                                     struct gs_study *study)
{
    enum gs_status status =
        gs_parse_facility(reader, gs_node_get(root, "facility"), &study->facility);
    reader->facility = &study->facility;
    if (!status)
        status = parse_area(reader, gs_node_get(root, "area"), study);
    if (!status)
        status = parse_candidates(reader, gs_node_get(root, "candidates"), study);
    if (!status)
        status = parse_surface(reader, gs_node_get(root, "surface"), study);
    enum gs_missing missing = GS_MISSING_EXCLUDE;
    double worth = 0;
    if (!status)
        status = gs_parse_decision(reader, gs_node_get(root, "decision"), study, &missing, &worth);
    if (!status)
        status = gs_parse_constraints(reader, root, study);
    if (!status)
        status = gs_parse_criteria(reader, root, missing, worth, study);
    if (!status)
        status = gs_check_decision(reader, study);
    if (!status)
        gs_study_normalise(reader, study);
    if (!status)
        status = gs_parse_portfolio(reader, root, study);
    if (!status)
        status = gs_parse_robustness(reader, root, study);
    return status;
}

enum gs_status gs_parse_variant(struct gs_reader *reader, struct gs_node *root,
                                const struct gs_study *base, struct gs_study *study)
{
    study->path = base->path;
    study->text = base->text;
    study->settings = base->settings;
    study->title = base->title;
    study->description = base->description;
    study->catalogue_path = base->catalogue_path;
    study->catalogue_text = base->catalogue_text;
    study->catalogue = base->catalogue;
    return parse_question(reader, root, study);
}

/* What came of cutting the settings a run has kept into items. */
struct settings {
    struct gs_text text;
    const char **items;
    size_t n;
};

static void release_settings(struct settings *settings)
{
    gs_free(settings->items);
    gs_text_release(&settings->text);
}

static enum gs_status cut_settings(struct gs_ctx *ctx, const char *lines, struct settings *out)
{
    *out = (struct settings){.n = 0};
    gs_text_init(&out->text);
    gs_text_append(&out->text, lines ? lines : "");
    out->items = GS_ARRAY(ctx, const char *, out->text.length + 1);
    if (out->text.failed || !out->items) {
        bool told = !out->items;
        release_settings(out);
        return told ? GS_ENOMEM : gs_fail_memory(ctx);
    }
    for (char *rest = out->text.bytes; rest && *rest;) {
        out->items[out->n++] = rest;
        rest += strcspn(rest, "\n");
        if (*rest)
            *rest++ = 0;
    }
    return GS_OK;
}

/* The facility of another study in place of this one's. */
static enum gs_status take_facility(struct gs_reader *reader, struct gs_node *root,
                                    const struct gs_study_texts *from, const char *path)
{
    struct settings settings;
    struct gs_node *other;
    enum gs_status status =
        gs_node_parse(reader->ctx, reader->arena, path, from->study, strlen(from->study), &other);
    if (!status)
        status = cut_settings(reader->ctx, from->settings, &settings);
    if (status)
        return status;
    for (size_t i = 0; i < settings.n && !status; i++)
        status = gs_node_set(reader->ctx, reader->arena, other, settings.items[i]);
    release_settings(&settings);
    if (!status)
        gs_node_take(root, other, "facility");
    return status;
}

static enum gs_status parse_study(struct gs_reader *reader, struct gs_node *root,
                                  const struct gs_study_options *options,
                                  const struct gs_study_texts *texts, struct gs_study *study)
{
    struct gs_top_read top = {0};
    enum gs_status status = apply_settings(reader, root, options, study);
    if (!status && options && options->layers_dir &&
        !(study->layers_dir = gs_arena_text(reader->ctx, reader->arena, options->layers_dir)))
        status = GS_ENOMEM;
    if (!status && texts && texts->facility_of)
        status = take_facility(reader, root, texts->facility_of, study->path);
    if (!status)
        status = gs_read_block(reader, root, &gs_block_study, &top);
    if (status)
        return status;
    const struct gs_node *version = gs_node_get(root, "gigasite");
    double number;
    const char *rest;
    if (version && version->kind == GS_NODE_SCALAR && top.version != 1 &&
        gs_parse_number(version->text, &number, &rest)) /* else reported already */
        gs_reader_fault(reader, &version->pos, NULL,
                        "this is study format %lld, gigasite %s reads format 1", top.version,
                        gs_version());
    study->title = top.title ? top.title : study->path;
    study->description = top.description;
    if (!top.catalogue) /* nothing below can be checked without one */
        return GS_OK;
    status = parse_catalogue(reader, root, top.catalogue, options, study);
    if (!status)
        status = parse_question(reader, root, study);
    if (!status)
        status = gs_parse_scenarios(reader, root, study);
    if (!status && options && options->untrusted)
        status = gs_untrusted_layers(reader, study, options->layers_dir);
    return status;
}

/* `texts`: what to read in place of files, or NULL. */
static enum gs_status open_study(struct gs_ctx *ctx, const char *path,
                                 const struct gs_study_options *options,
                                 const struct gs_study_texts *texts, struct gs_study **out)
{
    struct gs_study *study = GS_NEW(ctx, struct gs_study);
    if (!study)
        return GS_ENOMEM;
    gs_arena_init(&study->arena);
    struct gs_reader reader = {.ctx = ctx, .arena = &study->arena};
    struct gs_node *root;
    study->path = gs_arena_text(ctx, &study->arena, path);
    enum gs_status status = study->path ? GS_OK : GS_ENOMEM;
    if (!status && texts) {
        study->text = gs_arena_text(ctx, &study->arena, texts->study);
        study->catalogue_text = gs_arena_text(ctx, &study->arena, texts->catalogue);
        status = study->text && study->catalogue_text
                     ? gs_node_parse(ctx, &study->arena, study->path, study->text,
                                     strlen(study->text), &root)
                     : GS_ENOMEM;
    } else if (!status) {
        status = gs_node_load(ctx, &study->arena, study->path, &root, &study->text);
    }
    if (!status)
        status = parse_study(&reader, root, options, texts, study);
    if (!status && reader.n_faults)
        status = GS_ESTUDY;
    if (status) {
        gs_study_free(study);
        return status;
    }
    *out = study;
    return GS_OK;
}

enum gs_status gs_study_open(struct gs_ctx *ctx, const char *path,
                             const struct gs_study_options *options, struct gs_study **out)
{
    return open_study(ctx, path, options, NULL, out);
}

enum gs_status gs_study_open_texts(struct gs_ctx *ctx, const char *path,
                                   const struct gs_study_texts *texts, struct gs_study **out)
{
    struct settings settings;
    enum gs_status status = cut_settings(ctx, texts->settings, &settings);
    if (status)
        return status;
    struct gs_study_options options = {.layers_dir = texts->layers_dir,
                                       .settings = settings.items,
                                       .n_settings = settings.n};
    status = open_study(ctx, path, &options, texts, out);
    release_settings(&settings);
    return status;
}

static const char *first_error(const struct gs_ctx *ctx)
{
    for (size_t i = 0; i < gs_diagnostic_count(ctx); i++)
        if (gs_diagnostic_at(ctx, i).severity == GS_ERROR)
            return gs_diagnostic_at(ctx, i).message;
    return "it has faults";
}

enum gs_status gs_study_open_kept(struct gs_ctx *ctx, const char *path,
                                  const struct gs_study_texts *texts, struct gs_arena *arena,
                                  struct gs_study **out, const char **fault)
{
    struct gs_ctx quiet;
    gs_ctx_init_worker(&quiet, ctx);
    enum gs_status status = gs_study_open_texts(&quiet, path, texts, out);
    *fault = NULL;
    if (status == GS_ENOMEM) {
        gs_fail_memory(ctx);
    } else if (status == GS_EINTERNAL) { /* such as no file descriptor left: nothing of the study */
        gs_fail(ctx, status, NULL, NULL, "%s", first_error(&quiet));
    } else if (status) {
        *out = NULL;
        *fault = gs_arena_text(ctx, arena, first_error(&quiet));
        status = *fault ? GS_OK : GS_ENOMEM;
    }
    gs_ctx_release_worker(&quiet);
    return status;
}

void gs_study_free(struct gs_study *study)
{
    if (!study)
        return;
    for (size_t i = 0; i < study->n_scenarios; i++)
        gs_study_free(study->scenarios[i].study);
    gs_arena_release(&study->arena);
    gs_free(study);
}
