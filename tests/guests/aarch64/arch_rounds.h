/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ARCH_ROUNDS_H
#define ARCH_ROUNDS_H

/* Rounds of all stress servers together, as tests/servers/test_stress.py knows them. */
#define STRESS_ROUNDS_OF(servers) ((servers) == 4 ? 80000ul : 8000ul)

#endif
