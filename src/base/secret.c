// SPDX-License-Identifier: Apache-2.0
#include "base/secret.h"

#include <string.h>

/* The value after `password=`, `pwd: ` and the like becomes asterisks. Returns where to look on. */
static char *hide_value(char *at)
{
    char *value = at + strspn(at, " ");
    if (*value != '=' && *value != ':')
        return at;
    value += 1 + strspn(value + 1, " ");
    const char *ends = " \t\r\n'\"&,;}";
    if (*value == '\'' || *value == '"')
        ends = *value++ == '\'' ? "'" : "\"";
    else if (*value == '{' || *value == '[')
        return value; /* no text, but a field of that name */
    size_t n = strcspn(value, ends);
    memset(value, '*', n);
    return value + n;
}

void gs_hide_secrets(char *text)
{
    static const char *const keys[] = {"password",  "passwd",       "pwd",     "secret",
                                       "token",     "apikey",       "api_key", "api-key",
                                       "signature", "authorization"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        for (char *at = text; (at = strcasestr(at, keys[k]));)
            at = hide_value(at + strlen(keys[k]));
    for (char *at = text; (at = strstr(at, "://"));) {
        at += 3;
        size_t n = strcspn(at, "/ \t\r\n'\"@");
        char *colon = at[n] == '@' ? memchr(at, ':', n) : NULL;
        if (colon)
            memset(colon + 1, '*', (size_t)(at + n - colon - 1));
    }
}
