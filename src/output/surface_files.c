// SPDX-License-Identifier: Apache-2.0
#include "output/surface_files.h"

#include "base/mem.h"
#include "base/task.h"
#include "base/text.h"
#include "geo/sidecar.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum role { SUITABILITY, EXCLUSION, VALUE, MEASURED };

struct file {
    enum role role;
    size_t criterion;
    char *path;
    struct gs_cog *cog;
    struct gs_cog_statistics statistics;
};

struct gs_surface_files {
    struct gs_surface_files_spec spec;
    struct file *files;
    size_t n;
    struct gs_task completing;
};

/* -- which ----------------------------------------------------------------------------------- */

static bool has_values(const struct gs_surface_files_spec *spec, size_t c)
{
    return spec->values && !spec->study->criteria[c].factor.of_site;
}

static bool has_measured(const struct gs_surface_files_spec *spec, size_t c)
{
    const struct gs_factor *factor = &spec->study->criteria[c].factor;
    return spec->measured && !factor->of_site && !factor->categorical;
}

static size_t count_files(const struct gs_surface_files_spec *spec)
{
    size_t n = 2;
    for (size_t c = 0; c < spec->study->n_criteria; c++)
        n += (size_t)has_values(spec, c) + (size_t)has_measured(spec, c);
    return n;
}

uint64_t gs_surface_files_disk(const struct gs_surface_files_spec *spec, size_t *n_files)
{
    uint64_t cells = (uint64_t)spec->grid->n_cols * spec->grid->n_rows, n = count_files(spec);
    if (n_files)
        *n_files = n;
    /* overviews are a third more; all but one hold floats */
    return (cells * sizeof(float) * (n - 1) + cells) / 3 * 4;
}

uint64_t gs_surface_files_bytes(const struct gs_surface_files_spec *spec, unsigned n_threads)
{
    uint64_t n = count_files(spec);
    return (n - 1) * gs_cog_bytes(spec->grid, GS_COG_FLOAT, n_threads) +
           gs_cog_bytes(spec->grid, GS_COG_BYTE, n_threads);
}

/* An id as part of a file's name: what could lead elsewhere or is no name everywhere becomes `_`.
 */
static void append_id(struct gs_text *text, const char *id)
{
    for (const char *c = id; *c; c++) {
        bool plain = (unsigned char)*c >= 0x80 || (*c >= 'a' && *c <= 'z') ||
                     (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || *c == '-' || *c == '_';
        gs_text_append_bytes(text, plain ? c : "_", 1);
    }
}

static bool is_taken(const struct gs_surface_files *files, const char *path)
{
    for (size_t i = 0; i < files->n; i++)
        if (strcasecmp(files->files[i].path, path) == 0)
            return true;
    return false;
}

/* RUN.gpkg gives RUN_suitability.tif; a name that is taken gets a number. */
static enum gs_status name_file(struct gs_ctx *ctx, const struct gs_surface_files *files,
                                struct file *file)
{
    const struct gs_surface_files_spec *spec = &files->spec;
    size_t stem = strlen(spec->run_path) - strlen(".gpkg");
    enum gs_status status = GS_OK;
    for (int number = 1; !status && (!file->path || is_taken(files, file->path)); number++) {
        struct gs_text text;
        gs_text_init(&text);
        gs_text_append_bytes(&text, spec->run_path, stem);
        gs_text_append(&text, file->role == SUITABILITY ? "_suitability"
                              : file->role == EXCLUSION ? "_exclusion"
                                                        : "_");
        if (file->role == VALUE || file->role == MEASURED)
            append_id(&text, spec->study->criteria[file->criterion].factor.id);
        if (file->role == VALUE)
            gs_text_append(&text, "_value");
        if (number > 1)
            gs_text_printf(&text, "_%d", number);
        gs_text_append(&text, ".tif");
        gs_free(file->path);
        file->path = NULL;
        status = gs_text_finish(ctx, &text, &file->path);
    }
    return status;
}

static enum gs_status add_file(struct gs_ctx *ctx, struct gs_surface_files *files, enum role role,
                               size_t criterion)
{
    struct file *file = &files->files[files->n];
    *file = (struct file){.role = role, .criterion = criterion};
    enum gs_status status = name_file(ctx, files, file);
    files->n++;
    return status;
}

static enum gs_status list_files(struct gs_ctx *ctx, struct gs_surface_files *files)
{
    const struct gs_surface_files_spec *spec = &files->spec;
    files->files = GS_ARRAY_ZERO(ctx, struct file, count_files(spec));
    if (!files->files)
        return GS_ENOMEM;
    enum gs_status status = add_file(ctx, files, SUITABILITY, 0);
    if (!status)
        status = add_file(ctx, files, EXCLUSION, 0);
    for (size_t c = 0; c < spec->study->n_criteria && !status; c++) {
        if (has_values(spec, c))
            status = add_file(ctx, files, VALUE, c);
        if (!status && has_measured(spec, c))
            status = add_file(ctx, files, MEASURED, c);
    }
    return status;
}

void gs_surface_files_free(struct gs_surface_files *files)
{
    if (!files)
        return;
    gs_task_drop(&files->completing);
    for (size_t i = 0; i < files->n; i++) {
        gs_cog_free(files->files[i].cog);
        gs_free(files->files[i].path);
    }
    gs_free(files->files);
    gs_free(files);
}

static enum gs_status prepare(struct gs_ctx *ctx, const struct gs_surface_files_spec *spec,
                              struct gs_surface_files **out)
{
    struct gs_surface_files *files = GS_NEW(ctx, struct gs_surface_files);
    if (!files)
        return GS_ENOMEM;
    files->spec = *spec;
    enum gs_status status = list_files(ctx, files);
    if (status)
        gs_surface_files_free(files);
    else
        *out = files;
    return status;
}

enum gs_status gs_surface_files_check(struct gs_ctx *ctx, const struct gs_surface_files_spec *spec)
{
    struct gs_surface_files *files;
    enum gs_status status = prepare(ctx, spec, &files);
    if (status)
        return status;
    for (size_t i = 0; i < files->n && !status; i++)
        status = gs_cog_check_target(ctx, files->files[i].path);
    uint64_t needed = gs_surface_files_disk(spec, NULL), room;
    if (!status && gs_free_space(files->files[0].path, &room) && room < needed)
        status = gs_fail(ctx, GS_EOUTPUT, NULL,
                         "choose a coarser `resolution:`, a smaller area, or another disk with -o",
                         "the surface of %zu × %zu cells may take %.1f GiB, but the disk of %s has "
                         "%.1f GiB left",
                         spec->grid->n_cols, spec->grid->n_rows, (double)needed / 0x1p30,
                         files->files[0].path, (double)room / 0x1p30);
    gs_surface_files_free(files);
    return status;
}

/* -- writing --------------------------------------------------------------------------------- */

static const char *title_of(const struct gs_surface_files *files, const struct file *file)
{
    return file->role == SUITABILITY ? "Suitability, 0 to 1"
           : file->role == EXCLUSION ? "What rules a cell out"
                                     : files->spec.study->criteria[file->criterion].factor.title;
}

static enum gs_status create(struct gs_ctx *ctx, const struct gs_surface_files *files,
                             struct file *file)
{
    const struct gs_surface_files_spec *spec = &files->spec;
    char created[40] = "";
    time_t at = (time_t)spec->timestamp;
    struct tm utc;
    if (gmtime_r(&at, &utc))
        strftime(created, sizeof created, "%Y:%m:%d %H:%M:%S", &utc);
    struct gs_text codes;
    gs_text_init(&codes);
    for (size_t i = 0; i < spec->study->n_constraints; i++)
        gs_text_printf(&codes, "%zu %s; ", i + 1, spec->study->constraints[i].factor.id);
    gs_text_printf(&codes, "%d a criterion lacks data", GS_CODE_MISSING);
    const char *metadata[] = {"TIFFTAG_IMAGEDESCRIPTION",
                              spec->study->title,
                              "TIFFTAG_DATETIME",
                              created,
                              "GIGASITE_VERSION",
                              gs_version(),
                              file->role == EXCLUSION ? "GIGASITE_CODES" : NULL,
                              codes.bytes,
                              NULL};
    struct gs_cog_spec cog = {
        .path = file->path,
        .grid = spec->grid,
        .crs = spec->crs,
        .type = file->role == EXCLUSION ? GS_COG_BYTE : GS_COG_FLOAT,
        .compression = (enum gs_cog_compression)spec->study->surface.compression,
        .categories = file->role == EXCLUSION,
        .description = title_of(files, file),
        .unit = file->role == MEASURED ? spec->study->criteria[file->criterion].factor.unit : NULL,
        .metadata = metadata,
    };
    enum gs_status status =
        codes.failed ? gs_fail_memory(ctx) : gs_cog_create(ctx, &cog, &file->cog);
    gs_text_release(&codes);
    return status;
}

enum gs_status gs_surface_files_create(struct gs_ctx *ctx, const struct gs_surface_files_spec *spec,
                                       struct gs_surface_files **out)
{
    struct gs_surface_files *files;
    enum gs_status status = prepare(ctx, spec, &files);
    if (status)
        return status;
    for (size_t i = 0; i < files->n && !status; i++)
        status = create(ctx, files, &files->files[i]);
    if (status)
        gs_surface_files_free(files);
    else
        *out = files;
    return status;
}

enum gs_status gs_surface_files_strip(struct gs_ctx *ctx, struct gs_surface_files *files,
                                      const float *scores, const uint8_t *codes,
                                      float *const *values, float *const *measured)
{
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < files->n && !status; i++) {
        const struct file *file = &files->files[i];
        const void *rows = file->role == SUITABILITY ? (const void *)scores
                           : file->role == EXCLUSION ? (const void *)codes
                           : file->role == VALUE     ? (const void *)values[file->criterion]
                                                     : (const void *)measured[file->criterion];
        status = gs_cog_strip(ctx, file->cog, rows);
    }
    return status;
}

static enum gs_status write_style(struct gs_ctx *ctx, const struct gs_surface_files *files,
                                  const struct file *file)
{
    char *qml;
    bool measured = file->role == MEASURED;
    double min = measured ? file->statistics.min : 0, max = measured ? file->statistics.max : 1;
    if (!(min < max)) { /* all the same, or none at all */
        min = isnan(min) ? 0 : min;
        max = min + 1;
    }
    const char *unit = measured ? files->spec.study->criteria[file->criterion].factor.unit : "";
    enum gs_status status = file->role == EXCLUSION
                                ? gs_write_exclusion_qml(ctx, files->spec.study, &qml)
                                : gs_write_surface_qml(ctx, min, max, unit, &qml);
    if (status)
        return status;
    char *path = gs_strdup(ctx, file->path); /* NAME.tif has NAME.qml */
    status = path ? GS_OK : GS_ENOMEM;
    if (path) {
        memcpy(path + strlen(path) - 3, "qml", 3);
        status = gs_write_sidecar(ctx, path, qml);
    }
    gs_free(path);
    gs_free(qml);
    return status;
}

static enum gs_status complete(struct gs_ctx *ctx, void *user)
{
    struct gs_surface_files *files = user;
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < files->n && !status; i++)
        status = gs_cog_finish(ctx, files->files[i].cog);
    return status;
}

enum gs_status gs_surface_files_finish(struct gs_ctx *ctx, struct gs_surface_files *files,
                                       struct gs_arena *arena, struct gs_surface *surface)
{
    for (size_t i = 0; i < files->n; i++)
        files->files[i].statistics = gs_cog_statistics(files->files[i].cog);
    const struct gs_cog_statistics *scores = &files->files[SUITABILITY].statistics;
    surface->min = scores->min;
    surface->max = scores->max;
    surface->mean = scores->mean;
    surface->suitability_path = gs_arena_text(ctx, arena, files->files[SUITABILITY].path);
    surface->exclusion_path = gs_arena_text(ctx, arena, files->files[EXCLUSION].path);
    if (!surface->suitability_path || !surface->exclusion_path)
        return GS_ENOMEM;
    gs_task_start(ctx, &files->completing, complete, files);
    return GS_OK;
}

enum gs_status gs_surface_files_commit(struct gs_ctx *ctx, struct gs_surface_files *files)
{
    enum gs_status status = gs_task_join(ctx, &files->completing);
    for (size_t i = 0; i < files->n && !status; i++) {
        status = gs_cog_commit(ctx, files->files[i].cog);
        if (!status)
            status = write_style(ctx, files, &files->files[i]);
    }
    return status;
}
