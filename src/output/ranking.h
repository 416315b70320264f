// SPDX-License-Identifier: Apache-2.0
/* The columns of table `ranking`, shared by the table itself and its style. */
#ifndef GS_OUTPUT_RANKING_H
#define GS_OUTPUT_RANKING_H

#include "base/text.h"
#include "geo/gpkg.h"
#include "model/result.h"

enum { /* the columns every study has, in order */
       GS_RANKING_ID,
       GS_RANKING_NAME,
       GS_RANKING_RANK,
       GS_RANKING_SCORE,
       GS_RANKING_METHOD_INDEX,
       GS_RANKING_FEASIBLE,
       GS_RANKING_EXCLUDED_BY,
       GS_RANKING_FIXED,
};

static inline struct gs_gpkg_cell gs_number_cell(double number)
{
    return (struct gs_gpkg_cell){.number = number};
}

static inline struct gs_gpkg_cell gs_text_cell(const char *text)
{
    return (struct gs_gpkg_cell){.text = text};
}

/* Where the numbers of a further column are; one of them. */
struct gs_extra {
    const double *numbers; /* per site; NaN: empty */
    const unsigned *ranks; /* per site; 0: empty */
};

/* After the fixed columns: per criterion measured, worth and part; then per constraint measured and
 * met; then the extra ones. The names are unique even where case is ignored. */
struct gs_ranking {
    struct gs_gpkg_column *columns;
    size_t n;
    size_t n_criteria;
    struct gs_extra *extras; /* of the last n_extras columns */
    size_t n_extras;
    struct gs_arena arena;
};

/* The style's own field: the score, below 0 for a site that has none. No column has this name. */
#define GS_SCORE_SHOWN "score_shown"

/* `warn`: tell of ids that could not name their columns. */
enum gs_status gs_ranking_init(struct gs_ctx *ctx, const struct gs_result *result, bool warn,
                               struct gs_ranking *out) GS_NODISCARD;
void gs_ranking_release(struct gs_ranking *ranking);

/* Where criterion c has its measured quantity (then: worth, part), constraint c (then: met). */
size_t gs_ranking_criterion(const struct gs_ranking *ranking, size_t c);
size_t gs_ranking_constraint(const struct gs_ranking *ranking, size_t c);

/* Has the site data for this factor? */
bool gs_is_measured(const struct gs_measured *measured, size_t site);

/* A style that only names the columns of a table, as QGIS before 3.32 reads no other titles. */
enum gs_status gs_write_alias_qml(struct gs_ctx *ctx, const struct gs_gpkg_column *columns,
                                  size_t n, char **out) GS_NODISCARD;

/* The style of a table of chosen sites, with columns `score`, `rank`, `name` and `candidate_id`: as
 * that of the ranking. */
struct gs_chosen_look {
    size_t n_sites;
    bool polygons, some_excluded;
    const char *tip; /* what the map tip says besides: HTML with expressions */
};
enum gs_status gs_write_chosen_qml(struct gs_ctx *ctx, const struct gs_gpkg_column *columns,
                                   size_t n, const struct gs_chosen_look *look,
                                   char **out) GS_NODISCARD;

/* Gives the table the style that only names its columns. */
enum gs_status gs_add_aliases(struct gs_ctx *ctx, struct gs_gpkg *gpkg, const char *table,
                              const struct gs_gpkg_column *columns, size_t n) GS_NODISCARD;

/* The map tip of table `ranking`, HTML with QGIS expressions, not yet escaped for XML. */
void gs_append_map_tip(struct gs_text *text, const struct gs_study *study,
                       const struct gs_ranking *ranking);

/* What the file says of itself: JSON of the facts, and for each table the layer
 * metadata of QGIS: what it is, whose the data are, what it was made from. */
enum gs_status gs_write_provenance(struct gs_ctx *ctx, const struct gs_result *result,
                                   char **out) GS_NODISCARD;
enum gs_status gs_write_layer_metadata(struct gs_ctx *ctx, const struct gs_result *result,
                                       const struct gs_gpkg_layer *layer, char **out) GS_NODISCARD;

/* Layers `background`, `paths` and `best_sites`, where there is something to show. */
enum gs_status gs_write_background(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                   const struct gs_result *result,
                                   const struct gs_crs *crs) GS_NODISCARD;
enum gs_status gs_write_paths(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                              const struct gs_result *result,
                              const struct gs_crs *crs) GS_NODISCARD;
enum gs_status gs_write_best_sites(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                   const struct gs_result *result,
                                   const struct gs_crs *crs) GS_NODISCARD;

/* Table `scenario_ranks`: every method and scenario, when there are several. */
enum gs_status gs_write_scenario_ranks(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                       const struct gs_result *result) GS_NODISCARD;

/* The tables about robustness and the portfolio, where these were asked for. */
enum gs_status gs_write_robustness_tables(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                          const struct gs_result *result) GS_NODISCARD;
enum gs_status gs_write_portfolio_tables(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                         const struct gs_result *result, const struct gs_crs *crs,
                                         const char *geometry) GS_NODISCARD;

/* The tables `criteria`, `constraints` and `run`. */
enum gs_status gs_write_study_tables(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                     const struct gs_result *result,
                                     const struct gs_ranking *ranking) GS_NODISCARD;

#endif
