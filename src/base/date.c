// SPDX-License-Identifier: Apache-2.0
#include "base/date.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* Exactly `n` digits. */
static bool take_digits(const char **at, int n, int *out)
{
    *out = 0;
    for (int i = 0; i < n; i++, ++*at) {
        if (!isdigit((unsigned char)**at))
            return false;
        *out = *out * 10 + (**at - '0');
    }
    return true;
}

bool gs_date_parse(const char *text, struct gs_date *out)
{
    struct gs_date date = {0, 0, 0};
    if (!take_digits(&text, 4, &date.year))
        return false;
    if (*text == '-') {
        text++;
        if (!take_digits(&text, 2, &date.month) || date.month < 1 || date.month > 12)
            return false;
        if (*text == '-') {
            text++;
            if (!take_digits(&text, 2, &date.day) || date.day < 1 ||
                date.day > days_of(date.year, date.month))
                return false;
        }
    }
    if (*text)
        return false;
    *out = date;
    return true;
}

bool gs_period_parse(const char *text, struct gs_period *out)
{
    static const struct {
        const char *name;
        struct gs_period one;
    } units[] = {{"day", {1, 0}}, {"week", {7, 0}}, {"month", {0, 1}}, {"year", {0, 12}}};
    int n = 0, digits = 0;
    for (; isdigit((unsigned char)*text) && digits < 4; text++, digits++)
        n = n * 10 + (*text - '0');
    if (!digits || n == 0 || *text++ != ' ')
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t length = strlen(units[i].name);
        if (strncmp(text, units[i].name, length) != 0)
            continue;
        text += length;
        text += *text == 's';
        *out = (struct gs_period){n * units[i].one.days, n * units[i].one.months};
        return !*text;
    }
    return false;
}

struct gs_date gs_date_last_day(struct gs_date date)
{
    if (!date.month)
        date.month = 12;
    if (!date.day)
        date.day = days_of(date.year, date.month);
    return date;
}

struct gs_date gs_date_add(struct gs_date date, struct gs_period period)
{
    int months = date.year * 12 + date.month - 1 + period.months;
    bool last = date.day == days_of(date.year, date.month);
    date.year = months / 12;
    date.month = months % 12 + 1;
    int most = days_of(date.year, date.month);
    if (date.day > most || (last && period.months))
        date.day = most;
    date.day += period.days;
    while (date.day > days_of(date.year, date.month)) {
        date.day -= days_of(date.year, date.month);
        date.year += date.month == 12;
        date.month = date.month == 12 ? 1 : date.month + 1;
    }
    return date;
}

struct gs_date gs_date_of(int64_t seconds)
{
    time_t at = (time_t)seconds;
    struct tm utc = {0};
    gmtime_r(&at, &utc);
    return (struct gs_date){utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday};
}

int gs_date_compare(struct gs_date a, struct gs_date b)
{
    if (a.year != b.year)
        return a.year - b.year;
    return a.month != b.month ? a.month - b.month : a.day - b.day;
}
