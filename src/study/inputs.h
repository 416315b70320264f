// SPDX-License-Identifier: Apache-2.0
/* What the files of all layers of a study hash to, taken before they are read. */
#ifndef GS_STUDY_INPUTS_H
#define GS_STUDY_INPUTS_H

#include "study/bind.h"
#include "study/store.h"

struct gs_input_files {
    const char *source;
    struct gs_arena arena;
    struct gs_texts files;
    char fingerprint[40]; /* geo/fingerprint.h; "": files do not tell the data */
    char *stamp;          /* of every file its place, size and times; "" when there are none */
    bool trusted;         /* all files are old enough for that to tell whether they change */
    bool known;           /* the store had the fingerprint of files with that stamp */
    bool changed;         /* while they were read */
};

struct gs_inputs {
    struct gs_input_files *items;
    size_t n;
};

/* A file that has the place, size and times it had when it was hashed is not hashed again, if
 * `store` is given and `rehash` is not. One that several layers share is hashed once. */
enum gs_status gs_inputs_new(struct gs_ctx *ctx, const struct gs_bound *bound,
                             struct gs_store *store, bool rehash,
                             struct gs_inputs *out) GS_NODISCARD;
void gs_inputs_release(struct gs_inputs *inputs);

const struct gs_input_files *gs_inputs_find(const struct gs_inputs *inputs, const char *source);

/* Are its files still what they were when they were hashed, as far as place, size and times tell?
 */
enum gs_status gs_input_same(struct gs_ctx *ctx, const struct gs_input_files *input,
                             bool *same) GS_NODISCARD;

/* When all is read: hashes those anew whose files changed meanwhile, and marks them. */
enum gs_status gs_inputs_recheck(struct gs_ctx *ctx, struct gs_inputs *inputs) GS_NODISCARD;

#endif
