// SPDX-License-Identifier: Apache-2.0
/* What the fuzz targets share. A target is one file that defines LLVMFuzzerTestOneInput();
 * libFuzzer drives it (scripts/fuzz), or replay.c with the saved corpus (the tests fuzz.*). */
#ifndef GS_TESTS_FUZZ_H
#define GS_TESTS_FUZZ_H

#include "gigasite.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
/* Of libFuzzer, for targets that mutate in their own way; replay.c has none. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t n, size_t max);

/* A file of the scratch folder, which is made at first use and removed at exit. The text belongs to
 * one of a few buffers that go round. */
const char *fuzz_path(const char *name);
void fuzz_write(const char *name, const void *bytes, size_t n);
void fuzz_write_text(const char *name, const char *text);
/* The small data set of the whole-command tests, in the scratch folder. */
void fuzz_copy_shared(void);

struct gs_ctx *fuzz_ctx(void);
/* Every diagnostic is formatted, as the program would; a failure without any is a bug, as is one
 * that says so. Frees the context. */
void fuzz_end(struct gs_ctx *ctx, enum gs_status status);
/* `text` as a scalar of JSON, into `out` of at least 6 n + 3 bytes. */
void fuzz_quote(const uint8_t *bytes, size_t n, char *out);

#endif
