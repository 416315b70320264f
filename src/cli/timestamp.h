// SPDX-License-Identifier: Apache-2.0
/* The time that outputs carry. */
#ifndef GS_CLI_TIMESTAMP_H
#define GS_CLI_TIMESTAMP_H

#include "gigasite.h"

/* What SOURCE_DATE_EPOCH says, -1 (now) when it is not set. */
enum gs_status gs_read_timestamp(struct gs_ctx *ctx, int64_t *out) GS_NODISCARD;

#endif
