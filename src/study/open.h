// SPDX-License-Identifier: Apache-2.0
/* A study from the texts a run has kept, when its files may be gone or changed. */
#ifndef GS_STUDY_OPEN_H
#define GS_STUDY_OPEN_H

#include "base/arena.h"
#include "gigasite.h"

struct gs_study_texts {
    const char *study, *catalogue;
    const char *settings;   /* the --set values, one a line; may be NULL */
    const char *layers_dir; /* in place of the catalogue's root; may be NULL */
    /* Another study whose `facility:` is taken in place of its own; NULL: none. */
    const struct gs_study_texts *facility_of;
};

/* As gs_study_open(), but no file is looked at: `path` is the study's in messages and what the
 * catalogue's path counts from. */
enum gs_status gs_study_open_texts(struct gs_ctx *ctx, const char *path,
                                   const struct gs_study_texts *texts,
                                   struct gs_study **out) GS_NODISCARD;
/* The same for the texts that a run keeps: faults of theirs are no faults of this call. `*out` is
 * then NULL, and `*fault`, in the arena, the first error; else NULL. GS_ENOMEM and
 * GS_EINTERNAL only. */
enum gs_status gs_study_open_kept(struct gs_ctx *ctx, const char *path,
                                  const struct gs_study_texts *texts, struct gs_arena *arena,
                                  struct gs_study **out, const char **fault) GS_NODISCARD;

#endif
