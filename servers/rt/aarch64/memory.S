/* SPDX-License-Identifier: Apache-2.0 */
	.section .text.rt_clear_pages, "ax"
	.global	rt_clear_pages
	.type	rt_clear_pages, %function
/* void rt_clear_pages(void *start, uint64_t size): whole pages, by the CPU's own block size. */
rt_clear_pages:
	mrs	x2, dczid_el0
	and	x2, x2, #15
	mov	x3, #4
	lsl	x3, x3, x2
	add	x1, x0, x1
1:	dc	zva, x0
	add	x0, x0, x3
	cmp	x0, x1
	b.lo	1b
	ret
