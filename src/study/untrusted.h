// SPDX-License-Identifier: Apache-2.0
/* What a stranger's study may not do. */
#ifndef GS_STUDY_UNTRUSTED_H
#define GS_STUDY_UNTRUSTED_H

#include "study/read.h"

/* The catalogue's path, before it is read: under the folder that the study's folder lies in. */
void gs_untrusted_catalogue(struct gs_reader *reader, const struct gs_study *study,
                            const struct gs_pos *pos);
/* Every layer of the catalogue: a plain file under the catalogue's folder or `layers_dir`, not too
 * large, without `sql:` and open options that run or open something. Faults are counted by the
 * reader; restricts what the process opens, and how many features and cells the context takes. */
enum gs_status gs_untrusted_layers(struct gs_reader *reader, const struct gs_study *study,
                                   const char *layers_dir) GS_NODISCARD;

#endif
