// SPDX-License-Identifier: Apache-2.0
/* Loops compiled for several generations of processors, the right one chosen at start-up. Results
 * are the same bits on all of them: multiplications and additions are never contracted. */
#ifndef GS_BASE_VECTOR_H
#define GS_BASE_VECTOR_H

/* Before a function whose loops the compiler shall make vectors of. Not under sanitizers, whose
 * run-time is not up yet when the choice is made; nor by clang, where functions of one name in two
 * files would share a choice. */
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__) &&                        \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define GS_VECTORISED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define GS_VECTORISED
#endif

#endif
