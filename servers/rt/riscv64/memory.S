/* SPDX-License-Identifier: Apache-2.0 */
	.section .text.rt_clear_pages, "ax"
	.global	rt_clear_pages
	.type	rt_clear_pages, %function
/* void rt_clear_pages(void *start, uint64_t size): whole pages, 64 bytes at a time. */
rt_clear_pages:
	add	a1, a0, a1
1:	sd	zero, 0(a0)
	sd	zero, 8(a0)
	sd	zero, 16(a0)
	sd	zero, 24(a0)
	sd	zero, 32(a0)
	sd	zero, 40(a0)
	sd	zero, 48(a0)
	sd	zero, 56(a0)
	addi	a0, a0, 64
	bltu	a0, a1, 1b
	ret
