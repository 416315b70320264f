// SPDX-License-Identifier: Apache-2.0
/* How the weight of a feature falls with its distance. */
#ifndef GS_KERNEL_DECAY_H
#define GS_KERNEL_DECAY_H

#include <math.h>

enum gs_decay_kind {
    GS_DECAY_NONE,     /* 1 */
    GS_DECAY_LINEAR,   /* 1 - d / scale */
    GS_DECAY_GAUSSIAN, /* exp(-(d / scale)² / 2) */
    GS_DECAY_INVERSE,  /* scale / (scale + d) */
};

struct gs_decay {
    enum gs_decay_kind kind;
    double scale_m; /* radius, standard deviation, half distance; not for NONE */
};

/* At a distance 0 or more; 1 at 0, whatever the scale. */
static inline double gs_decay_weight(const struct gs_decay *decay, double distance_m)
{
    if (distance_m == 0) /* also with a scale of 0, where the formulas have no value */
        return 1;
    switch (decay->kind) {
    case GS_DECAY_LINEAR:
        return 1 - distance_m / decay->scale_m;
    case GS_DECAY_GAUSSIAN: {
        double t = distance_m / decay->scale_m;
        return exp(-t * t / 2);
    }
    case GS_DECAY_INVERSE:
        return decay->scale_m / (decay->scale_m + distance_m);
    case GS_DECAY_NONE:
        break;
    }
    return 1;
}

#endif
