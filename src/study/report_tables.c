// SPDX-License-Identifier: Apache-2.0
/* The tables of a run as JSON. */
#include "study/report.h"

#include "base/ctx.h"
#include "base/mem.h"
#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Members that hold rows: ,"key": [[…], …]. */
struct rows {
    struct gs_reported *report;
    const char *kinds; /* per column: 't' text, 'n' number */
    size_t n;
};

/* The database writes numbers as JSON does, but for those that are none. */
static void append_number(struct gs_text *json, const char *value)
{
    bool finite = value && (value[0] == '-' ? value[1] : value[0]) <= '9';
    gs_text_append(json, finite ? value : "null");
}

static bool append_row(void *user, const char *const *values, size_t n)
{
    struct rows *rows = user;
    struct gs_text *json = &rows->report->json;
    gs_text_append(json, rows->n++ ? ",\n[" : "\n[");
    for (size_t i = 0; i < n; i++) {
        gs_text_append(json, i ? "," : "");
        if (rows->kinds[i] == 't')
            gs_text_append_json(json, values[i]);
        else
            append_number(json, values[i]);
    }
    gs_text_append(json, "]");
    return !json->failed;
}

static enum gs_status append_rows(struct gs_reported *report, const char *key, const char *kinds,
                                  const char *sql)
{
    struct rows rows = {report, kinds, 0};
    gs_text_printf(&report->json, ",\n\"%s\": [", key);
    enum gs_status status = gs_db_query(report->ctx, report->db, sql, NULL, 0, append_row, &rows);
    gs_text_append(&report->json, "]");
    return status ? status : gs_check_cancel(report->ctx);
}

static bool note_presence(void *user, const char *const *values, size_t n)
{
    (void)values, (void)n;
    *(bool *)user = true;
    return false;
}

/* Does the table have this column? */
static enum gs_status has_column(struct gs_reported *report, const char *table, const char *column,
                                 bool *found)
{
    const char *names[] = {table, column};
    *found = false;
    return gs_db_query(report->ctx, report->db,
                       "SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2", names, 2,
                       note_presence, found);
}

/* The rows of a table that not every run has; nothing without it. */
static enum gs_status append_optional(struct gs_reported *report, const char *table,
                                      const char *column, const char *kinds, const char *sql)
{
    bool found;
    enum gs_status status = has_column(report, table, column, &found);
    return status || !found ? status : append_rows(report, table, kinds, sql);
}

/* -- sites ------------------------------------------------------------------------------------- */

static enum gs_status append_sites(struct gs_reported *report)
{
    bool robust;
    char sql[300];
    enum gs_status status = has_column(report, "ranking", "rank_mean", &robust);
    if (status)
        return status;
    snprintf(sql, sizeof sql,
             "SELECT candidate_id, name, rank, score, method_index, excluded_by%s FROM ranking "
             "ORDER BY fid LIMIT %zu",
             robust ? ", rank_mean, rank_p05, rank_p95, p_first, p_top" : "", report->n_shown);
    return append_rows(report, "sites", "ttnnntnnnnn", sql);
}

/* Cells come site by site, each with all its criteria. */
struct cells {
    struct gs_reported *report;
    size_t n;
};

static bool append_cell(void *user, const char *const *values, size_t n)
{
    struct cells *cells = user;
    struct gs_reported *report = cells->report;
    struct gs_text *json = &report->json;
    size_t c = cells->n % report->n_criteria;
    (void)n;
    gs_text_append(json, !cells->n ? "\n" : c ? "," : ",\n");
    if (values[1])
        gs_text_append_json(json, values[1]);
    else
        append_number(json, values[0]);
    gs_text_append(json, ",");
    append_number(json, values[2]);
    double measured = gs_number_of(values[0]);
    report->least[c] = fmin(report->least[c], measured);
    report->most[c] = fmax(report->most[c], measured);
    return ++cells->n < report->n_shown * report->n_criteria && !json->failed;
}

/* "cells": measured and worth by turns. */
static enum gs_status append_cells(struct gs_reported *report)
{
    struct cells cells = {report, 0};
    report->least = GS_ARRAY(report->ctx, double, report->n_criteria);
    report->most = GS_ARRAY(report->ctx, double, report->n_criteria);
    if (!report->least || !report->most)
        return GS_ENOMEM;
    for (size_t c = 0; c < report->n_criteria; c++)
        report->least[c] = report->most[c] = NAN;
    gs_text_append(&report->json, ",\n\"cells\": [");
    enum gs_status status = GS_OK;
    if (report->n_shown && report->n_criteria)
        status = gs_db_query(report->ctx, report->db,
                             "SELECT measured, measured_text, value FROM contributions "
                             "ORDER BY fid",
                             NULL, 0, append_cell, &cells);
    gs_text_append(&report->json, "]");
    if (!status && report->json.failed)
        status = gs_fail_memory(report->ctx);
    if (!status && cells.n != report->n_shown * report->n_criteria)
        status = gs_fail(report->ctx, GS_EDATA, NULL, "run the study again",
                         "%s: table `contributions` does not match table `ranking`", report->path);
    return status ? status : gs_check_cancel(report->ctx);
}

/* -- constraints ------------------------------------------------------------------------------- */

static bool append_verdict_columns(void *user, const char *const *values, size_t n)
{
    struct gs_text *sql = user;
    for (size_t i = 0; i < n; i++) {
        gs_text_append(sql, sql->length ? ", " : "SELECT ");
        gs_text_append_name(sql, values[i] ? values[i] : "");
    }
    return true;
}

/* Measured quantities may be numbers or texts, whatever the column. */
static bool append_verdicts(void *user, const char *const *values, size_t n)
{
    struct rows *rows = user;
    struct gs_text *json = &rows->report->json;
    gs_text_append(json, rows->n++ ? ",\n[" : "\n[");
    for (size_t i = 0; i < n; i++) {
        gs_text_append(json, i ? "," : "");
        if (!values[i] || !isnan(gs_number_of(values[i])))
            append_number(json, values[i]);
        else
            gs_text_append_json(json, values[i]);
    }
    gs_text_append(json, "]");
    return !json->failed;
}

/* "verdicts": measured and met of each constraint, by site. */
static enum gs_status append_all_verdicts(struct gs_reported *report)
{
    struct gs_text sql;
    gs_text_init(&sql);
    enum gs_status status = gs_db_query(report->ctx, report->db,
                                        "SELECT ranking_column, met_column FROM constraints "
                                        "ORDER BY fid",
                                        NULL, 0, append_verdict_columns, &sql);
    struct rows rows = {report, "", 0};
    bool any = sql.length > 0;
    gs_text_printf(&sql, " FROM ranking ORDER BY fid LIMIT %zu", report->n_shown);
    gs_text_append(&report->json, ",\n\"verdicts\": [");
    if (!status && sql.failed)
        status = gs_fail_memory(report->ctx);
    if (!status && any)
        status = gs_db_query(report->ctx, report->db, sql.bytes, NULL, 0, append_verdicts, &rows);
    gs_text_append(&report->json, "]");
    gs_text_release(&sql);
    return status;
}

/* -- robustness -------------------------------------------------------------------------------- */

/* Rows of the first so many sites of a table that has several a site, best sites first. */
struct best_rows {
    struct rows rows;
    char *last; /* id */
    size_t n_sites;
};

enum { BEST_SITES = 30 };

static bool append_best(void *user, const char *const *values, size_t n)
{
    struct best_rows *best = user;
    const char *id = values[0] ? values[0] : "";
    if (!best->last || strcmp(best->last, id) != 0) {
        struct gs_reported *report = best->rows.report;
        if (best->n_sites++ == BEST_SITES)
            return false;
        best->last = gs_arena_text(report->ctx, &report->arena, id);
        if (!best->last)
            return false;
    }
    return append_row(&best->rows, values, n);
}

static enum gs_status append_best_rows(struct gs_reported *report, const char *table,
                                       const char *kinds, const char *sql)
{
    bool found;
    enum gs_status status = has_column(report, table, "candidate_id", &found);
    if (status || !found)
        return status;
    struct best_rows best = {.rows = {report, kinds, 0}};
    gs_text_printf(&report->json, ",\n\"%s\": [", table);
    status = gs_db_query(report->ctx, report->db, sql, NULL, 0, append_best, &best);
    gs_text_append(&report->json, "]");
    return !status && report->ctx->out_of_memory ? GS_ENOMEM : status;
}

/* -- scenarios --------------------------------------------------------------------------------- */

struct outcomes {
    struct gs_reported *report;
    size_t n;
};

/* Outcome by outcome, each with all sites in ranking order. */
static bool append_outcome_rank(void *user, const char *const *values, size_t n)
{
    struct outcomes *outcomes = user;
    struct gs_reported *report = outcomes->report;
    struct gs_text *json = &report->json;
    size_t site = outcomes->n % report->n_sites;
    (void)n;
    if (site == 0) {
        gs_text_append(json, outcomes->n ? "]},\n{\"scenario\": " : "\n{\"scenario\": ");
        gs_text_append_json(json, values[0]);
        gs_text_append(json, ", \"method\": ");
        gs_text_append_json(json, values[1]);
        gs_text_append(json, ", \"tau\": ");
        append_number(json, values[3]);
        gs_text_append(json, ", \"rho\": ");
        append_number(json, values[4]);
        gs_text_append(json, ", \"ranks\": [");
    }
    if (site < report->n_shown) {
        gs_text_append(json, site ? "," : "");
        append_number(json, values[2]);
    }
    outcomes->n++;
    return !json->failed;
}

static enum gs_status append_outcomes(struct gs_reported *report)
{
    bool found;
    enum gs_status status = has_column(report, "scenario_ranks", "rank", &found);
    if (status || !found || !report->n_sites)
        return status;
    struct outcomes outcomes = {report, 0};
    gs_text_append(&report->json, ",\n\"outcomes\": [");
    status = gs_db_query(report->ctx, report->db,
                         "SELECT scenario, method, rank, kendall_tau, spearman_rho "
                         "FROM scenario_ranks ORDER BY fid",
                         NULL, 0, append_outcome_rank, &outcomes);
    gs_text_append(&report->json, outcomes.n ? "]}]" : "]");
    return status;
}

enum gs_status gs_report_tables(struct gs_reported *report)
{
    enum gs_status status = append_sites(report);
    if (!status)
        status = append_cells(report);
    if (!status)
        status = append_rows(report, "criteria", "ttttttttnt",
                             "SELECT id, title, group_path, layer, \"where\", measure, "
                             "value_function, unit, weight, missing FROM criteria ORDER BY fid");
    if (!status)
        status = append_rows(report, "constraints", "tttttttnnnn",
                             "SELECT id, title, layer, \"where\", measure, require, unit, "
                             "excluded, area_alone, area_only, area_together FROM constraints "
                             "ORDER BY fid");
    if (!status)
        status = append_all_verdicts(report);
    if (!status)
        status = append_best_rows(report, "rank_acceptability", "tnn",
                                  "SELECT candidate_id, rank, acceptability "
                                  "FROM rank_acceptability ORDER BY fid");
    if (!status)
        status = append_best_rows(report, "central_weights", "ttnn",
                                  "SELECT candidate_id, criterion, weight, confidence "
                                  "FROM central_weights ORDER BY fid");
    if (!status)
        status = append_optional(report, "weight_sensitivity", "criterion", "tnntnt",
                                 "SELECT criterion, weight, weight_below, winner_below, "
                                 "weight_above, winner_above FROM weight_sensitivity ORDER BY fid");
    if (!status)
        status = append_optional(report, "portfolio", "candidate_id", "ttnnntnn",
                                 "SELECT candidate_id, name, place, rank, score, node, power_mw, "
                                 "node_distance_m FROM portfolio ORDER BY fid");
    if (!status)
        status = append_optional(report, "portfolio_runners_up", "candidate_id", "tnnnnt",
                                 "SELECT candidate_id, rank, score, cost, proven, with_it "
                                 "FROM portfolio_runners_up ORDER BY fid");
    return status ? status : append_outcomes(report);
}
