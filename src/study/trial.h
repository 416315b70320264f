// SPDX-License-Identifier: Apache-2.0
/* "What if?": the ranking of a study with one thing about one site, or one weight, changed. The
 * study's own method scores every trial. */
#ifndef GS_STUDY_TRIAL_H
#define GS_STUDY_TRIAL_H

#include "base/ctx.h"
#include "study/score.h"

/* The rank of a trial that cannot be scored (a quantity that the normalisation has no use for). */
#define GS_NO_RANK SIZE_MAX

struct gs_trial {
    struct gs_ctx *ctx;
    struct gs_ctx quiet; /* faults of trials are nobody's */
    struct gs_study *study;
    struct gs_packed packed;
    struct gs_method_table table; /* as things are */
    size_t target;                /* the site in question, packed */
    struct gs_scores scores;      /* of the last trial of all sites */
    double *score;                /* as things are */
    double *weights;              /* of the criteria, as they are */
    size_t rank;                  /* as things are; GS_NO_RANK: cannot be scored */
    bool alone;                   /* the method scores each site by its own values alone */
    bool additive;                /* scores are linear in the weights */
};

/* All sites that are feasible in `result`, and `site`, which is in question. Of the result only
 * n_sites, feasible and values are looked at; what it holds is borrowed. `study` is left as it was
 * after every trial. */
enum gs_status gs_trial_init(struct gs_ctx *ctx, struct gs_study *study,
                             const struct gs_result *result, size_t site,
                             struct gs_trial *out) GS_NODISCARD;
void gs_trial_release(struct gs_trial *trial);

/* The site's rank if criterion c had this worth, or measured this when it is relative. */
enum gs_status gs_trial_value(struct gs_trial *trial, size_t c, double value,
                              size_t *rank) GS_NODISCARD;

/* The site's rank if a weight, `*given` of a criterion or group of the study, were another; the
 * scores of all sites are in trial->scores. */
enum gs_status gs_trial_weight(struct gs_trial *trial, double *given, double weight,
                               size_t *rank) GS_NODISCARD;

#endif
