/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFENCE among four vCPUs: one changes a page, or code, and fences the others, which look all the
 * time without ever leaving the guest: what they find next is what it was changed to.
 */
#include "tests/guests/processor.h"
#include "tests/guests/riscv64/paging.h"

#define OTHERS 0xeul
#define ROUNDS 24
#define ASID 5ul
#define ALL_HARTS ~0ul
#define LI_A0 0x00000513u /* the value in bits 31:20 */
#define RET 0x00008067u

static volatile uint64_t page[2][PAGE / 8] __attribute__((aligned(4096)));
static volatile uint32_t code[2] __attribute__((aligned(4096))) = { LI_A0, RET };
static volatile uint64_t round, done[PROCESSORS], wrong[PROCESSORS], wrong_code[PROCESSORS];
static uint64_t refused;

/* Each round has its page and its code. */
static void look(uint64_t context)
{
	uint64_t self = processor_number(), next;

	(void)context;
	pages_use(ASID);
	for (next = 1; next <= ROUNDS; next++) {
		while (round < next)
			(void)*(volatile uint64_t *)PAGES; /* its translation stays in use */
		wrong[self] += *(volatile uint64_t *)PAGES != next % 2;
		wrong_code[self] += ((uint64_t(*)(void))code)() != next % 1024;
		done[self] = next;
	}
	pages_leave();
}

/* The whole address space or the page, of all address spaces or of this one, by mask or for all. */
static uint64_t fence(uint64_t number)
{
	uint64_t mask = number & 1 ? OTHERS : 0, base = number & 1 ? 0 : ALL_HARTS;
	uint64_t start = number & 2 ? PAGES : 0, size = number & 2 ? PAGE : ~0ul;

	return sbi(SBI_RFENCE, number & 4 ? 2 : 1, mask, base, start, size, ASID).error |
	       sbi(SBI_RFENCE, 0, mask, base, 0, 0, 0).error;
}

static void change(void)
{
	uint64_t next, number;

	for (next = 1; next <= ROUNDS; next++) {
		page_leaf[0] = page_entry((uint64_t)page[next % 2], PTE_DATA);
		code[0] = LI_A0 | (uint32_t)(next % 1024) << 20;
		fence_memory();
		refused += fence(next) != ANSWER_DONE;
		round = next;
		for (number = 1; number < PROCESSORS; number++)
			while (done[number] < next)
				yield();
	}
}

void guest_main(void)
{
	uint64_t number, sum = 0, sum_code = 0;

	page[1][0] = 1;
	pages_make();
	page_leaf[0] = page_entry((uint64_t)page[0], PTE_DATA);
	for (number = 1; number < PROCESSORS; number++)
		check("turning one on", processor_on(number, look, 0), ANSWER_DONE);
	change();
	for (number = 1; number < PROCESSORS; number++) {
		processor_wait_off(number);
		sum += wrong[number];
		sum_code += wrong_code[number];
	}
	check("fences that were refused", refused, 0);
	check("looks at a page that was not there any more", sum, 0);
	check("runs of code that was not there any more", sum_code, 0);
	check("there was no exception", trapped(), 0);
}
