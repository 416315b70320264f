// SPDX-License-Identifier: Apache-2.0
/* Days of the Gregorian calendar, as catalogues write them: a year, a month or a day. */
#ifndef GS_BASE_DATE_H
#define GS_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

struct gs_date {
    int year, month, day; /* month and day from 1; 0: not told */
};

/* So many days or months: "30 days", "2 weeks", "18 months", "1 year". */
struct gs_period {
    int days, months;
};

/* "2022", "2022-03", "2022-03-31"; false: anything else, or no such day. */
bool gs_date_parse(const char *text, struct gs_date *out);
bool gs_period_parse(const char *text, struct gs_period *out);

/* The last day of the year or month; a day is itself. */
struct gs_date gs_date_last_day(struct gs_date date);
/* So much later than a day; the last day of a shorter month where there is no such day. */
struct gs_date gs_date_add(struct gs_date date, struct gs_period period);

/* The day of a second since 1970, in UTC. */
struct gs_date gs_date_of(int64_t seconds);
/* Below, at or above 0 as day a is before, at or after day b. */
int gs_date_compare(struct gs_date a, struct gs_date b);

#endif
