/* SPDX-License-Identifier: Apache-2.0 */
/* Puts EL2's own first-stage tables to use (Arm ARM D8.2). */
#include "arch/aarch64/hardware.h"
#include "kernel/boot.h"

#define MAIR 0x04fful             /* 0: write-back; 1: device nGnRE */
#define TCR 0x80823519ul          /* 39-bit addresses, 40-bit physical, 4 KiB, shareable */
#define SCTLR 0x30cd183dul        /* MMU, caches, stack alignment, WXN; RES1 bits */
#define VTCR 0x80023558ul         /* 40-bit intermediate addresses from level 1, 4 KiB */

BOOT_CODE void tables_use(const uint64_t *root)
{
	REGISTER_WRITE(mair_el2, MAIR);
	REGISTER_WRITE(tcr_el2, TCR);
	REGISTER_WRITE(ttbr0_el2, (uint64_t)root);
	REGISTER_WRITE(vtcr_el2, VTCR);
	__asm__ volatile("dsb ish\n\ttlbi alle2\n\ttlbi alle1\n\tdsb ish\n\tisb" : : : "memory");
	REGISTER_WRITE(sctlr_el2, SCTLR);
	BARRIER_INSTRUCTIONS();
}
