// SPDX-License-Identifier: Apache-2.0
#include "geo/transform_parts.h"

#include <math.h>
#include <string.h>

#define SIDE 33 /* samples along each side of the box */

/* Longitudes continued over the antimeridian, so that neighbours differ by less than half a turn.
 */
static double unwrap(double lon, double before)
{
    while (lon - before > 180)
        lon -= 360;
    while (lon - before < -180)
        lon += 360;
    return lon;
}

/* Does the image of the box's outline, walked once around, come back to the longitude it started
 * from? If not, a pole lies inside. */
static bool closes(double (*image)[2])
{
    double lon = image[0][0];
    for (size_t i = 1; i < SIDE; i++)
        lon = unwrap(image[i][0], lon);
    for (size_t j = 1; j < SIDE; j++)
        lon = unwrap(image[j * SIDE + SIDE - 1][0], lon);
    for (size_t i = SIDE - 1; i-- > 0;)
        lon = unwrap(image[(SIDE - 1) * SIDE + i][0], lon);
    for (size_t j = SIDE - 1; j-- > 0;)
        lon = unwrap(image[j * SIDE][0], lon);
    return fabs(lon - image[0][0]) < 1;
}

/* How far the true image may pass beyond the samples: a quarter of the largest second difference
 * between neighbours is twice what a parabola through them does. */
static double sag(double (*image)[2], int d)
{
    double most = 0;
    for (size_t j = 0; j < SIDE; j++)
        for (size_t i = 1; i + 1 < SIDE; i++) {
            double across = fabs(image[j * SIDE + i - 1][d] - 2 * image[j * SIDE + i][d] +
                                 image[j * SIDE + i + 1][d]);
            double along = fabs(image[(i - 1) * SIDE + j][d] - 2 * image[i * SIDE + j][d] +
                                image[(i + 1) * SIDE + j][d]);
            most = fmax(most, fmax(across, along));
        }
    return most / 4;
}

/* A whole grid of samples rather than the outline alone: the image of a large box is not bounded by
 * the image of its outline where the projection folds. */
bool gs_transform_bounds(struct gs_transform *transform, const double in[4], double out[4])
{
    double image[SIDE * SIDE][2];
    double width = in[2] - in[0];
    if (width < 0 && transform->from_geographic)
        width += 360;
    if (!(width >= 0) || !(in[3] >= in[1]) || !isfinite(width) || !isfinite(in[3] - in[1]))
        return false;
    if (gs_transform_is_identity(transform)) {
        memcpy(out, in, 4 * sizeof *out);
        return true;
    }
    for (size_t j = 0; j < SIDE; j++)
        for (size_t i = 0; i < SIDE; i++) {
            double *p = image[j * SIDE + i];
            p[0] = in[0] + width * (double)i / (SIDE - 1);
            p[1] = in[1] + (in[3] - in[1]) * (double)j / (SIDE - 1);
        }
    if (gs_transform_points(transform, image, SIDE * SIDE))
        return false;
    if (transform->to_geographic) {
        if (!closes(image))
            return false;
        for (size_t k = 1; k < SIDE * SIDE; k++)
            image[k][0] = unwrap(image[k][0], image[k % SIDE ? k - 1 : k - SIDE][0]);
    }
    double box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (size_t k = 0; k < SIDE * SIDE; k++)
        for (int d = 0; d < 2; d++) {
            box[d] = fmin(box[d], image[k][d]);
            box[d + 2] = fmax(box[d + 2], image[k][d]);
        }
    for (int d = 0; d < 2; d++) {
        double margin = sag(image, d);
        box[d] -= margin;
        box[d + 2] += margin;
    }
    if (transform->to_geographic) {
        if (box[2] - box[0] >= 360)
            return false;
        while (box[0] < -180)
            box[0] += 360, box[2] += 360;
        while (box[0] >= 180)
            box[0] -= 360, box[2] -= 360;
        if (box[2] > 180)
            box[2] -= 360;
        box[1] = fmax(box[1], -90);
        box[3] = fmin(box[3], 90);
    }
    memcpy(out, box, sizeof box);
    return true;
}
