// SPDX-License-Identifier: Apache-2.0
/* A run as the report shows it: its tables as JSON, one object whose members the files below add.
 * The page (output/report/) knows their names. */
#ifndef GS_STUDY_REPORT_H
#define GS_STUDY_REPORT_H

#include "base/arena.h"
#include "base/text.h"
#include "geo/gpkg.h"
#include "model/result.h"

/* So many sites stay fluid in a browser; of more the best are shown, and the page says so. */
enum { GS_REPORT_SITES = 5000 };

struct gs_reported {
    struct gs_ctx *ctx;
    const char *path;
    struct gs_db *db;
    struct gs_arena arena;
    struct gs_fact *facts; /* of table `run` */
    size_t n_facts, facts_capacity;
    struct gs_study *study; /* NULL: this version cannot read it, for this reason */
    const char *no_study;
    size_t n_sites, n_shown, n_criteria;
    double *least, *most; /* per criterion: range of the measured numbers shown; NaN: none */
    struct gs_text json;
};

/* The value of a key of table `run`; NULL: there is none. */
const char *gs_reported_fact(const struct gs_reported *report, const char *key);

/* -- report_facts.c ---------------------------------------------------------------------------- */

/* Table `run`, without folders and passwords. */
enum gs_status gs_report_facts(struct gs_reported *report) GS_NODISCARD;

/* -- report_tables.c: rows as they are --------------------------------------------------------- */

/* Sites, what was measured, criteria, constraints, robustness, portfolio, scenarios. Fills
 * least and most. */
enum gs_status gs_report_tables(struct gs_reported *report) GS_NODISCARD;

/* -- report_study.c: what only the study tells ------------------------------------------------- */

/* Groups with the weights as given, curves of value functions, parameters of the method. */
enum gs_status gs_report_study(struct gs_reported *report) GS_NODISCARD;

/* -- report_map.c ------------------------------------------------------------------------------ */

/* Sites, borders and layers as integers on a fine grid; the surface as a picture. A layer that
 * cannot be read is left out, and `map.notes` says why. */
enum gs_status gs_report_map(struct gs_reported *report) GS_NODISCARD;

#endif
