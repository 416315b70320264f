// SPDX-License-Identifier: Apache-2.0
/* What opens a database or a server is not for everybody who reads a message or a page. */
#ifndef GS_BASE_SECRET_H
#define GS_BASE_SECRET_H

/* Puts asterisks in place of values after `password=`, `token: ` and the like, and of the password
 * in an address with `user:…@`. */
void gs_hide_secrets(char *text);

#endif
