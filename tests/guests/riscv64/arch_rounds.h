/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ARCH_ROUNDS_H
#define ARCH_ROUNDS_H

/*
 * Rounds of all stress servers together, as tests/servers/test_stress.py knows them. What is taken
 * away is fenced by the firmware on each hart in turn: with more harts than real CPUs each fence waits
 * for the host's scheduler.
 */
#define STRESS_ROUNDS_OF(servers) ((servers) == 2 ? 8000ul : (servers) * 4ul)

#endif
