/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accesses to devices by instructions that the hypervisor has to find through the guest's own page
 * tables, with the guest's own rights.
 */
#include "tests/guests/riscv64/paging.h"
#include "tests/guests/seen.h"

#define VALUE 0xf1e2d3c4b5a69788ul

/* What pages of PAGES are for. */
enum { DEVICE_PAGE, CODE, CODE_NEXT, USER_DEVICE, USER_CODE, USER_DATA, TABLE_IN_DEVICE = 512 };

#define AT(page) (PAGES + (page) * PAGE)

static uint16_t memory[2][PAGE / 2] __attribute__((aligned(4096)));
static volatile uint64_t loaded[PAGE / 8] __attribute__((aligned(4096)));

/* Halfwords: ld a0, 0(a0); c.jr ra */
static const uint16_t load_and_return[] = { 0x3503, 0x0005, 0x8082 };

static uint64_t run(uint64_t place)
{
	__asm__ volatile("fence.i\n\tsfence.vma" : : : "memory");
	return ((uint64_t(*)(uint64_t))place)(AT(DEVICE_PAGE) + 8);
}

static void translated(void)
{
	unsigned int index;

	page_leaf[DEVICE_PAGE] = page_entry(DEVICE, PTE_DATA);
	__asm__ volatile("sfence.vma" : : : "memory");
	check("a device at another address", read64(AT(DEVICE_PAGE) + 8), VALUE);
	write32(AT(DEVICE_PAGE) + STORED, 0x12345678);
	check_stored("a store there", 4, 0x12345678);
	for (index = 0; index < 3; index++)
		memory[0][index] = load_and_return[index];
	page_leaf[CODE] = page_entry((uint64_t)memory[0], PTE_VALID | PTE_EXECUTE | PTE_USED);
	check("an instruction in a page that is only executed", run(AT(CODE)), VALUE);
	/* Its halves are no neighbours in memory. */
	memory[0][PAGE / 2 - 1] = load_and_return[0];
	memory[1][0] = load_and_return[1];
	memory[1][1] = load_and_return[2];
	page_leaf[CODE_NEXT] = page_entry((uint64_t)memory[1], PTE_VALID | PTE_EXECUTE | PTE_USED);
	check("an instruction half in another page", run(AT(CODE) + PAGE - 2), VALUE);
	check("there was no exception", trapped(), 0);
}

/* At AT(USER_CODE): a load from AT(USER_DEVICE), what it gives into AT(USER_DATA), a call. */
__asm__(".pushsection .text\n\t.balign 4096\n"
	"user_program:\n"
	"	li	a0, 0x100003008\n"
	"	li	a1, 0x100005000\n"
	"	ld	a0, 0(a0)\n"
	"	sd	a0, 0(a1)\n"
	"	ecall\n"
	"	.balign 4096\n"
	"	.popsection\n");
extern const char user_program[];

static void user_mode(void)
{
	page_leaf[USER_DEVICE] = page_entry(DEVICE, PTE_DATA | PTE_USER);
	page_leaf[USER_CODE] = page_entry((uint64_t)user_program,
					  PTE_VALID | PTE_EXECUTE | PTE_USER | PTE_USED);
	page_leaf[USER_DATA] = page_entry((uint64_t)loaded, PTE_DATA | PTE_USER);
	__asm__ volatile("sfence.vma" : : : "memory");
	trap_at(AT(USER_CODE), STATE_USER);
	check("a program in U-mode comes to its call", trapped(), CAUSE_CALL);
	check("with what it has loaded from the device", loaded[0], VALUE);
	page_leaf[USER_DEVICE] = page_entry(DEVICE, PTE_DATA);
	__asm__ volatile("sfence.vma" : : : "memory");
	trap_at(AT(USER_CODE), STATE_USER);
	check("it reaches no page of S-mode's", trapped(), CAUSE_LOAD_PAGE);
	check("stval is where it was", trap.address, AT(USER_DEVICE) + 8);
}

/* The page is taken from under an instruction between its fetch and its exit. */
__asm__(".pushsection .text\n\t.balign 4096\n\t.option push\n\t.option norvc\n"
	"vanishing:\n"
	"	li	t0, 0x80100000\n"
	"	ld	t1, 0(t0)\n"
	"	li	t0, 0x100000008\n"
	"	sd	zero, 0(t1)\n"
	"vanished:\n"
	"	ld	a0, 0(t0)\n"
	"	.balign 4096\n"
	"	.option pop\n"
	"	.popsection\n");
extern const char vanishing[], vanished[];

static void vanish(void)
{
	uint64_t last = AT(CODE) + (uint64_t)(vanished - vanishing);

	*(volatile uint64_t *)FREE = (uint64_t)&page_leaf[CODE];
	page_leaf[CODE] = page_entry((uint64_t)vanishing, PTE_VALID | PTE_EXECUTE | PTE_USED);
	__asm__ volatile("sfence.vma" : : : "memory");
	trap_at(AT(CODE), STATE_SAME);
	check("an instruction that is gone before it is read", trapped(), CAUSE_FETCH_PAGE);
	check("its sepc", trap.pc, last);
	check("its stval", trap.address, last);
}

/*
 * No device is asked for a page table. The exception is the access's own; QEMU 7.2 has it a load,
 * which its reading of the table was.
 */
static void tables(void)
{
	uint64_t cause;

	page_middle[1] = page_entry(DEVICE, PTE_VALID);
	__asm__ volatile("sfence.vma" : : : "memory");
	read64(AT(TABLE_IN_DEVICE));
	check("a page table in a device", trapped(), CAUSE_LOAD);
	check("stval is what was wanted", trap.address, AT(TABLE_IN_DEVICE));
	page_middle[1] = page_entry(NOWHERE, PTE_VALID);
	__asm__ volatile("sfence.vma" : : : "memory");
	write64(AT(TABLE_IN_DEVICE), 1);
	cause = trapped();
	check("a page table nowhere", cause == CAUSE_STORE || cause == CAUSE_LOAD, 1);
	trap_at(AT(TABLE_IN_DEVICE), STATE_SAME);
	cause = trapped();
	check("one for a fetch", cause == CAUSE_FETCH || cause == CAUSE_LOAD, 1);
}

void guest_main(void)
{
	pages_make();
	pages_use(0);
	translated();
	user_mode();
	vanish();
	tables();
	pages_leave();
}
