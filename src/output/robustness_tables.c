// SPDX-License-Identifier: Apache-2.0
/* How far the ranking stands: `rank_acceptability`, `central_weights`, `pairwise_winning`,
 * `weight_sensitivity`. */
#include "output/ranking.h"

#include <math.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* -- rank acceptability ------------------------------------------------------------------------ */

static const struct gs_gpkg_column acceptability[] = {
    {"candidate_id", GS_GPKG_TEXT, "Site id", "Id of the candidate site"},
    {"rank", GS_GPKG_INTEGER, "Rank", "1 is best"},
    {"acceptability", GS_GPKG_REAL, "Rank acceptability",
     "Share of the draws in which the site has this rank, 0 to 1; ranks it never has are left out, "
     "with more than 1,000 sites those beyond 100"},
};

static enum gs_status write_acceptability(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                          const struct gs_result *result)
{
    const struct gs_robust *robust = result->robust;
    enum gs_status status =
        gs_gpkg_add_table(ctx, gpkg, "rank_acceptability", "Rank acceptability",
                          "How often each site has each rank when weights and data are drawn", NULL,
                          NULL, acceptability, COUNT(acceptability));
    for (size_t i = 0; i < robust->n && !status; i++) {
        status = gs_check_cancel(ctx);
        for (size_t r = 0; r < robust->n_ranks && !status; r++) {
            uint32_t count = robust->counts[i * robust->n_ranks + r];
            struct gs_gpkg_cell cells[] = {
                gs_text_cell(result->sites.ids[robust->sites[i]]),
                gs_number_cell((double)(r + 1)),
                gs_number_cell((double)count / (double)robust->n_draws),
            };
            if (count)
                status = gs_gpkg_add_row(ctx, gpkg, cells, NULL, 0);
        }
    }
    return status ? status
                  : gs_add_aliases(ctx, gpkg, "rank_acceptability", acceptability,
                                   COUNT(acceptability));
}

/* -- central weights --------------------------------------------------------------------------- */

static const struct gs_gpkg_column central[] = {
    {"candidate_id", GS_GPKG_TEXT, "Site id", "Id of a site that is first in some draw"},
    {"criterion", GS_GPKG_TEXT, "Criterion", "Id of the criterion"},
    {"weight", GS_GPKG_REAL, "Central weight",
     "Mean share of the criterion over the draws in which the site is first: who would choose it"},
    {"confidence", GS_GPKG_REAL, "Confidence factor",
     "Share of the draws of data in which the site is first with these weights, 0 to 1"},
};

static enum gs_status write_central(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                    const struct gs_result *result)
{
    const struct gs_robust *robust = result->robust;
    const struct gs_study *study = result->study;
    enum gs_status status =
        gs_gpkg_add_table(ctx, gpkg, "central_weights", "Central weights",
                          "The weights that make a site the best, a row per site and criterion",
                          NULL, NULL, central, COUNT(central));
    for (size_t i = 0; i < robust->n && !status; i++)
        for (size_t c = 0; c < study->n_criteria && !status; c++) {
            struct gs_gpkg_cell cells[] = {
                gs_text_cell(result->sites.ids[robust->sites[i]]),
                gs_text_cell(study->criteria[c].factor.id),
                gs_number_cell(robust->central[c][i]),
                gs_number_cell(robust->confidence[i]),
            };
            if (!isnan(robust->central[c][i]))
                status = gs_gpkg_add_row(ctx, gpkg, cells, NULL, 0);
        }
    return status ? status : gs_add_aliases(ctx, gpkg, "central_weights", central, COUNT(central));
}

/* -- pairwise winning -------------------------------------------------------------------------- */

static const struct gs_gpkg_column pairwise[] = {
    {"candidate_id", GS_GPKG_TEXT, "Site id", "Id of the candidate site"},
    {"other_id", GS_GPKG_TEXT, "Other site", "Id of the site it is compared with"},
    {"p_before", GS_GPKG_REAL, "Ranks before",
     "Share of the draws in which the site ranks before the other, ties counting half"},
};

static enum gs_status write_pairwise(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                     const struct gs_result *result)
{
    const struct gs_robust *robust = result->robust;
    enum gs_status status =
        gs_gpkg_add_table(ctx, gpkg, "pairwise_winning", "Pairwise winning",
                          "How often one of the best sites ranks before another", NULL, NULL,
                          pairwise, COUNT(pairwise));
    for (size_t i = 0; i < robust->n_paired && !status; i++)
        for (size_t k = 0; k < robust->n_paired && !status; k++) {
            struct gs_gpkg_cell cells[] = {
                gs_text_cell(result->sites.ids[robust->sites[i]]),
                gs_text_cell(result->sites.ids[robust->sites[k]]),
                gs_number_cell(robust->before[i * robust->n_paired + k]),
            };
            if (i != k)
                status = gs_gpkg_add_row(ctx, gpkg, cells, NULL, 0);
        }
    return status ? status
                  : gs_add_aliases(ctx, gpkg, "pairwise_winning", pairwise, COUNT(pairwise));
}

/* -- one weight at a time ---------------------------------------------------------------------- */

static const struct gs_gpkg_column sensitivity[] = {
    {"criterion", GS_GPKG_TEXT, "Criterion", "Id of the criterion"},
    {"weight", GS_GPKG_REAL, "Weight", "Its final share"},
    {"weight_below", GS_GPKG_REAL, "Turning point below",
     "Nearest smaller share at which another site becomes the best, the other weights keeping "
     "their proportions; empty: none"},
    {"winner_below", GS_GPKG_TEXT, "Best below it", "Id of the site that is best then"},
    {"weight_above", GS_GPKG_REAL, "Turning point above",
     "Nearest larger share at which another site becomes the best; empty: none"},
    {"winner_above", GS_GPKG_TEXT, "Best above it", "Id of the site that is best then"},
};

static const char *winner(const struct gs_result *result, double weight, size_t site)
{
    return isnan(weight) ? NULL : result->sites.ids[site];
}

static enum gs_status write_sensitivity(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                        const struct gs_result *result)
{
    const struct gs_study *study = result->study;
    enum gs_status status =
        gs_gpkg_add_table(ctx, gpkg, "weight_sensitivity", "Sensitivity to weights",
                          "For each criterion, the weight at which the best site changes", NULL,
                          NULL, sensitivity, COUNT(sensitivity));
    for (size_t c = 0; c < study->n_criteria && !status; c++) {
        const struct gs_turning *turning = &result->turnings[c];
        struct gs_gpkg_cell cells[] = {
            gs_text_cell(study->criteria[c].factor.id),
            gs_number_cell(turning->weight),
            gs_number_cell(turning->lower),
            gs_text_cell(winner(result, turning->lower, turning->lower_winner)),
            gs_number_cell(turning->upper),
            gs_text_cell(winner(result, turning->upper, turning->upper_winner)),
        };
        status = gs_gpkg_add_row(ctx, gpkg, cells, NULL, 0);
    }
    return status
               ? status
               : gs_add_aliases(ctx, gpkg, "weight_sensitivity", sensitivity, COUNT(sensitivity));
}

enum gs_status gs_write_robustness_tables(struct gs_ctx *ctx, struct gs_gpkg *gpkg,
                                          const struct gs_result *result)
{
    enum gs_status status = GS_OK;
    if (result->robust) {
        status = write_acceptability(ctx, gpkg, result);
        if (!status)
            status = write_central(ctx, gpkg, result);
        if (!status)
            status = write_pairwise(ctx, gpkg, result);
    }
    return !status && result->turnings ? write_sensitivity(ctx, gpkg, result) : status;
}
