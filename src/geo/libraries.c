// SPDX-License-Identifier: Apache-2.0
/* The libraries beneath, as found at run time. */
#include "geo/session.h"

#include <gdal.h>
#include <geos_c.h>
#include <proj.h>
#include <sqlite3.h>

static const char *gdal_version(void)
{
    return GDALVersionInfo("RELEASE_NAME");
}

static const char *proj_version(void)
{
    return proj_info().version;
}

static const struct {
    const char *name;
    const char *(*version)(void);
} libraries[] = {
    {"gdal", gdal_version},
    {"proj", proj_version},
    {"geos", GEOSversion},
    {"sqlite", sqlite3_libversion},
};

size_t gs_geo_n_libraries(void)
{
    return sizeof libraries / sizeof *libraries;
}

void gs_geo_library(size_t index, const char **name, const char **version)
{
    *name = libraries[index].name;
    *version = libraries[index].version();
}
