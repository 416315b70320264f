// SPDX-License-Identifier: Apache-2.0
#include "output/writer.h"

#include "base/file.h"

#include <string.h>
#include <strings.h>

#define GS_WRITER(name) extern const struct gs_writer gs_writer_##name;
#include "output/writer.def"
#undef GS_WRITER

#define GS_WRITER(name) &gs_writer_##name,
const struct gs_writer *const gs_writers[] = {
#include "output/writer.def"
};
#undef GS_WRITER

const size_t gs_n_writers = sizeof gs_writers / sizeof *gs_writers;

const struct gs_writer *gs_writer_for(const char *path)
{
    const char *dot = strrchr(gs_file_name(path), '.');
    for (size_t i = 0; dot && i < gs_n_writers; i++)
        if (strcasecmp(dot + 1, gs_writers[i]->extension) == 0)
            return gs_writers[i];
    return NULL;
}
