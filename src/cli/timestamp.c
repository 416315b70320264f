// SPDX-License-Identifier: Apache-2.0
#include "cli/timestamp.h"

#include "base/ctx.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* https://reproducible-builds.org/specs/source-date-epoch: a whole number of seconds. The last
 * second of the year 9999 is the latest a GeoPackage can state. */
enum gs_status gs_read_timestamp(struct gs_ctx *ctx, int64_t *out)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    *out = -1;
    if (!text)
        return GS_OK;
    size_t digits = strspn(text, "0123456789");
    errno = 0;
    long long seconds = strtoll(text, NULL, 10);
    if (digits == 0 || text[digits] || errno || seconds > 253402300799)
        return gs_fail(ctx, GS_EUSAGE, NULL, NULL,
                       "SOURCE_DATE_EPOCH must be a whole number of seconds since 1970, not `%s`",
                       text);
    *out = seconds;
    return GS_OK;
}
