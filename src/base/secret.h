// SPDX-License-Identifier: Apache-2.0
/* Passwords and tokens in texts that others read. */
#ifndef GS_BASE_SECRET_H
#define GS_BASE_SECRET_H

/* Asterisks in place of every value after `password=`, `token: ` and the like, and of the password
 * in `scheme://user:password@host`; the text keeps its length. */
void gs_hide_secrets(char *text);

#endif
