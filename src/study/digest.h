// SPDX-License-Identifier: Apache-2.0
/* The features of a layer told briefly. Each is four whole numbers of 32 bits: the middle of its
 * bounds (in metres of the analysis CRS, or 1e-5 degrees), a hash of its geometry relative to that
 * and one of the attributes that were read. They are sorted, and written in 22 letters each. */
#ifndef GS_STUDY_DIGEST_H
#define GS_STUDY_DIGEST_H

#include "model/result.h"
#include "model/table.h"

/* Beyond so many features a run keeps only how many there were. */
#define GS_DIGEST_MAX 100000

struct gs_digested {
    int32_t x, y;
    uint32_t shape, attributes;
};

/* Fills n and text; `metres_per_unit` of the analysis CRS, 0: degrees. Empty geometries are left
 * out. */
enum gs_status gs_digest_features(struct gs_ctx *ctx, struct gs_arena *arena,
                                  const struct gs_features *features, double metres_per_unit,
                                  struct gs_layer_digest *digest) GS_NODISCARD;

/* Reads the text back; the caller frees `*out`. False: it is no digest, or memory is out (which is
 * reported). */
bool gs_digest_read(struct gs_ctx *ctx, const char *text, struct gs_digested **out, size_t *n);

#endif
