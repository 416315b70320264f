// SPDX-License-Identifier: Apache-2.0
/* Runs a fuzz target on the files of a folder, and on the empty input: replay FOLDER. */
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t n, size_t max)
{
    (void)bytes, (void)max;
    return n;
}

static void replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(1 << 24);
    if (!file || !bytes)
        abort();
    size_t n = fread(bytes, 1, 1 << 24, file);
    fclose(file);
    /* of its own size, so that what reads beyond the end is noticed */
    uint8_t *input = realloc(bytes, n ? n : 1);
    LLVMFuzzerTestOneInput(input, n);
    free(input);
}

int main(int argc, char **argv)
{
    struct dirent **entries;
    int n = argc == 2 ? scandir(argv[1], &entries, NULL, alphasort) : -1;
    if (n < 0) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 0; i < n; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[1], entries[i]->d_name);
        if (entries[i]->d_type == DT_REG) {
            fprintf(stderr, "%s\n", path); /* the last one is to blame */
            replay(path);
        }
        free(entries[i]);
    }
    free(entries);
    return 0;
}
