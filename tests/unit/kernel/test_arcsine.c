// SPDX-License-Identifier: Apache-2.0
/* Against the C library's asin(). */
#include "support/support.h"

#include "kernel/arcsine.h"

static void against_libm(void **state)
{
    (void)state;
    for (int i = -1000000; i <= 1000000; i++) {
        double z = i / 1e6, expected = asin(z);
        assert_near(gs_arcsine(z), expected, 5e-14 * fabs(expected));
    }
    assert_near(gs_arcsine(0), 0, 0);
    assert_near(gs_arcsine(1), 1.5707963267948966, 1e-13);
    assert_near(gs_arcsine(-1), -1.5707963267948966, 1e-13);
    assert_near(gs_arcsine(1e-200), 1e-200, 1e-213);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(against_libm)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
