// SPDX-License-Identifier: Apache-2.0
/* SHA-256, FIPS 180-4: what publishers state of a file. */
#ifndef GS_BASE_SHA256_H
#define GS_BASE_SHA256_H

#include "base/ctx.h"

struct gs_sha256 {
    uint32_t state[8];
    uint64_t bytes;
    unsigned char block[64];
};

enum { GS_SHA256_ROOM = 65 }; /* 64 hexadecimal digits in lower case and their end */

void gs_sha256_init(struct gs_sha256 *sha);
void gs_sha256_add(struct gs_sha256 *sha, const void *bytes, size_t n);
void gs_sha256_finish(struct gs_sha256 *sha, char out[GS_SHA256_ROOM]);

/* Of a file; GS_EDATA when it cannot be read. */
enum gs_status gs_sha256_file(struct gs_ctx *ctx, const char *path,
                              char out[GS_SHA256_ROOM]) GS_NODISCARD;

#endif
