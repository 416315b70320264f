// SPDX-License-Identifier: Apache-2.0
/* What can be told of files without reading them. */
#ifndef GS_BASE_FILE_H
#define GS_BASE_FILE_H

#include <stdbool.h>

/* The last part of a path: what follows its last slash. */
const char *gs_file_name(const char *path);

/* Both exist and are one file, by whatever paths or links they are named. */
bool gs_same_file(const char *a, const char *b);

#endif
