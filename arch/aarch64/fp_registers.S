/* SPDX-License-Identifier: Apache-2.0 */
/* Floating-point and vector registers to and from struct arch_fp (x0). */
#include "arch/aarch64/assembly.h"

	.macro	EACH_PAIR operation
	\operation	q0, q1, [x0, #32 * 0]
	\operation	q2, q3, [x0, #32 * 1]
	\operation	q4, q5, [x0, #32 * 2]
	\operation	q6, q7, [x0, #32 * 3]
	\operation	q8, q9, [x0, #32 * 4]
	\operation	q10, q11, [x0, #32 * 5]
	\operation	q12, q13, [x0, #32 * 6]
	\operation	q14, q15, [x0, #32 * 7]
	\operation	q16, q17, [x0, #32 * 8]
	\operation	q18, q19, [x0, #32 * 9]
	\operation	q20, q21, [x0, #32 * 10]
	\operation	q22, q23, [x0, #32 * 11]
	\operation	q24, q25, [x0, #32 * 12]
	\operation	q26, q27, [x0, #32 * 13]
	\operation	q28, q29, [x0, #32 * 14]
	\operation	q30, q31, [x0, #32 * 15]
	.endm

	.arch	armv8-a+fp+simd
	.text
FUNCTION(fp_save)
	EACH_PAIR stp
	mrs	x1, fpcr
	mrs	x2, fpsr
	add	x0, x0, #32 * 16
	stp	x1, x2, [x0]
	ret
END(fp_save)

FUNCTION(fp_load)
	EACH_PAIR ldp
	add	x0, x0, #32 * 16
	ldp	x1, x2, [x0]
	msr	fpcr, x1
	msr	fpsr, x2
	ret
END(fp_load)
