/* SPDX-License-Identifier: Apache-2.0 */
/* All worlds; each is a file world_<name>.c and a line in crash.mk. */
#ifndef TESTS_CRASH_WORLDS_H
#define TESTS_CRASH_WORLDS_H

#include "tests/crash/crash.h"

extern const struct world world_block, world_uart, world_vaia, world_vgic, world_vmm_aarch64,
	world_vmm_riscv64, world_vplic, world_vuart;

#endif
