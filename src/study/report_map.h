// SPDX-License-Identifier: Apache-2.0
/* The map of the report, in the making. Coordinates are whole steps from a corner of the map, each
 * vertex told by its difference from the one before: small numbers that are read back fast. */
#ifndef GS_STUDY_REPORT_MAP_H
#define GS_STUDY_REPORT_MAP_H

#include "geo/crs.h"
#include "model/table.h"
#include "study/report.h"

enum { GS_MAP_STEPS = 1 << 14 }; /* along the longer side */

struct gs_map {
    struct gs_reported *report;
    struct gs_crs *crs;
    double bounds[4], step; /* analysis CRS */
    struct gs_text notes;   /* [title, why], … of what is not shown */
    size_t n_layers;
};

long long gs_map_column(const struct gs_map *map, double x);
long long gs_map_row(const struct gs_map *map, double y);

/* The first n shapes as [shape, …], a shape as [part, …], a part as [kind, x, y, dx, dy, …]; as
 * finely as `most` vertices allow, no text when even coarsely there are more. */
void gs_map_append_shapes(struct gs_text *json, const struct gs_map *map,
                          const struct gs_shapes *shapes, size_t n, size_t most);

/* The features of the layer that may touch the map, or with `all` all of them, empty ones too. */
enum gs_status gs_map_read(struct gs_ctx *ctx, const struct gs_map *map,
                           const struct gs_layer *layer, const char *where, bool all,
                           struct gs_features *out) GS_NODISCARD;

/* `why`: a key of the page's texts. */
void gs_map_note(struct gs_map *map, const char *title, const char *why);
/* A layer or picture more or less does not matter to the report: a fault of `quiet` becomes a note
 * and a warning. Returns what does matter. */
enum gs_status gs_map_note_fault(struct gs_map *map, const char *title, struct gs_ctx *quiet,
                                 enum gs_status status) GS_NODISCARD;

/* "layers": borders first. Where the run's files are no longer where they were, notes say so. */
enum gs_status gs_map_append_layers(struct gs_map *map) GS_NODISCARD;

#endif
