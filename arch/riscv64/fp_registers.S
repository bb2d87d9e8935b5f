/* SPDX-License-Identifier: Apache-2.0 */
/* Floating-point registers to and from struct arch_fp (a0). */
#include "arch/riscv64/assembly.h"

	.macro	EACH operation
	.irp	number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, \
		21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\operation	f\number, 8 * \number(a0)
	.endr
	.endm

	.text
FUNCTION(fp_save)
	EACH	fsd
	csrr	t0, fcsr
	sd	t0, 8 * 32(a0)
	ret
END(fp_save)

FUNCTION(fp_load)
	EACH	fld
	ld	t0, 8 * 32(a0)
	csrw	fcsr, t0
	ret
END(fp_load)
