// SPDX-License-Identifier: Apache-2.0
// clang-format off
/*
 * gigasite: where should a very large compute site go, why there, and how sure are we?
 *
 * The one installed header of libgigasite. A program makes a context, opens a study, checks or runs
 * it, reads the result, and frees what it made:
 *
 *     struct gs_ctx *ctx;
 *     struct gs_study *study;
 *     struct gs_result *result;
 *     if (gs_ctx_new(NULL, &ctx) == GS_OK &&
 *         gs_study_open(ctx, "study.yaml", NULL, &study) == GS_OK &&
 *         gs_study_run(ctx, study, "run.gpkg", NULL, &result) == GS_OK)
 *         printf("%s\n", gs_result_site(result, 0).id);
 *
 * Conventions. A function that can fail takes the context first, its outputs last, and returns an
 * enum gs_status; outputs are written on success only. Every fault is described by one diagnostic
 * in the context. Text handed out by an accessor belongs to the object it was asked of. All text is
 * UTF-8. A context and what was made with it belong to one thread at a time; distinct contexts are
 * independent. The library never prints, never exits and never reads the environment.
 */
// clang-format on
#ifndef GIGASITE_H
#define GIGASITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define GS_API                           __attribute__((visibility("default")))
#define GS_NODISCARD                     __attribute__((warn_unused_result))
#define GS_PRINTF(format_arg, first_arg) __attribute__((format(printf, format_arg, first_arg)))
#else
#define GS_API
#define GS_NODISCARD
#define GS_PRINTF(format_arg, first_arg)
#endif

/* What became of a call. The exit status of the program follows from it: see gs_status_exit(). */
enum gs_status {
    GS_OK = 0,
    GS_EUSAGE,     /* the caller or the command line asked for something impossible */
    GS_ESTUDY,     /* study or catalogue is wrong */
    GS_EDATA,      /* a layer cannot be read or used */
    GS_EOUTPUT,    /* an output cannot be written */
    GS_ENOMEM,     /* out of memory */
    GS_ECANCEL,    /* stopped on request */
    GS_EINTERNAL,  /* a bug in gigasite */
    GS_ECONDITION, /* a condition the user asked to be told of holds; the library never returns it
                    */
    GS_STATUS_END
};

/* 0 done; 1 failed on data or output; 2 usage or study wrong; 3 a condition holds; 130 interrupted.
 */
GS_API int gs_status_exit(enum gs_status status);
GS_API const char *gs_version(void);

/* -- context ------------------------------------------------------------------------------- */

struct gs_ctx;

enum gs_severity { GS_NOTE, GS_WARNING, GS_ERROR };

/* One message, complete. `file` is NULL when no file is concerned, `line` and `column` are 0 when
 * the place is unknown, else count from 1 (columns in characters). `hint` may be NULL. */
struct gs_diagnostic {
    enum gs_severity severity;
    const char *file;
    unsigned line;
    unsigned column;
    const char *message;
    const char *hint;
};

/* `fraction` runs from 0 to 1 over the whole call; `stage` names the work in hand. */
typedef void gs_progress_fn(void *user, double fraction, const char *stage);

struct gs_ctx_options {
    unsigned threads;         /* 0: one per processor */
    uint64_t memory;          /* bytes; 0: a quarter of the machine's */
    gs_progress_fn *progress; /* may be NULL; called from the calling thread only */
    void *progress_user;
};

GS_API GS_NODISCARD enum gs_status gs_ctx_new(const struct gs_ctx_options *options,
                                              struct gs_ctx **out);
GS_API void gs_ctx_free(struct gs_ctx *ctx);
/* Makes the running call return GS_ECANCEL soon. Safe from a signal handler and any thread. */
GS_API void gs_ctx_cancel(struct gs_ctx *ctx);

/* The diagnostics so far, in order. */
GS_API size_t gs_diagnostic_count(const struct gs_ctx *ctx);
GS_API struct gs_diagnostic gs_diagnostic_at(const struct gs_ctx *ctx, size_t index);
/* The diagnostic as people read it: `file:line:col: error: message`, the source line, a caret and
 * the hint. The caller frees the text with gs_text_free(); NULL when memory is out. */
GS_API char *gs_diagnostic_format(const struct gs_ctx *ctx, size_t index, bool colour);
GS_API void gs_text_free(char *text);

/* -- study --------------------------------------------------------------------------------- */

struct gs_study;

struct gs_study_options {
    const char *layers_dir;      /* in place of the catalogue's `root:`; may be NULL */
    const char *const *settings; /* `path.to.key=value`, in the study's own words; may be NULL */
    size_t n_settings;
    bool untrusted; /* a stranger's: only plain files under the catalogue's folder or `layers_dir`,
                       no SQL statements; from then on the process opens few formats and no network
                     */
};

/* Reads and checks study and catalogue, all faults at once, without opening any layer. */
GS_API GS_NODISCARD enum gs_status gs_study_open(struct gs_ctx *ctx, const char *path,
                                                 const struct gs_study_options *options,
                                                 struct gs_study **out);
GS_API void gs_study_free(struct gs_study *study);
/* Opens every layer the study uses and reports every fault of the data, computing nothing. */
GS_API GS_NODISCARD enum gs_status gs_study_check(struct gs_ctx *ctx, struct gs_study *study);

enum gs_format { GS_FORMAT_TEXT, GS_FORMAT_JSON };

/* The tree of weights, with how judgements agree. Weights that follow from the data (`entropy`,
 * `critic`) make it measure all sites, for which the layers are read. The caller frees `*out` with
 * gs_text_free(). */
GS_API GS_NODISCARD enum gs_status gs_study_weights(struct gs_ctx *ctx, struct gs_study *study,
                                                    enum gs_format format, char **out);

/* -- run ----------------------------------------------------------------------------------- */

struct gs_result;

struct gs_run_options {
    int64_t timestamp;        /* seconds since 1970 written into the output; -1: now */
    const char *command_line; /* recorded in table `run`; may be NULL */
    bool surface; /* also every cell of the area, as rasters beside the output: see the README */
    const char *cache;    /* a folder where what is measured is kept and found again; NULL: none */
    uint64_t cache_limit; /* bytes it may take, 0: any number; what was not used for longest goes */
    bool rehash; /* read all layers' files through, whether or not their times and sizes say that
                    they are what they were */
    const char *picture_path; /* a map of the ranking besides, PNG; NULL: none */
};

/* Measures, ranks and writes the GeoPackage `output_path` (aside, then renamed into place). */
GS_API GS_NODISCARD enum gs_status gs_study_run(struct gs_ctx *ctx, struct gs_study *study,
                                                const char *output_path,
                                                const struct gs_run_options *options,
                                                struct gs_result **out);
GS_API void gs_result_free(struct gs_result *result);

/* How much the cache in `folder` holds; `clear`: and removes it. The caller frees `*out` with
 * gs_text_free(). GS_EUSAGE when the folder is there and no cache. */
GS_API GS_NODISCARD enum gs_status gs_cache_describe(struct gs_ctx *ctx, const char *folder,
                                                     bool clear, enum gs_format format, char **out);

struct gs_plan_options {
    const char *output_path; /* where the run would go; may be NULL */
    bool surface;
    const char *cache; /* as in struct gs_run_options; the plan tells what is there already */
    bool rehash;
};

/* What a run would do, without doing it: what is measured how, and for a surface its cells, passes,
 * memory and disk. Opens and reads the layers. The caller frees `*out` with gs_text_free(). */
GS_API GS_NODISCARD enum gs_status gs_study_plan(struct gs_ctx *ctx, struct gs_study *study,
                                                 const struct gs_plan_options *options,
                                                 enum gs_format format, char **out);

/* Places run from 0 to the number of sites less one, criteria likewise: the functions below take no
 * others. */
GS_API size_t gs_result_site_count(const struct gs_result *result);
GS_API size_t gs_result_criterion_count(const struct gs_result *result);

/* A candidate as ranked. Sites come in ranking order: by rank, then id; infeasible ones last. */
struct gs_site_result {
    const char *id;
    const char *name;        /* NULL when it has none */
    unsigned rank;           /* 1 is best, equal scores share it; 0 when infeasible */
    double score;            /* 0 to 1; NaN when infeasible */
    const char *excluded_by; /* the reasons; NULL when feasible */
};
GS_API struct gs_site_result gs_result_site(const struct gs_result *result, size_t place);

struct gs_criterion_result {
    const char *id;
    const char *title;
    const char *unit; /* of the measured quantity; "" when it has none */
    double weight;    /* final share, all criteria together 1 */
};
GS_API struct gs_criterion_result gs_result_criterion(const struct gs_result *result,
                                                      size_t criterion);

struct gs_cell_result {
    double measured; /* NaN when missing or when it is text */
    double value;    /* worth, 0 to 1; NaN when missing */
    double part;     /* weight × value: the parts of a site add up to its score */
};
GS_API struct gs_cell_result gs_result_cell(const struct gs_result *result, size_t place,
                                            size_t criterion);

/* The short table for a terminal: the best `top` sites and why others are out. */
GS_API GS_NODISCARD enum gs_status gs_result_summary(struct gs_ctx *ctx,
                                                     const struct gs_result *result, size_t top,
                                                     enum gs_format format, char **out);

struct gs_explain_options {
    size_t top; /* what it takes to be among so many best is told; 0: as many as the study's
                   robustness or portfolio says, else 5 */
};

/* Why these sites of a run have their ranks, and what would have to change for better ones.
 * `options` may be NULL. The study that the run holds is read for it; when this version cannot, a
 * warning tells so and that part is left out. The caller frees `*out` with gs_text_free(). */
GS_API GS_NODISCARD enum gs_status gs_explain(struct gs_ctx *ctx, const char *run_path,
                                              const char *const *site_ids, size_t n_sites,
                                              const struct gs_explain_options *options,
                                              enum gs_format format, char **out);

/* -- a run again --------------------------------------------------------------------------- */

/* How a run was made, as it says itself. */
struct gs_run_record {
    bool surface;
    const char *command_line, *created; /* of the study; NULL: not told */
};

/* The study of a run, from the texts it holds, with the same settings and `layers_dir` (NULL: the
 * same one), ready for gs_study_run(). Paths count from the present folder, as they did then. */
GS_API GS_NODISCARD enum gs_status gs_study_open_run(struct gs_ctx *ctx, const char *run_path,
                                                     const char *layers_dir,
                                                     struct gs_run_record *record,
                                                     struct gs_study **out);
/* What of a run's inputs was another in the second, which repeats it: layers, versions, the files
 * of study and catalogue, whose present text is not used; and whether the ranking is the same. The
 * caller frees `*out` with gs_text_free(). */
GS_API GS_NODISCARD enum gs_status gs_rerun_summary(struct gs_ctx *ctx, const char *run_path,
                                                    const char *again_path, enum gs_format format,
                                                    char **out);

/* -- two runs ------------------------------------------------------------------------------ */

enum gs_match_by {
    GS_MATCH_ID_THEN_PLACE, /* by id, what is left by place; located sites by place alone */
    GS_MATCH_ID,
    GS_MATCH_PLACE, /* polygons that overlap by more than half of their union, points within
                       `within_m` */
};

struct gs_compare_options {
    enum gs_match_by match;
    double within_m; /* how far a point may have moved and still be the same; 0: 1 km */
};

struct gs_comparison;

/* Who moved between two runs, and because of what: the change of each score split exactly among the
 * criteria and, by Shapley values, among what had changed. From the two files alone: layers are not
 * read. What the runs cannot tell apart is told together. `options` may be NULL. Reports a file
 * that is no run (GS_EDATA), and runs without a site in common. */
GS_API GS_NODISCARD enum gs_status gs_compare(struct gs_ctx *ctx, const char *old_path,
                                              const char *new_path,
                                              const struct gs_compare_options *options,
                                              struct gs_comparison **out);
GS_API void gs_comparison_free(struct gs_comparison *comparison);
/* For a terminal, the `top` sites that moved most, or all of it as JSON. The caller frees `*out`
 * with gs_text_free(). */
GS_API GS_NODISCARD enum gs_status gs_comparison_summary(struct gs_ctx *ctx,
                                                         const struct gs_comparison *comparison,
                                                         size_t top, enum gs_format format,
                                                         char **out);
/* A GeoPackage with the layer `changes`, written aside and renamed into place. `timestamp` as in
 * struct gs_run_options. GS_EUSAGE when the output is one of the two runs. */
GS_API GS_NODISCARD enum gs_status gs_comparison_write(struct gs_ctx *ctx,
                                                       const struct gs_comparison *comparison,
                                                       const char *output_path, int64_t timestamp);
/* Are the best `top` sites others than they were? With `in_order`: or in another order. */
GS_API bool gs_comparison_top_changed(const struct gs_comparison *comparison, size_t top,
                                      bool in_order);
/* Has any site another rank, become feasible or not, come or gone? */
GS_API bool gs_comparison_any_changed(const struct gs_comparison *comparison);

/* GS_EUSAGE, with those there are, when reports are not written in that language. */
GS_API GS_NODISCARD enum gs_status gs_check_language(struct gs_ctx *ctx, const char *language);

/* The run as one HTML page that needs no network, in `language` ("en", "fr"; NULL: "en"). What this
 * version cannot read of the study it holds is left out, with a warning; layers that cannot be read
 * any more are left off the map. */
GS_API GS_NODISCARD enum gs_status gs_write_report(struct gs_ctx *ctx, const char *run_path,
                                                   const char *output_path, const char *language);

/* -- the layers of a catalogue --------------------------------------------------------------- */

struct gs_layers;

/* The layers of a catalogue, or of a study those it uses; of them only these `ids` unless there are
 * none. No layer is opened. `options` may be NULL. */
GS_API GS_NODISCARD enum gs_status gs_layers_open(struct gs_ctx *ctx, const char *path,
                                                  const struct gs_study_options *options,
                                                  const char *const *ids, size_t n_ids,
                                                  struct gs_layers **out);
GS_API void gs_layers_free(struct gs_layers *layers);
/* What the catalogue says of each, and its kind where its file is there. The caller frees `*out`
 * with gs_text_free(), here and below. */
GS_API GS_NODISCARD enum gs_status gs_layers_list(struct gs_ctx *ctx,
                                                  const struct gs_layers *layers,
                                                  enum gs_format format, char **out);

struct gs_layers_counts {
    size_t layers;
    size_t missing, unreadable; /* databases and servers are not asked: neither */
    size_t stale;               /* past their `expires` */
    size_t changed;             /* of other content than the run has seen */
    size_t unlicensed;
};

/* Which are missing, stale at `timestamp` (seconds since 1970; -1: now), of another content than
 * the run at `run_path` (NULL: none) has seen, of unknown licence. */
GS_API GS_NODISCARD enum gs_status gs_layers_status(struct gs_ctx *ctx,
                                                    const struct gs_layers *layers,
                                                    const char *run_path, int64_t timestamp,
                                                    enum gs_format format,
                                                    struct gs_layers_counts *counts, char **out);

struct gs_fetch_options {
    const char
        *mirror;       /* address or folder below which HOST/PATH of each URL is looked for; NULL */
    bool force;        /* also what is there and good, or was not fetched */
    double timeout_s;  /* to wait for a server that sends nothing; 0: 60 */
    unsigned retries;  /* of a download that failed in a way that may pass */
    int64_t timestamp; /* seconds since 1970 written into what is made; -1: now */
};

/* Downloads what the catalogue says of the layers that can be had, one after the other; a good file
 * is only ever replaced by a good one. `*out` tells what has become of each also when some failed,
 * which have a diagnostic: then GS_EDATA, or GS_EOUTPUT. */
GS_API GS_NODISCARD enum gs_status gs_layers_fetch(struct gs_ctx *ctx,
                                                   const struct gs_layers *layers,
                                                   const struct gs_fetch_options *options,
                                                   enum gs_format format, char **out);

/* -- what a study may say ------------------------------------------------------------------- */

enum gs_registry { GS_MEASURES, GS_VALUES, GS_METHODS };
GS_API GS_NODISCARD enum gs_status gs_registry_list(struct gs_ctx *ctx, enum gs_registry registry,
                                                    enum gs_format format, char **out);
/* JSON Schema of study and catalogue. */
GS_API GS_NODISCARD enum gs_status gs_schema(struct gs_ctx *ctx, char **out);
/* The reference of the study file, in Markdown. */
GS_API GS_NODISCARD enum gs_status gs_reference(struct gs_ctx *ctx, char **out);

#ifdef __cplusplus
}
#endif

#endif
