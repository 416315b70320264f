// SPDX-License-Identifier: Apache-2.0
/* Reading a mapping of the tree into a struct by its parameter table. */
#ifndef GS_STUDY_READ_H
#define GS_STUDY_READ_H

#include "model/study.h"
#include "study/blocks.h"
#include "study/node.h"

/* What reading needs. Faults of the study are all reported and counted; the functions below return
 * a status only when going on makes no sense (out of memory). Callers look at `n_faults` at the
 * end. */
struct gs_reader {
    struct gs_ctx *ctx;
    struct gs_arena *arena;
    const struct gs_facility *facility; /* what `facility.power` means; NULL: nothing yet */
    size_t n_faults;
};

/* Reports a fault at a place, with a hint or NULL. */
void gs_reader_fault(struct gs_reader *reader, const struct gs_pos *pos, const char *hint,
                     const char *format, ...) GS_PRINTF(4, 5);
/* Passes GS_OK on, counts GS_ESTUDY (already reported) and turns it into GS_OK. */
enum gs_status gs_reader_count(struct gs_reader *reader, enum gs_status status) GS_NODISCARD;

/* A table that applies to part of a mapping's keys. */
struct gs_table {
    const struct gs_param *params;
    size_t n_params;
    void *to;         /* the struct the offsets count in */
    const char *unit; /* for GS_UNIT_MEASURED; NULL: as the first quantity with a unit says */
    bool difference;  /* what is measured is a spread: its quantities are differences */
};

/* Reads the mapping `node` by one or more tables (a measure's `type` and its parameters, say):
 * defaults, scalars, lists; wrong kinds, unknown keys (with the nearest one), missing required
 * keys. `block` names the block for keys that are known but not available yet; `what` names it for
 * people. `adopted_unit`: where a table's unit is NULL, the unit its quantities turned out to use
 * ("" when they have none); may be NULL. */
enum gs_status gs_read_map(struct gs_reader *reader, const struct gs_node *node, const char *block,
                           const char *what, const struct gs_table *tables, size_t n_tables,
                           const char **adopted_unit) GS_NODISCARD;

/* A block of study/blocks.h into a struct of its size. */
enum gs_status gs_read_block(struct gs_reader *reader, const struct gs_node *node,
                             const struct gs_block *block, void *to) GS_NODISCARD;

/* exclude | worst | best | number; a fault leaves both as they were. */
void gs_read_missing(struct gs_reader *reader, const struct gs_node *node, enum gs_missing *missing,
                     double *worth);

/* The node's place, or `fallback`'s when it is NULL. */
struct gs_pos gs_node_pos(const struct gs_node *node, const struct gs_node *fallback);

#endif
