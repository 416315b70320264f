// SPDX-License-Identifier: Apache-2.0
#include "kernel/crossing.h"

#include "kernel/planar.h"

#include <math.h>

/* The side of the line a b that p is on when p is moved: by `moved` × (ε, ε²). The orientation
 * changes by (b - a) × (ε, ε²), whose first term that is not 0 decides. */
static int side(const double a[2], const double b[2], const double p[2], int moved)
{
    int exact = gs_planar_side(a, b, p);
    if (exact != 0)
        return exact;
    if (a[1] != b[1])
        return b[1] > a[1] ? -moved : moved;
    return b[0] > a[0] ? moved : -moved;
}

bool gs_crossing(const double a[2], const double b[2], const double c[2], const double d[2],
                 int moved)
{
    if ((a[0] == b[0] && a[1] == b[1]) || (c[0] == d[0] && c[1] == d[1]))
        return false;
    return side(a, b, c, moved) != side(a, b, d, moved) &&
           side(c, d, a, -moved) != side(c, d, b, -moved);
}

/* -- double-double arithmetic: Dekker (1971), "A floating-point technique for extending the
 *    available precision", Numerische Mathematik 18:224-242 ----------------------------------- */

struct twofold {
    double high, low;
};

static struct twofold difference(double a, double b)
{
    double high = a - b, part = high - a;
    return (struct twofold){high, (a - (high - part)) - (b + part)};
}

static struct twofold product(struct twofold a, struct twofold b)
{
    double high = a.high * b.high;
    return (struct twofold){high, fma(a.high, b.high, -high) + (a.high * b.low + a.low * b.high)};
}

static double subtract(struct twofold a, struct twofold b)
{
    struct twofold high = difference(a.high, b.high), low = difference(a.low, b.low);
    return high.high + (high.low + low.high + low.low);
}

static double cross(const struct twofold u[2], const struct twofold v[2])
{
    return subtract(product(u[0], v[1]), product(u[1], v[0]));
}

/* Segments may cross at an angle so small that plain differences of products know nothing of it. */
double gs_crossing_share(const double a[2], const double b[2], const double c[2], const double d[2])
{
    struct twofold along[2], other[2], between[2];
    for (int i = 0; i < 2; i++) {
        along[i] = difference(b[i], a[i]);
        other[i] = difference(d[i], c[i]);
        between[i] = difference(c[i], a[i]);
    }
    double share = cross(between, other) / cross(along, other);
    return isnan(share) ? 0 : fmin(fmax(share, 0), 1);
}

/* -- rays -------------------------------------------------------------------------------------- */

/* p moves by -moved × (ε, ε²) against the chain: level with a vertex, it passes below or above. */
bool gs_crossing_ray_odd(const double p[2], const double (*xy)[2], size_t n, int moved)
{
    bool odd = false;
    for (size_t i = 0; i + 1 < n; i++) {
        const double *a = xy[i], *b = xy[i + 1];
        bool a_above = moved > 0 ? a[1] >= p[1] : a[1] > p[1];
        bool b_above = moved > 0 ? b[1] >= p[1] : b[1] > p[1];
        if (a_above == b_above)
            continue;
        if (a[0] > p[0] && b[0] > p[0])
            odd = !odd;
        else if ((a[0] >= p[0] || b[0] >= p[0]) && (side(a, b, p, -moved) > 0) == b_above)
            odd = !odd;
    }
    return odd;
}
