/* SPDX-License-Identifier: Apache-2.0 */
/* Interrupts as messages: an interrupt file's registers, CSRs that trap, and what an APLIC sends it. */
#include "tests/guests/riscv64/coming.h"
#include "tests/guests/runtime.h"

#define IMSIC 0x28000000ul
#define APLIC 0x0d000000ul
#define APLIC_CONFIG APLIC
#define APLIC_SOURCE(line) (APLIC + 4ul * (line))
#define APLIC_PEND (APLIC + 0x1cdc)
#define APLIC_ENABLE (APLIC + 0x1edc)
#define APLIC_MESSAGE (APLIC + 0x3000)
#define APLIC_TARGET(line) (APLIC + 0x3000 + 4ul * (line))
#define CONFIG_ON 0x104u /* interrupts on, by messages */
#define SOURCE_EDGE 4u

#define SISELECT 0x150
#define SIREG 0x151
#define STOPEI 0x15c
#define STOPI 0xdb0
#define DELIVERY 0x70
#define LIMIT 0x72
#define PENDING 0x80
#define ENABLED 0xc0

#define TOP(number) ((uint64_t)(number) << 16 | (number))

#define REGISTER_SWAP(name, value)                                                                 \
	({                                                                                         \
		uint64_t old_;                                                                     \
		__asm__ volatile("csrrw %0, " TEXT(name) ", %1"                                    \
				 : "=r"(old_) : "r"((uint64_t)(value)) : "memory");                \
		old_;                                                                              \
	})

static uint64_t file_read(uint64_t number)
{
	REGISTER_WRITE(SISELECT, number);
	return REGISTER_READ(SIREG);
}

static void file_write(uint64_t number, uint64_t value)
{
	REGISTER_WRITE(SISELECT, number);
	REGISTER_WRITE(SIREG, value);
}

static void csrs(void)
{
	check("siselect keeps what is written", (REGISTER_SWAP(SISELECT, ENABLED), REGISTER_READ(SISELECT)),
	      ENABLED);
	file_write(ENABLED, 0x2a8);
	check("a swap gives the old value", REGISTER_SWAP(SIREG, 0x28), 0x2a8);
	check("and leaves the new one", REGISTER_READ(SIREG), 0x28);
	REGISTER_SET(SIREG, 0x80);
	check("bits that are set", REGISTER_READ(SIREG), 0xa8);
	REGISTER_CLEAR(SIREG, 0x20);
	check("and cleared", REGISTER_READ(SIREG), 0x88);
	__asm__ volatile("csrsi 0x151, 16" : : : "memory");
	check("by an immediate value", REGISTER_READ(SIREG), 0x98);
	REGISTER_WRITE(SISELECT, ENABLED + 1);
	(void)REGISTER_READ(SIREG);
	check("an odd number there is none of", trapped(), CAUSE_ILLEGAL);
	REGISTER_WRITE(STOPI, 0);
	check("stopi is read-only", trapped(), CAUSE_ILLEGAL);
	file_write(ENABLED, 0);
}

static void messages(void)
{
	write32(IMSIC, 5);
	check("a message is pending", file_read(PENDING), 1ul << 5);
	check("not taken while it is not enabled", REGISTER_READ(STOPEI), 0);
	file_write(ENABLED, 1ul << 5 | 1ul << 9);
	check("then it is", REGISTER_READ(STOPEI), TOP(5));
	check("but does not interrupt while delivery is off", coming(), 0);
	file_write(DELIVERY, 1);
	check("then it does", coming(), EXTERNAL);
	write32(IMSIC, 9);
	check("the lowest number is the most urgent", REGISTER_READ(STOPEI), TOP(5));
	file_write(LIMIT, 5);
	check("unless it is at the limit", REGISTER_READ(STOPEI), 0);
	check("which lets none through", coming(), 0);
	file_write(LIMIT, 0);
	check("a claim gives it", REGISTER_SWAP(STOPEI, 0), TOP(5));
	check("once", REGISTER_SWAP(STOPEI, 0), TOP(9));
	check("and then none", REGISTER_SWAP(STOPEI, 0), 0);
	check("nothing interrupts", coming(), 0);
	check("nothing is pending", file_read(PENDING), 0);
}

static void sources(void)
{
	write32(APLIC_SOURCE(7), SOURCE_EDGE);
	write32(APLIC_TARGET(7), 9);
	write32(APLIC_CONFIG, CONFIG_ON);
	write32(APLIC_PEND, 7);
	check("a source that is not enabled sends nothing", REGISTER_READ(STOPEI), 0);
	write32(APLIC_ENABLE, 7);
	check("an enabled one sends its message", REGISTER_READ(STOPEI), TOP(9));
	check("which interrupts", coming(), EXTERNAL);
	check("and is claimed", REGISTER_SWAP(STOPEI, 0), TOP(9));
	write32(APLIC_MESSAGE, 5);
	check("a message of the APLIC's own", REGISTER_SWAP(STOPEI, 0), TOP(5));
}

/* stopi names what would be taken, of all that sip has. */
static void together(void)
{
	check("stopi without any", REGISTER_READ(STOPI), 0);
	sbi(SBI_IPI, 0, 1, 0, 0, 0, 0);
	check("stopi names the software interrupt", REGISTER_READ(STOPI) >> 16, 1);
	write32(IMSIC, 5);
	check("and the external one before it", REGISTER_READ(STOPI) >> 16, 9);
	(void)REGISTER_SWAP(STOPEI, 0);
	REGISTER_CLEAR(sip, SOFTWARE);
	check("stopi without any again", REGISTER_READ(STOPI), 0);
}

void guest_main(void)
{
	interrupts_start();
	csrs();
	messages();
	sources();
	together();
	check("there was no exception", trapped(), 0);
}
