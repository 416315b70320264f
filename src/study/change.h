// SPDX-License-Identifier: Apache-2.0
/* The smallest change of one thing alone that would put a site among the best. */
#ifndef GS_STUDY_CHANGE_H
#define GS_STUDY_CHANGE_H

#include "study/quantity.h"
#include "study/trial.h"

enum gs_change_kind {
    GS_CHANGE_UNKNOWN,      /* cannot be told: the trials cannot be scored */
    GS_CHANGE_OUT_OF_REACH, /* nothing does: `rank` is the best there is */
    GS_CHANGE_QUANTITY,     /* from what is measured to `to` */
    GS_CHANGE_WORTH,        /* a worth of `to`: nothing was measured that could change */
    GS_CHANGE_CLASSES,      /* to one of `classes` */
    GS_CHANGE_WEIGHT,       /* of a criterion or group to `to`, as given in the study */
};

/* `by` is rounded to few digits, but never so far that it would not do: every change told was
 * tried. */
struct gs_change {
    enum gs_change_kind kind;
    double to, by; /* by = |to - from| */
    const char **classes;
    size_t n_classes;
    bool other;  /* classes that the value function does not list do too */
    size_t rank; /* with the change; out of reach: the best */
};

/* Of the measured quantity of criterion c, `measured` (NaN: none; a class when `text`), the other
 * sites and criteria as they are, to be among the best `top`. Methods under which a better worth
 * can lead to a worse rank are scanned in steps: what is told does, but need not be the least.
 * Texts go into the arena. */
enum gs_status gs_change_quantity(struct gs_trial *trial, struct gs_arena *arena, size_t c,
                                  double measured, double value, const struct gs_span *span,
                                  size_t top, struct gs_change *out) GS_NODISCARD;

/* A weight, as the study gives it: `given` of a criterion or group, `others` being the sum of those
 * it shares its group with (above 0). The others of the group keep their proportions, other groups
 * their share. Exact where scores are linear in the weights (the lines of sites cross); else
 * scanned in steps. `as_share`: told in % of the group instead. */
enum gs_status gs_change_weight(struct gs_trial *trial, double *given, double others, bool as_share,
                                size_t top, struct gs_change *out) GS_NODISCARD;

#endif
