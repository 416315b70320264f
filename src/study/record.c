// SPDX-License-Identifier: Apache-2.0
#include "study/record.h"

#include "base/mem.h"

#include <string.h>

/* -- bytes ----------------------------------------------------------------------------------- */

void gs_record_put(struct gs_text *out, const void *bytes, size_t n)
{
    gs_text_append_bytes(out, bytes, n);
}

void gs_record_put_number(struct gs_text *out, uint64_t number)
{
    gs_record_put(out, &number, sizeof number);
}

void gs_record_put_text(struct gs_text *out, const char *text)
{
    gs_record_put_number(out, text ? strlen(text) + 1 : 0);
    if (text)
        gs_record_put(out, text, strlen(text));
}

const void *gs_record_get(struct gs_record *record, uint64_t n)
{
    if (record->wrong || n > record->left) {
        record->wrong = true;
        return NULL;
    }
    const char *at = record->at;
    record->at += n;
    record->left -= (size_t)n;
    return at;
}

uint64_t gs_record_number(struct gs_record *record)
{
    uint64_t number = 0;
    const void *at = gs_record_get(record, sizeof number);
    if (at)
        memcpy(&number, at, sizeof number);
    return number;
}

size_t gs_record_count(struct gs_record *record, size_t each)
{
    uint64_t n = gs_record_number(record);
    if (n > record->left / each)
        record->wrong = true;
    return record->wrong ? 0 : (size_t)n;
}

const char *gs_record_text(struct gs_ctx *ctx, struct gs_arena *arena, struct gs_record *record)
{
    uint64_t n = gs_record_number(record);
    const char *bytes = n ? gs_record_get(record, n - 1) : NULL;
    char *text = bytes ? gs_arena_alloc(ctx, arena, (size_t)n, 1) : NULL;
    if (text) {
        memcpy(text, bytes, (size_t)n - 1);
        text[n - 1] = 0;
    }
    return text;
}

/* -- warnings -------------------------------------------------------------------------------- */

enum { NO_PLACE = 255 };

void gs_places_of_source(const struct gs_source *source,
                         const struct gs_pos *places[GS_LAYER_PLACES])
{
    const struct gs_layer *l = source->layer;
    const struct gs_pos *all[GS_LAYER_PLACES] = {&source->where_pos, &l->pos,      &l->source_pos,
                                                 &l->table_pos,      &l->sql_pos,  &l->where_pos,
                                                 &l->crs_pos,        &l->band_pos, &l->unit_pos,
                                                 &l->nodata_pos};
    memcpy(places, all, sizeof all);
}

void gs_places_of_factor(const struct gs_factor *f, const struct gs_pos *places[GS_FACTOR_PLACES])
{
    const struct gs_pos *all[GS_FACTOR_PLACES] = {&f->pos, &f->layer_pos, &f->where_pos,
                                                  &f->measure_pos, &f->second_pos};
    memcpy(places, all, sizeof all);
}

static uint64_t find_place(const struct gs_diag *diag, const struct gs_pos *const *places, size_t n)
{
    if (!diag->file && !diag->line)
        return NO_PLACE;
    for (size_t i = 0; i < n; i++)
        if (diag->line == places[i]->line && diag->column == places[i]->column &&
            gs_text_same(diag->file, places[i]->file))
            return i;
    return NO_PLACE - 1;
}

bool gs_record_put_warnings(struct gs_text *out, const struct gs_diags *warnings,
                            const struct gs_pos *const *places, size_t n_places)
{
    gs_record_put_number(out, warnings->n);
    for (size_t i = 0; i < warnings->n; i++) {
        const struct gs_diag *diag = &warnings->items[i];
        uint64_t place = find_place(diag, places, n_places);
        if (place == NO_PLACE - 1 || diag->severity != GS_WARNING || diag->local)
            return false;
        gs_record_put_number(out, place);
        gs_record_put_text(out, diag->message);
        gs_record_put_text(out, diag->hint);
    }
    return true;
}

void gs_record_tell_warnings(struct gs_ctx *ctx, struct gs_arena *arena, struct gs_record *record,
                             const struct gs_pos *const *places, size_t n_places)
{
    size_t n = gs_record_count(record, 3 * sizeof(uint64_t));
    for (size_t i = 0; i < n && !record->wrong; i++) {
        uint64_t place = gs_record_number(record);
        const char *message = gs_record_text(ctx, arena, record),
                   *hint = gs_record_text(ctx, arena, record);
        if (message)
            gs_warn(ctx, place < n_places ? places[place] : NULL, hint, "%s", message);
    }
}

void gs_record_put_shapes(struct gs_text *out, const struct gs_shapes *shapes)
{
    gs_record_put_number(out, shapes->n);
    for (size_t i = 0; i < shapes->n; i++) {
        gs_record_put_number(out, shapes->part_start[i + 1] - shapes->part_start[i]);
        for (size_t p = shapes->part_start[i]; p < shapes->part_start[i + 1]; p++) {
            size_t first = shapes->vertex_start[p], n = shapes->vertex_start[p + 1] - first;
            gs_record_put_number(out, shapes->part_kind[p]);
            gs_record_put_number(out, n);
            gs_record_put(out, shapes->xy + first, n * sizeof *shapes->xy);
        }
    }
}

enum gs_status gs_record_shapes(struct gs_ctx *ctx, struct gs_record *record,
                                struct gs_shapes *shapes)
{
    enum gs_status status = GS_OK;
    size_t n = gs_record_count(record, sizeof(uint64_t));
    for (size_t i = 0; i < n && !status && !record->wrong; i++) {
        size_t n_parts = gs_record_count(record, 2 * sizeof(uint64_t));
        status = gs_shapes_begin(ctx, shapes);
        for (size_t p = 0; p < n_parts && !status && !record->wrong; p++) {
            uint64_t kind = gs_record_number(record);
            size_t n_vertices = gs_record_count(record, sizeof *shapes->xy);
            const void *from = gs_record_get(record, n_vertices * sizeof *shapes->xy);
            double(*to)[2];
            record->wrong |= kind > GS_PART_RING;
            if (record->wrong)
                break;
            status = gs_shapes_add_part(ctx, shapes, (enum gs_part_kind)kind, n_vertices, &to);
            if (!status)
                memcpy(to, from, n_vertices * sizeof *to);
        }
    }
    return status;
}

double *gs_record_doubles(struct gs_ctx *ctx, struct gs_record *record, size_t n)
{
    const void *from = gs_record_get(record, n * sizeof(double));
    double *to = from ? GS_ARRAY(ctx, double, n) : NULL;
    if (to)
        memcpy(to, from, n * sizeof *to);
    return to;
}
