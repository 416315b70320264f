// SPDX-License-Identifier: Apache-2.0
/* What list, schema and reference page say of the registries' entries, from their descriptors. */
#ifndef GS_STUDY_DESCRIBE_H
#define GS_STUDY_DESCRIBE_H

#include "base/param.h"

enum { GS_LINE_COLUMNS = 100 }; /* of lists and reference page */

/* An entry of any registry, as much as all of them have in common. */
struct gs_entry {
    const char *name, *summary, *details;
    const struct gs_param *params;
    size_t n_params;
    const struct gs_measure *measure; /* NULL in the other registries */
    const struct gs_value *value;
};

/* How many entries, and one of them. */
size_t gs_entry_count(enum gs_registry registry);
struct gs_entry gs_entry_at(enum gs_registry registry, size_t i);
/* Has it parameters that must be given? */
bool gs_entry_needs_params(const struct gs_entry *entry);

/* "flag", "quantity", …: the type's name for programs. */
const char *gs_describe_type(enum gs_param_type type);
/* "m", "" or, where the unit depends on the data, words: "of the field". */
const char *gs_describe_unit(const char *unit);
/* The bound of its numbers, if it has one. */
bool gs_describe_min(const struct gs_param *param, double *min);
bool gs_describe_max(const struct gs_param *param, double *max);
/* "vector layer of points or lines", "raster layer", "the candidates themselves". */
void gs_describe_input(struct gs_text *text, const struct gs_measure *measure);

#endif
