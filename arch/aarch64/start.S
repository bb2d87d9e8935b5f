/* SPDX-License-Identifier: Apache-2.0 */
/* Entry, by the Linux arm64 boot protocol: x0 is the device tree, MMU off, at EL2. */
#include "arch/aarch64/assembly.h"

	.section .head, "ax"
	.global	_start
_start:
	b	start
	.long	0
	.quad	0			/* text offset */
	.quad	kernel_size
	.quad	0xa			/* little-endian, 4 KiB pages, anywhere */
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0

	.section .init.text, "ax"
FUNCTION(start)
	msr	daifset, #15
	msr	spsel, #1
	adrp	x1, kernel_stacks + STACK_STRIDE
	add	x1, x1, :lo12:kernel_stacks + STACK_STRIDE
	mov	sp, x1
	adrp	x1, bss_start
	add	x1, x1, :lo12:bss_start
	adrp	x2, bss_end
	add	x2, x2, :lo12:bss_end
1:	stp	xzr, xzr, [x1], #16
	cmp	x1, x2
	b.lo	1b
	bl	boot_aarch64
	adrp	x30, vectors_leave	/* tables_seal unmaps this code: do not come back */
	add	x30, x30, :lo12:vectors_leave
	b	tables_seal
END(start)

/* x0: the CPU's structure. No memory is written before the tables are in use. */
FUNCTION(secondary)
	msr	daifset, #15
	msr	spsel, #1
	mov	x19, x0
	adrp	x0, kernel_tables
	bl	tables_use
	ldr	x1, [x19, #CPU_STACK]
	mov	sp, x1
	mov	x0, x19
	bl	boot_registers
	adrp	x30, vectors_leave
	add	x30, x30, :lo12:vectors_leave
	b	trap_first
END(secondary)
