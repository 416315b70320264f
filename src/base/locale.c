// SPDX-License-Identifier: Apache-2.0
#include "base/locale.h"

#include <pthread.h>

static locale_t plain;

static void make_plain(void)
{
    plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

locale_t gs_locale_enter(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_plain);
    return uselocale(plain); /* without memory for one: nothing changes */
}

void gs_locale_leave(locale_t before)
{
    uselocale(before);
}
