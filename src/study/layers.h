// SPDX-License-Identifier: Apache-2.0
/* The layers of a catalogue, apart from any run. */
#ifndef GS_STUDY_LAYERS_H
#define GS_STUDY_LAYERS_H

#include "model/study.h"

struct gs_layers {
    struct gs_arena arena;
    const char *path;              /* the file that was named */
    struct gs_study *study;        /* NULL: the file is a catalogue */
    const struct gs_layer **items; /* those asked for, as the catalogue orders them */
    size_t n;
    bool by_name; /* they were asked for one by one */
    const struct gs_catalogue *catalogue;
    struct gs_catalogue own; /* without a study */
};

#endif
