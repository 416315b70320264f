// SPDX-License-Identifier: Apache-2.0
/* The bytes of an entry of the cache. Numbers are as this machine has them: a cache is of one
 * machine's kind, and what is read was checked. */
#ifndef GS_STUDY_RECORD_H
#define GS_STUDY_RECORD_H

#include "base/text.h"
#include "study/bind.h"

void gs_record_put(struct gs_text *out, const void *bytes, size_t n);
void gs_record_put_number(struct gs_text *out, uint64_t number);
/* NULL is told apart from "". */
void gs_record_put_text(struct gs_text *out, const char *text);
void gs_record_put_shapes(struct gs_text *out, const struct gs_shapes *shapes);

/* What is left to read; `wrong` when there was less than was asked for. */
struct gs_record {
    const char *at;
    size_t left;
    bool wrong;
};

/* NULL: wrong. */
const void *gs_record_get(struct gs_record *record, uint64_t n);
uint64_t gs_record_number(struct gs_record *record);
/* A count of things that take so many bytes each, no more than there can be. */
size_t gs_record_count(struct gs_record *record, size_t each);
/* In the arena; NULL: none, or memory is out, or the bytes are wrong. */
const char *gs_record_text(struct gs_ctx *ctx, struct gs_arena *arena, struct gs_record *record);
/* For the caller to gs_free(); NULL: memory is out, or the bytes are wrong. */
double *gs_record_doubles(struct gs_ctx *ctx, struct gs_record *record, size_t n);
enum gs_status gs_record_shapes(struct gs_ctx *ctx, struct gs_record *record,
                                struct gs_shapes *shapes) GS_NODISCARD;

/* Lines of a study move when it is edited: a warning is kept with what it points at, by its number
 * among what belongs to a source or factor. */
enum { GS_LAYER_PLACES = 10, GS_FACTOR_PLACES = 5 };
void gs_places_of_source(const struct gs_source *source,
                         const struct gs_pos *places[GS_LAYER_PLACES]);
void gs_places_of_factor(const struct gs_factor *factor,
                         const struct gs_pos *places[GS_FACTOR_PLACES]);
/* False: one of them points elsewhere, so that all of it is not kept. */
bool gs_record_put_warnings(struct gs_text *out, const struct gs_diags *warnings,
                            const struct gs_pos *const *places, size_t n_places);
void gs_record_tell_warnings(struct gs_ctx *ctx, struct gs_arena *arena, struct gs_record *record,
                             const struct gs_pos *const *places, size_t n_places);

#endif
