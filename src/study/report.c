// SPDX-License-Identifier: Apache-2.0
/* `gigasite report`: the run, with what the study it holds tells, as one HTML page. */
#include "study/report.h"

#include "base/ctx.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/units.h"
#include "geo/aside.h"
#include "geo/session.h"
#include "output/report.h"
#include "study/explain.h"
#include "study/open.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* So many of the best sites get the changes that would better their rank; the others are left to
 * `gigasite explain`, which takes its time. */
enum { SITES_EXPLAINED = 10 };

const char *gs_reported_fact(const struct gs_reported *report, const char *key)
{
    for (size_t i = 0; i < report->n_facts; i++)
        if (strcmp(report->facts[i].key, key) == 0)
            return report->facts[i].value;
    return NULL;
}

/* -- reading ----------------------------------------------------------------------------------- */

static bool read_count(void *user, const char *const *values, size_t n)
{
    (void)n;
    *(size_t *)user = (size_t)gs_number_of(values[0]);
    return true;
}

static enum gs_status count(struct gs_reported *report, const char *sql, size_t *out)
{
    return gs_db_query(report->ctx, report->db, sql, NULL, 0, read_count, out);
}

static bool read_fact(void *user, const char *const *values, size_t n)
{
    struct gs_reported *report = user;
    (void)n;
    if (gs_grow(report->ctx, &report->facts, &report->facts_capacity, report->n_facts + 1,
                sizeof *report->facts))
        return false;
    struct gs_fact fact = {
        .key = gs_arena_text(report->ctx, &report->arena, values[0] ? values[0] : ""),
        .value = gs_arena_text(report->ctx, &report->arena, values[1] ? values[1] : ""),
    };
    if (!fact.key || !fact.value)
        return false;
    report->facts[report->n_facts++] = fact;
    return true;
}

static enum gs_status read_run(struct gs_reported *report)
{
    struct gs_ctx *ctx = report->ctx;
    enum gs_status status = gs_db_open(ctx, report->path, &report->db);
    if (!status)
        status = gs_check_is_run(ctx, report->db, report->path);
    if (!status)
        status = gs_db_query(ctx, report->db, "SELECT key, value FROM run ORDER BY fid", NULL, 0,
                             read_fact, report);
    if (!status && ctx->out_of_memory)
        status = GS_ENOMEM;
    if (!status)
        status = count(report, "SELECT count(*) FROM ranking", &report->n_sites);
    if (!status)
        status = count(report, "SELECT count(*) FROM criteria", &report->n_criteria);
    report->n_shown = report->n_sites < GS_REPORT_SITES ? report->n_sites : GS_REPORT_SITES;
    return status;
}

/* Faults of an old text are no faults of this call: the report does without. */
static enum gs_status open_study(struct gs_reported *report)
{
    struct gs_study_texts texts = {
        .study = gs_reported_fact(report, "study.text"),
        .catalogue = gs_reported_fact(report, "catalogue.text"),
        .settings = gs_reported_fact(report, "study.settings"),
    };
    const char *path = gs_reported_fact(report, "study.path");
    if (!path || !texts.study || !texts.catalogue) {
        report->no_study = "the run does not hold its study";
        return GS_OK;
    }
    const char *fault;
    enum gs_status status =
        gs_study_open_kept(report->ctx, path, &texts, &report->arena, &report->study, &fault);
    if (!status && fault) {
        report->no_study =
            gs_arena_printf(report->ctx, &report->arena,
                            "gigasite %s cannot read the study it holds: %s", gs_version(), fault);
        status = report->no_study ? GS_OK : GS_ENOMEM;
    } else if (!status && report->study->n_criteria != report->n_criteria) {
        report->no_study = "the study it holds has other criteria";
        gs_study_free(report->study);
        report->study = NULL;
    }
    if (!status && report->no_study)
        gs_warn(report->ctx, NULL, "run the study again with this version of gigasite",
                "%s: weights cannot be changed in the report: %s", report->path, report->no_study);
    return status;
}

/* -- writing ----------------------------------------------------------------------------------- */

/* What `gigasite explain` tells of the best sites. */
struct best {
    struct gs_reported *report;
    const char *ids[SITES_EXPLAINED];
    size_t n;
};

static bool read_best(void *user, const char *const *values, size_t n)
{
    struct best *best = user;
    (void)n;
    best->ids[best->n] =
        gs_arena_text(best->report->ctx, &best->report->arena, values[0] ? values[0] : "");
    return best->ids[best->n] && ++best->n < SITES_EXPLAINED;
}

static enum gs_status explain(struct gs_reported *report)
{
    struct gs_ctx *ctx = report->ctx;
    struct best best = {.report = report};
    enum gs_status status =
        gs_db_query(ctx, report->db,
                    "SELECT candidate_id FROM ranking WHERE rank IS NOT NULL ORDER BY fid", NULL, 0,
                    read_best, &best);
    if (!status && ctx->out_of_memory)
        status = GS_ENOMEM;
    if (status || !best.n || !report->study)
        return status;
    struct gs_ctx quiet; /* what it warns of has been warned of */
    gs_ctx_init_worker(&quiet, ctx);
    char *text = NULL;
    status = gs_explain(&quiet, report->path, best.ids, best.n, NULL, GS_FORMAT_JSON, &text);
    if (!status) {
        gs_text_append(&report->json, ",\n\"explained\": ");
        gs_text_append(&report->json, text);
    }
    gs_text_free(text);
    if (status)
        gs_ctx_merge_worker(ctx, &quiet);
    gs_ctx_release_worker(&quiet);
    return status;
}

static enum gs_status append_all(struct gs_reported *report, const char *language)
{
    struct gs_text *json = &report->json;
    gs_text_append(json, "{\"format\": 1, \"language\": ");
    gs_text_append_json(json, language);
    gs_text_append(json, ", \"file\": ");
    gs_text_append_json(json, gs_file_name(report->path));
    gs_text_printf(json, ", \"version\": \"%s\", \"n_sites\": %zu, \"n_shown\": %zu", gs_version(),
                   report->n_sites, report->n_shown);
    enum gs_status status = gs_report_facts(report);
    if (!status)
        status = gs_report_tables(report);
    if (!status)
        status = gs_report_study(report);
    if (!status)
        status = explain(report);
    if (!status)
        status = gs_report_map(report);
    gs_text_append(json, "}\n");
    return status;
}

static enum gs_status check_output(struct gs_ctx *ctx, const char *run_path, const char *path)
{
    const char *dot = strrchr(gs_file_name(path), '.');
    if (!dot || (strcasecmp(dot, ".html") != 0 && strcasecmp(dot, ".htm") != 0))
        return gs_fail(ctx, GS_EUSAGE, NULL, "name the report something.html",
                       "the report is an HTML page, but `%s` does not end in .html", path);
    if (gs_same_file(run_path, path))
        return gs_fail(ctx, GS_EUSAGE, NULL, "choose another output with -o",
                       "%s is the run itself, so it is not replaced", path);
    static const gs_file_head page = {'<', '!', 'D', 'O'};
    return gs_aside_check(ctx, path, &page, 1, "HTML page");
}

static void release(struct gs_reported *report)
{
    gs_db_close(report->db);
    gs_study_free(report->study);
    gs_free(report->facts);
    gs_free(report->least);
    gs_free(report->most);
    gs_text_release(&report->json);
    gs_arena_release(&report->arena);
}

enum gs_status gs_write_report(struct gs_ctx *ctx, const char *run_path, const char *output_path,
                               const char *language)
{
    language = language ? language : "en";
    struct gs_reported report = {.ctx = ctx, .path = run_path};
    gs_arena_init(&report.arena);
    gs_text_init(&report.json);
    enum gs_status status = gs_check_language(ctx, language);
    if (!status)
        status = check_output(ctx, run_path, output_path);
    if (!status)
        status = gs_geo_start(ctx);
    if (!status)
        status = read_run(&report);
    if (!status)
        status = open_study(&report);
    if (!status)
        status = append_all(&report, language);
    if (!status && report.json.failed)
        status = gs_fail_memory(ctx);
    if (!status) {
        const char *title = gs_reported_fact(&report, "title");
        struct gs_page page = {language, title ? title : run_path, report.json.bytes};
        status = gs_page_write(ctx, &page, output_path);
    }
    release(&report);
    return status;
}
