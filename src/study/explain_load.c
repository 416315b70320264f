// SPDX-License-Identifier: Apache-2.0
/* Reading a written run back. */
#include "study/explain.h"

#include "base/ctx.h"
#include "base/mem.h"
#include "base/units.h"
#include "geo/gpkg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What the row functions fill. A failure is kept until the query is over. */
struct reader {
    struct gs_ctx *ctx;
    struct gs_explained_run *run;
    struct gs_explained_site *site;
    struct gs_explained_constraint *constraint;
    bool has_paths;
    enum gs_status status;
};

/* A copy that lives as long as the run; NULL stays NULL. */
static const char *keep(struct reader *reader, const char *text)
{
    const char *copy = text ? gs_arena_text(reader->ctx, &reader->run->arena, text) : NULL;
    if (text && !copy)
        reader->status = GS_ENOMEM;
    return copy;
}

/* -- reading ----------------------------------------------------------------------------------- */

static bool read_has_paths(void *user, const char *const *values, size_t n)
{
    (void)n;
    ((struct reader *)user)->has_paths = gs_number_of(values[0]) > 0;
    return true;
}

static bool read_site(void *user, const char *const *values, size_t n)
{
    struct reader *reader = user;
    struct gs_explained_run *run = reader->run;
    (void)n;
    reader->status =
        gs_grow(reader->ctx, &run->all, &run->all_capacity, run->n_all + 1, sizeof *run->all);
    if (reader->status)
        return false;
    struct gs_ranked_site site = {
        .id = keep(reader, values[0] ? values[0] : ""),
        .name = keep(reader, values[1] && *values[1] ? values[1] : NULL),
        .rank = gs_number_of(values[2]),
        .score = gs_number_of(values[3]),
        .excluded_by = keep(reader, values[4]),
    };
    run->n_ranked += isnan(site.rank) ? 0 : 1;
    run->all[run->n_all++] = site;
    return reader->status == GS_OK;
}

static bool read_criterion(void *user, const char *const *values, size_t n)
{
    struct reader *reader = user;
    struct gs_explained_site *site = reader->site;
    (void)n;
    reader->status = gs_grow(reader->ctx, &site->criteria, &site->criteria_capacity,
                             site->n_criteria + 1, sizeof *site->criteria);
    if (reader->status)
        return false;
    struct gs_explained_criterion criterion = {
        .id = keep(reader, values[0]),
        .title = keep(reader, values[1]),
        .measured = gs_number_of(values[2]),
        .measured_text = keep(reader, values[3]),
        .unit = keep(reader, values[4] ? values[4] : ""),
        .value = gs_number_of(values[5]),
        .weight = gs_number_of(values[6]),
        .part = gs_number_of(values[7]),
        .need = NAN,
        .measure = "",
        .order = site->n_criteria,
    };
    criterion.loss = criterion.weight * (1 - criterion.value);
    site->criteria[site->n_criteria++] = criterion;
    return reader->status == GS_OK;
}

static bool read_constraint(void *user, const char *const *values, size_t n)
{
    struct reader *reader = user;
    struct gs_explained_site *site = reader->site;
    (void)n;
    reader->status = gs_grow(reader->ctx, &site->constraints, &site->constraints_capacity,
                             site->n_constraints + 1, sizeof *site->constraints);
    if (reader->status)
        return false;
    site->constraints[site->n_constraints++] = (struct gs_explained_constraint){
        .id = keep(reader, values[0]),
        .title = keep(reader, values[1]),
        .require = keep(reader, values[2] ? values[2] : ""),
        .unit = keep(reader, values[3] ? values[3] : ""),
        .measured = NAN,
        .column = keep(reader, values[4] ? values[4] : ""),
        .met_column = keep(reader, values[5] ? values[5] : ""),
        .measure = "",
        .lacks = NAN,
    };
    return reader->status == GS_OK;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* `n` bytes of a GeoPackage geometry written in hexadecimal, as a number; the last is the highest
 * when the byte order is little-endian (1). */
static uint64_t hex_number(const char *hex, size_t n, bool little)
{
    uint64_t number = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = 2 * (little ? n - 1 - i : i);
        number = number << 8 | (uint64_t)hex_digit(hex[at]) << 4 | (uint64_t)hex_digit(hex[at + 1]);
    }
    return number;
}

/* The vertices of a LINESTRING in GeoPackage binary: "GP", version, flags (bits 1 to 3: how large
 * the envelope is), SRS id, envelope, then WKB. False: it is none. */
static bool read_line(struct reader *reader, const char *hex, struct gs_explained_path *path)
{
    static const size_t envelope[] = {0, 32, 48, 48, 64};
    size_t bytes = hex ? strlen(hex) / 2 : 0;
    for (size_t i = 0; i < 2 * bytes; i++)
        if (hex_digit(hex[i]) < 0)
            return false;
    if (bytes < 8 || hex_number(hex, 2, false) != 0x4750)
        return false;
    size_t kind = hex_number(hex + 6, 1, true) >> 1 & 7;
    if (kind > 4 || bytes < 8 + envelope[kind] + 9)
        return false;
    const char *wkb = hex + 2 * (8 + envelope[kind]);
    bool little = hex_number(wkb, 1, true);
    size_t n = hex_number(wkb + 10, 4, little), left = bytes - 8 - envelope[kind] - 9;
    if (hex_number(wkb + 2, 4, little) != 2 || left != n * 16)
        return false;
    path->xy = gs_arena_alloc(reader->ctx, &reader->run->arena, n, sizeof *path->xy);
    if (!path->xy) {
        reader->status = GS_ENOMEM;
        return false;
    }
    for (size_t i = 0; i < 2 * n; i++) {
        uint64_t bits = hex_number(wkb + 18 + 16 * i, 8, little);
        memcpy(&path->xy[i / 2][i % 2], &bits, sizeof bits);
    }
    path->n = n;
    return true;
}

static bool read_path(void *user, const char *const *values, size_t n)
{
    struct reader *reader = user;
    struct gs_explained_site *site = reader->site;
    (void)n;
    reader->status = gs_grow(reader->ctx, &site->paths, &site->paths_capacity, site->n_paths + 1,
                             sizeof *site->paths);
    if (reader->status)
        return false;
    struct gs_explained_path path = {
        .id = keep(reader, values[0] ? values[0] : ""),
        .role = keep(reader, values[1] ? values[1] : ""),
        .cost = gs_number_of(values[2]),
        .unit = keep(reader, values[3] ? values[3] : ""),
        .length_m = gs_number_of(values[4]),
    };
    if (!read_line(reader, values[5], &path) && !reader->status)
        reader->status =
            gs_fail(reader->ctx, GS_EDATA, NULL, NULL,
                    "%s: table `paths` holds something other than lines", reader->run->path);
    site->paths[site->n_paths++] = path;
    return reader->status == GS_OK;
}

static bool read_verdict(void *user, const char *const *values, size_t n)
{
    struct reader *reader = user;
    struct gs_explained_constraint *constraint = reader->constraint;
    (void)n;
    bool number = values[2] && strcmp(values[2], "text") != 0;
    constraint->measured = number ? gs_number_of(values[0]) : NAN;
    constraint->measured_text = number ? NULL : keep(reader, values[0]);
    constraint->met = keep(reader, values[1]);
    return reader->status == GS_OK;
}

static enum gs_status query(struct reader *reader, struct gs_db *db, const char *sql,
                            const char *param, bool (*row)(void *, const char *const *, size_t))
{
    enum gs_status status = gs_db_query(reader->ctx, db, sql, &param, param ? 1 : 0, row, reader);
    return status ? status : reader->status;
}

/* The constraint's measured quantity and verdict, from the columns it names. */
static enum gs_status load_verdict(struct reader *reader, struct gs_db *db)
{
    struct gs_text sql;
    gs_text_init(&sql);
    gs_text_append(&sql, "SELECT ");
    gs_text_append_name(&sql, reader->constraint->column);
    gs_text_append(&sql, ", ");
    gs_text_append_name(&sql, reader->constraint->met_column);
    gs_text_append(&sql, ", typeof(");
    gs_text_append_name(&sql, reader->constraint->column);
    gs_text_append(&sql, ") FROM ranking WHERE candidate_id = ?1");
    enum gs_status status = sql.bytes
                                ? query(reader, db, sql.bytes, reader->site->site->id, read_verdict)
                                : gs_fail_memory(reader->ctx);
    gs_text_release(&sql);
    return status;
}

static enum gs_status load_site(struct reader *reader, struct gs_db *db)
{
    struct gs_explained_site *site = reader->site;
    enum gs_status status =
        query(reader, db,
              "SELECT criterion, title, measured, measured_text, unit, value, weight, part "
              "FROM contributions WHERE candidate_id = ?1 ORDER BY fid",
              site->site->id, read_criterion);
    if (status == GS_OK)
        status = query(reader, db,
                       "SELECT id, title, require, unit, ranking_column, met_column "
                       "FROM constraints ORDER BY fid",
                       NULL, read_constraint);
    for (size_t i = 0; i < site->n_constraints && status == GS_OK; i++) {
        reader->constraint = &site->constraints[i];
        status = load_verdict(reader, db);
    }
    if (status == GS_OK && reader->has_paths)
        status = query(reader, db,
                       "SELECT factor, role, cost, unit, length_m, hex(geom) FROM paths "
                       "WHERE candidate_id = ?1 ORDER BY fid",
                       site->site->id, read_path);
    return status;
}

static enum gs_status fail_unknown(struct gs_ctx *ctx, const struct gs_explained_run *run,
                                   const char *id)
{
    const char **ids = GS_ARRAY(ctx, const char *, run->n_all);
    if (!ids)
        return GS_ENOMEM;
    for (size_t i = 0; i < run->n_all; i++)
        ids[i] = run->all[i].id;
    const char *nearest = gs_nearest_word(id, ids, run->n_all);
    gs_free(ids);
    char hint[300];
    snprintf(hint, sizeof hint, "did you mean `%s`?", nearest ? nearest : "");
    return gs_fail(ctx, GS_EUSAGE, NULL, nearest ? hint : NULL, "%s has no site `%s`", run->path,
                   id);
}

/* By id, else by a name that only one site has. */
static const struct gs_ranked_site *find_site(const struct gs_explained_run *run, const char *id)
{
    const struct gs_ranked_site *named = NULL;
    size_t n_named = 0;
    for (size_t i = 0; i < run->n_all; i++) {
        if (strcmp(run->all[i].id, id) == 0)
            return &run->all[i];
        if (run->all[i].name && strcmp(run->all[i].name, id) == 0) {
            named = &run->all[i];
            n_named++;
        }
    }
    return n_named == 1 ? named : NULL;
}

/* The site loaded last: is it one of those before, by whatever name? */
static enum gs_status check_twice(struct gs_ctx *ctx, const struct gs_explained_run *run)
{
    const struct gs_ranked_site *site = run->sites[run->n_sites - 1].site;
    for (size_t i = 0; i + 1 < run->n_sites; i++)
        if (run->sites[i].site == site)
            return gs_fail(ctx, GS_EUSAGE, NULL, "name each site once",
                           "site `%s` is asked for twice", site->id);
    return GS_OK;
}

static bool count_rows(void *user, const char *const *values, size_t n)
{
    (void)n;
    *(size_t *)user = (size_t)gs_number_of(values[0]);
    return true;
}

enum gs_status gs_check_is_run(struct gs_ctx *ctx, struct gs_db *db, const char *path)
{
    size_t n_tables = 0;
    enum gs_status status =
        gs_db_query(ctx, db,
                    "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN "
                    "('ranking', 'contributions', 'criteria', 'constraints', 'run')",
                    NULL, 0, count_rows, &n_tables);
    if (status == GS_OK && n_tables != 5)
        status = gs_fail(ctx, GS_EDATA, NULL, "give the GeoPackage that `gigasite run` has written",
                         "%s is not a run: it has no table `ranking` with what explains it", path);
    return status;
}

static enum gs_status check_tables(struct reader *reader, struct gs_db *db)
{
    enum gs_status status = gs_check_is_run(reader->ctx, db, reader->run->path);
    if (status == GS_OK)
        status = query(reader, db,
                       "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'paths'",
                       NULL, read_has_paths);
    return status;
}

enum gs_status gs_explain_load(struct gs_ctx *ctx, const char *const *ids, size_t n,
                               struct gs_explained_run *run)
{
    struct gs_db *db = NULL;
    struct reader reader = {.ctx = ctx, .run = run};
    enum gs_status status = gs_db_open(ctx, run->path, &db);
    if (status == GS_OK)
        status = check_tables(&reader, db);
    if (status == GS_OK)
        status = query(&reader, db,
                       "SELECT candidate_id, name, rank, score, excluded_by FROM ranking "
                       "ORDER BY fid",
                       NULL, read_site);
    if (status == GS_OK && !(run->sites = GS_ARRAY_ZERO(ctx, struct gs_explained_site, n)))
        status = GS_ENOMEM;
    for (size_t i = 0; i < n && status == GS_OK; i++) {
        reader.site = &run->sites[i];
        reader.site->site = find_site(run, ids[i]);
        reader.site->waived_rank = reader.site->waived_score = NAN;
        run->n_sites = i + 1;
        status = reader.site->site ? check_twice(ctx, run) : fail_unknown(ctx, run, ids[i]);
        if (status == GS_OK)
            status = load_site(&reader, db);
    }
    gs_db_close(db);
    return status;
}
