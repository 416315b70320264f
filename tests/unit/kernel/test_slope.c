// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "kernel/slope.h"

#include <math.h>

static const double window[9] = {10, 12, 15, 11, 14, 20, 9, 13, 22};

/* `gdaldem slope` of GDAL 3.6.2 on this window, with -p for percent; it writes floats. */
static void test_gdaldem(void **state)
{
    (void)state;
    assert_near(100 * gs_slope_horn(window, 30, 30), 15.365907669067383, 1e-6);
    assert_near(100 * gs_slope_horn(window, 25, 40), 18.172780990600586, 1e-6);
    assert_near(atan(gs_slope_horn(window, 30, 30)) * 180 / 3.14159265358979, 8.73569107055664,
                1e-6);
}

/* A plane z = 3 x + 4 y has the slope 5 everywhere. */
static void test_plane(void **state)
{
    (void)state;
    double plane[9], gradient[2];
    for (int i = 0; i < 9; i++)
        plane[i] = 3 * 7.5 * (i % 3) - 4 * 2.5 * (i / 3);
    assert_near(gs_slope_horn(plane, 7.5, 2.5), 5, 1e-14);
    gs_slope_gradient(plane + 4, 3, gradient);
    assert_near(gradient[0], 22.5, 1e-13);
    assert_near(gradient[1], -10, 1e-13);
}

static void test_holes(void **state)
{
    (void)state;
    for (int i = 0; i < 9; i++) {
        double holed[9];
        for (int k = 0; k < 9; k++)
            holed[k] = k == i ? NAN : window[k];
        assert_true(isnan(gs_slope_horn(holed, 30, 30)));
    }
}

/* `geod -I +ellps=GRS80` over 0.0001 degrees at 45 and 70 degrees north: 7.88468351 m and
 * 11.11317774 m, 3.81865413 m and 11.15620251 m. */
static void test_degrees(void **state)
{
    (void)state;
    double east, north;
    gs_slope_degree_m(6378137, 1 / 298.257222101, 45, &east, &north);
    assert_near(east, 78846.8351, 2e-4);
    assert_near(north, 111131.7774, 2e-4);
    gs_slope_degree_m(6378137, 1 / 298.257222101, 70, &east, &north);
    assert_near(east, 38186.5413, 2e-4);
    assert_near(north, 111562.0251, 2e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gdaldem),
        cmocka_unit_test(test_plane),
        cmocka_unit_test(test_holes),
        cmocka_unit_test(test_degrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
