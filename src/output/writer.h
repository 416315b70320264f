// SPDX-License-Identifier: Apache-2.0
/* Writers of results. One file each, listed in writer.def. */
#ifndef GS_OUTPUT_WRITER_H
#define GS_OUTPUT_WRITER_H

#include "model/result.h"

struct gs_writer {
    const char *name, *summary;
    const char *extension; /* of the output file that asks for it, without the dot */
    /* Can `path` be written? Asked before anything is computed. */
    enum gs_status (*check)(struct gs_ctx *ctx, const char *path);
    /* Writes the whole file aside and renames it into place. */
    enum gs_status (*write)(struct gs_ctx *ctx, const struct gs_result *result, const char *path,
                            const struct gs_run_options *options);
};

/* By the extension of `path`; NULL when no writer has it. */
const struct gs_writer *gs_writer_for(const char *path);
extern const struct gs_writer *const gs_writers[];
extern const size_t gs_n_writers;

/* Table for a terminal, or JSON. */
enum gs_status gs_write_summary(struct gs_ctx *ctx, const struct gs_result *result, size_t top,
                                enum gs_format format, char **out) GS_NODISCARD;

/* The QGIS style of table `ranking`, or of a layer of its best n_shown sites: score in five Viridis
 * classes, infeasible sites apart, rank labels, aliases, map tip. `polygons`: of the site
 * geometries. */
enum gs_status gs_write_ranking_qml(struct gs_ctx *ctx, const struct gs_result *result,
                                    size_t n_shown, bool polygons, char **out) GS_NODISCARD;

#endif
