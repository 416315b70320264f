// SPDX-License-Identifier: Apache-2.0
#include "base/vector.h"
#include "kernel/focal_parts.h"

#include <math.h>

/* -- extremes: as sums, the larger one taking the place of the sum ------------------------------
 * What is missing is beaten by any value; `sign` -1 makes of a minimum a maximum. */

GS_VECTORISED void gs_focal_prepare_extremes(const float *row, size_t n, float sign, float *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = row[i] - row[i] == 0 ? row[i] * sign : -(float)INFINITY;
}

GS_VECTORISED static void raise_1(const float *a, size_t n, float *best)
{
    for (size_t i = 0; i < n; i++)
        best[i] = a[i] > best[i] ? a[i] : best[i];
}

GS_VECTORISED static void raise_2(const float *a, const float *b, size_t n, float *best)
{
    for (size_t i = 0; i < n; i++) {
        float larger = a[i] > b[i] ? a[i] : b[i];
        best[i] = larger > best[i] ? larger : best[i];
    }
}

GS_VECTORISED static void raise_4(const float *a, const float *b, const float *c, const float *d,
                                  size_t n, float *best)
{
    for (size_t i = 0; i < n; i++) {
        float left = a[i] > b[i] ? a[i] : b[i], right = c[i] > d[i] ? c[i] : d[i];
        float larger = left > right ? left : right;
        best[i] = larger > best[i] ? larger : best[i];
    }
}

static void raise_columns(void *best, const void *const *of, size_t n_of, size_t n)
{
    if (n_of == 4)
        raise_4(of[0], of[1], of[2], of[3], n, best);
    else if (n_of == 2)
        raise_2(of[0], of[1], n, best);
    else
        raise_1(of[0], n, best);
}

static void raise_rows(void *best, const void *const *of, size_t n_of, size_t n, double shift)
{
    (void)shift;
    raise_columns(best, of, n_of, n);
}

static void clear_extremes(void *best, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((float *)best)[i] = -INFINITY;
}

static const struct gs_focal_adder raiser = {sizeof(float), sizeof(float), clear_extremes,
                                             raise_rows, raise_columns};

void gs_focal_combine_extremes(const struct gs_disc *disc, float sign, const void *const *prepared,
                               size_t n, void *scratch, float *out)
{
    size_t stretch = gs_focal_stretch(disc, n);
    for (size_t first = 0; first < n; first += stretch) {
        size_t part = n - first < stretch ? n - first : stretch;
        struct gs_focal_part s = {disc, prepared, first, part, 0};
        gs_focal_add_up(&raiser, &s, 0, scratch, out + first);
    }
    for (size_t i = 0; i < n; i++)
        out[i] = out[i] == -(float)INFINITY ? (float)NAN : out[i] * sign;
}
