// SPDX-License-Identifier: Apache-2.0
/* A written run read back for comparing: the sites with all that was measured of them, and the
 * study opened anew from its texts. */
#include "study/compare.h"

#include "base/ctx.h"
#include "base/mem.h"
#include "base/units.h"
#include "geo/session.h"
#include "geo/vector.h"
#include "study/explain.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct loader {
    struct gs_ctx *ctx;
    struct gs_run_side *side;
    bool has_digests;
    enum gs_status status;
};

static const char *keep(struct loader *loader, const char *text)
{
    const char *copy = text ? gs_arena_text(loader->ctx, &loader->side->arena, text) : NULL;
    if (text && !copy)
        loader->status = GS_ENOMEM;
    return copy;
}

/* -- tables -------------------------------------------------------------------------------------
 */

static bool read_fact(void *user, const char *const *values, size_t n)
{
    struct loader *loader = user;
    struct gs_run_side *side = loader->side;
    (void)n;
    loader->status = gs_grow(loader->ctx, &side->facts, &side->facts_capacity, side->n_facts + 1,
                             sizeof *side->facts);
    if (loader->status)
        return false;
    side->facts[side->n_facts++] = (struct gs_fact){keep(loader, values[0] ? values[0] : ""),
                                                    keep(loader, values[1] ? values[1] : "")};
    return loader->status == GS_OK;
}

static void add_factor(struct loader *loader, const char *const *values,
                       struct gs_run_factor **factors, size_t *n, size_t *capacity)
{
    loader->status = gs_grow(loader->ctx, factors, capacity, *n + 1, sizeof **factors);
    if (loader->status)
        return;
    (*factors)[(*n)++] = (struct gs_run_factor){
        .id = keep(loader, values[0] ? values[0] : ""),
        .title = keep(loader, values[1] ? values[1] : ""),
        .column = keep(loader, values[2] ? values[2] : ""),
        .met_column = keep(loader, values[3] ? values[3] : ""),
    };
}

static bool read_criterion(void *user, const char *const *values, size_t n)
{
    struct loader *loader = user;
    struct gs_run_side *side = loader->side;
    (void)n;
    add_factor(loader, values, &side->criteria, &side->n_criteria, &side->criteria_capacity);
    return loader->status == GS_OK;
}

static bool read_constraint(void *user, const char *const *values, size_t n)
{
    struct loader *loader = user;
    struct gs_run_side *side = loader->side;
    (void)n;
    add_factor(loader, values, &side->constraints, &side->n_constraints,
               &side->constraints_capacity);
    return loader->status == GS_OK;
}

static bool read_has_digests(void *user, const char *const *values, size_t n)
{
    (void)n;
    ((struct loader *)user)->has_digests = gs_number_of(values[0]) > 0;
    return true;
}

static bool read_digest(void *user, const char *const *values, size_t n)
{
    struct loader *loader = user;
    struct gs_run_side *side = loader->side;
    (void)n;
    loader->status = gs_grow(loader->ctx, &side->digests, &side->digests_capacity,
                             side->n_digests + 1, sizeof *side->digests);
    if (loader->status)
        return false;
    struct gs_layer_digest digest = {.layer = keep(loader, values[0] ? values[0] : ""),
                                     .where = keep(loader, values[1]),
                                     .n = (size_t)gs_number_of(values[6]),
                                     .text = keep(loader, values[7])};
    for (int i = 0; i < 4; i++)
        digest.bounds[i] = gs_number_of(values[2 + i]);
    side->digests[side->n_digests++] = digest;
    return loader->status == GS_OK;
}

static enum gs_status query(struct loader *loader, struct gs_db *db, const char *sql,
                            bool (*row)(void *, const char *const *, size_t))
{
    enum gs_status status = gs_db_query(loader->ctx, db, sql, NULL, 0, row, loader);
    return status ? status : loader->status;
}

/* A criterion's columns of table ranking stand together: measured, worth, part. */
static enum gs_status load_factors(struct loader *loader, struct gs_db *db)
{
    enum gs_status status =
        query(loader, db,
              "SELECT id, title, ranking_column, part.name FROM criteria "
              "JOIN pragma_table_info('ranking') AS measured "
              "ON measured.name = ranking_column "
              "JOIN pragma_table_info('ranking') AS part ON part.cid = measured.cid + 2 "
              "ORDER BY fid",
              read_criterion);
    if (!status)
        status = query(loader, db,
                       "SELECT id, title, ranking_column, met_column FROM constraints ORDER BY fid",
                       read_constraint);
    if (!status)
        status =
            query(loader, db, "SELECT count(*) FROM sqlite_master WHERE name = 'layer_features'",
                  read_has_digests);
    if (!status && loader->has_digests)
        status = query(loader, db,
                       "SELECT layer, \"where\", min_x, min_y, max_x, max_y, features, digest "
                       "FROM layer_features ORDER BY fid",
                       read_digest);
    return status;
}

static enum gs_status load_tables(struct loader *loader, bool only_facts)
{
    struct gs_db *db = NULL;
    enum gs_status status = gs_db_open(loader->ctx, loader->side->path, &db);
    if (!status)
        status = gs_check_is_run(loader->ctx, db, loader->side->path);
    if (!status)
        status = query(loader, db, "SELECT key, value FROM run ORDER BY fid", read_fact);
    if (!status && !only_facts)
        status = load_factors(loader, db);
    gs_db_close(db);
    return status;
}

/* -- the sites ----------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    enum gs_field_kind kind;
} fixed[] = {
    {"candidate_id", GS_FIELD_TEXT}, {"name", GS_FIELD_TEXT},       {"rank", GS_FIELD_NUMBER},
    {"score", GS_FIELD_NUMBER},      {"feasible", GS_FIELD_NUMBER}, {"excluded_by", GS_FIELD_TEXT},
};
enum { FIXED = sizeof fixed / sizeof *fixed };

struct wanted {
    const char **names;
    enum gs_field_kind *kinds;
    size_t n;
};

static enum gs_status want(struct gs_ctx *ctx, const struct gs_run_side *side,
                           const struct gs_vector *vector, const char *name, struct wanted *wanted)
{
    enum gs_field_kind kind;
    if (!gs_vector_field(vector, name, &kind, NULL, NULL))
        return gs_fail(ctx, GS_EDATA, NULL, NULL, "%s: table `ranking` has no column `%s`",
                       side->path, name);
    wanted->names[wanted->n] = name;
    wanted->kinds[wanted->n++] = kind == GS_FIELD_NUMBER ? GS_FIELD_NUMBER : GS_FIELD_TEXT;
    return GS_OK;
}

static enum gs_status want_all(struct gs_ctx *ctx, const struct gs_run_side *side,
                               const struct gs_vector *vector, struct wanted *wanted)
{
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < FIXED && !status; i++) {
        status = want(ctx, side, vector, fixed[i].name, wanted);
        if (!status)
            wanted->kinds[i] = fixed[i].kind;
    }
    for (size_t i = 0; i < side->n_criteria && !status; i++) {
        status = want(ctx, side, vector, side->criteria[i].column, wanted);
        if (!status)
            status = want(ctx, side, vector, side->criteria[i].met_column, wanted);
    }
    for (size_t i = 0; i < side->n_constraints && !status; i++) {
        status = want(ctx, side, vector, side->constraints[i].column, wanted);
        if (!status)
            status = want(ctx, side, vector, side->constraints[i].met_column, wanted);
    }
    return status;
}

static enum gs_status read_sites(struct loader *loader, struct gs_vector *vector,
                                 const struct gs_crs *crs)
{
    struct gs_ctx *ctx = loader->ctx;
    struct gs_run_side *side = loader->side;
    size_t most = FIXED + 2 * (side->n_criteria + side->n_constraints);
    struct wanted wanted = {.names = GS_ARRAY(ctx, const char *, most),
                            .kinds = GS_ARRAY(ctx, enum gs_field_kind, most)};
    enum gs_status status = wanted.names && wanted.kinds ? GS_OK : GS_ENOMEM;
    if (!status)
        status = want_all(ctx, side, vector, &wanted);
    struct gs_vector_request request = {.crs = crs,
                                        .all_geometries = true,
                                        .fields = wanted.names,
                                        .kinds = wanted.kinds,
                                        .n_fields = wanted.n};
    if (!status)
        status = gs_vector_read(ctx, vector, &request, &side->features);
    for (size_t i = 0; i < side->n_criteria && !status; i++) {
        side->criteria[i].measured = gs_run_column(side, side->criteria[i].column);
        side->criteria[i].part = gs_run_column(side, side->criteria[i].met_column);
    }
    for (size_t i = 0; i < side->n_constraints && !status; i++)
        side->constraints[i].measured = gs_run_column(side, side->constraints[i].column);
    gs_free(wanted.names);
    gs_free(wanted.kinds);
    return status;
}

static enum gs_status load_sites(struct loader *loader, const struct gs_crs *crs)
{
    struct gs_run_side *side = loader->side;
    const struct gs_layer layer = {
        .id = side->path, .title = side->path, .source = side->path, .table = "ranking", .band = 1};
    struct gs_vector *vector = NULL;
    enum gs_status status = gs_vector_open(loader->ctx, &layer, &vector);
    if (!status)
        status = gs_crs_new(loader->ctx, gs_crs_wkt(gs_vector_crs(vector)), NULL, side->path,
                            &side->crs);
    if (!status)
        status = read_sites(loader, vector, crs ? crs : side->crs);
    gs_vector_close(vector);
    const struct gs_column *ids = status ? NULL : gs_run_column(side, "candidate_id");
    for (size_t i = 0; ids && i < side->features.shapes.n; i++)
        if (!ids->text[i])
            return gs_fail(loader->ctx, GS_EDATA, NULL, NULL,
                           "%s: a site of table `ranking` has no id", side->path);
    return status;
}

/* -- the study ----------------------------------------------------------------------------------
 */

static void find_texts(struct gs_run_side *side)
{
    side->study_path = gs_run_fact(side, "study.path");
    side->texts = (struct gs_study_texts){.study = gs_run_fact(side, "study.text"),
                                          .settings = gs_run_fact(side, "study.settings"),
                                          .catalogue = gs_run_fact(side, "catalogue.text")};
}

static enum gs_status open_study(struct loader *loader)
{
    struct gs_run_side *side = loader->side;
    find_texts(side);
    if (!side->study_path || !side->texts.study || !side->texts.catalogue) {
        side->unread = "it does not hold its study";
        return GS_OK;
    }
    const char *fault;
    enum gs_status status = gs_study_open_kept(loader->ctx, side->study_path, &side->texts,
                                               &side->arena, &side->study, &fault);
    if (status || !fault)
        return status;
    side->unread = gs_arena_printf(loader->ctx, &side->arena,
                                   "gigasite %s cannot read its study: %s", gs_version(), fault);
    return side->unread ? GS_OK : GS_ENOMEM;
}

enum gs_status gs_run_side_load(struct gs_ctx *ctx, const char *path, const struct gs_crs *crs,
                                struct gs_run_side *out)
{
    *out = (struct gs_run_side){.path = path};
    gs_arena_init(&out->arena);
    gs_features_init(&out->features);
    struct loader loader = {.ctx = ctx, .side = out};
    enum gs_status status = load_tables(&loader, false);
    if (!status)
        status = gs_geo_start(ctx);
    if (!status)
        status = load_sites(&loader, crs);
    return status ? status : open_study(&loader);
}

enum gs_status gs_run_facts_load(struct gs_ctx *ctx, const char *path, struct gs_run_side *out)
{
    *out = (struct gs_run_side){.path = path};
    gs_arena_init(&out->arena);
    gs_features_init(&out->features);
    struct loader loader = {.ctx = ctx, .side = out};
    enum gs_status status = load_tables(&loader, true);
    find_texts(out);
    return status;
}

void gs_run_side_release(struct gs_run_side *side)
{
    gs_study_free(side->study);
    gs_features_release(&side->features);
    gs_crs_free(side->crs);
    gs_free(side->facts);
    gs_free(side->criteria);
    gs_free(side->constraints);
    gs_free(side->digests);
    gs_arena_release(&side->arena);
}

const char *gs_run_fact(const struct gs_run_side *side, const char *key)
{
    for (size_t i = 0; i < side->n_facts; i++)
        if (strcmp(side->facts[i].key, key) == 0)
            return side->facts[i].value;
    return NULL;
}

const char *gs_run_layer_fact(const struct gs_run_side *side, const char *layer, const char *what)
{
    char key[400];
    snprintf(key, sizeof key, "layer.%s.%s", layer, what);
    return gs_run_fact(side, key);
}

size_t gs_layer_in_key(const char *key, const char *what, const char **id)
{
    static const char before[] = "layer.";
    const char *dot = strrchr(key, '.');
    *id = key + sizeof before - 1;
    bool is =
        strncmp(key, before, sizeof before - 1) == 0 && dot > *id && strcmp(dot + 1, what) == 0;
    return is ? (size_t)(dot - *id) : 0;
}

const struct gs_column *gs_run_column(const struct gs_run_side *side, const char *name)
{
    return gs_features_column(&side->features, name);
}
