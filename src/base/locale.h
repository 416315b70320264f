// SPDX-License-Identifier: Apache-2.0
/* Numbers are written with a point, whatever the locale of the program that uses the library. */
#ifndef GS_BASE_LOCALE_H
#define GS_BASE_LOCALE_H

#include <locale.h>

/* Puts the calling thread into the "C" locale and gives the one it was in, for leave. */
locale_t gs_locale_enter(void);
void gs_locale_leave(locale_t before);

#endif
