/* SPDX-License-Identifier: Apache-2.0 */
/* Console, checks, firmware and interrupts of the test guests. */
#include "tests/guests/aarch64/runtime.h"

#define UART_FR (UART + 0x18)
#define UART_FR_FULL (1u << 5)
#define UART_CR (UART + 0x30)
#define UART_CR_ENABLED 0x301u

#define DISTRIBUTOR_ENABLED 0x12u /* affinity routing, group 1 */
#define REDISTRIBUTOR_STRIDE 0x20000 /* from a vCPU's to the next one's */
#define REDISTRIBUTOR_WAKER 0x14
#define PRIVATE_GROUP 0x10080
#define PRIVATE_ENABLE 0x10100
#define PRIVATE_PRIORITY 0x10400
#define PRIVATE_USED 0x0800ffffu /* the SGIs and the virtual timer */
#define VTIMER 27u
#define SPURIOUS 1020u

#define PSCI_SYSTEM_OFF 0x84000008ul

volatile struct trap trap;
volatile uint32_t taken[TAKEN], taken_count, spurious_count;
volatile bool timer_rearm;
void (*interrupt_told)(uint32_t number);
uint64_t guest_tree;

_Static_assert(offsetof(struct trap, vector) == TRAP_VECTOR, "as the vectors write it");
_Static_assert(offsetof(struct trap, resume) == TRAP_RESUME, "as the vectors read it");

void guest_start(uint64_t tree);
void interrupt_taken(void);
_Noreturn void guest_broken(uint64_t vector);

static void put(char character)
{
	while (read32(UART_FR) & UART_FR_FULL)
		;
	write32(UART, (uint8_t)character);
}

void print(const char *text)
{
	while (*text)
		put(*text++);
}

void print_number(uint64_t value)
{
	int shift = 60;

	while (shift > 0 && !(value >> shift))
		shift -= 4;
	print("0x");
	for (; shift >= 0; shift -= 4)
		put("0123456789abcdef"[value >> shift & 15]);
}

void check(const char *what, uint64_t seen, uint64_t expected)
{
	print(seen == expected ? "pass - " : "fail - ");
	print(what);
	if (seen != expected) {
		print(": expected ");
		print_number(expected);
		print(", saw ");
		print_number(seen);
	}
	print("\n");
}

uint64_t trapped(void)
{
	static uint64_t known;
	uint64_t fresh = trap.count - known;

	known = trap.count;
	return fresh == 1 ? trap.syndrome : fresh ? ~0ul : 0;
}

struct answer firmware(uint64_t x0, uint64_t x1, uint64_t x2, uint64_t x3)
{
	register uint64_t r0 __asm__("x0") = x0;
	register uint64_t r1 __asm__("x1") = x1;
	register uint64_t r2 __asm__("x2") = x2;
	register uint64_t r3 __asm__("x3") = x3;

	__asm__ volatile("hvc #0" : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3) : : "memory");
	return (struct answer){ { r0, r1, r2, r3 } };
}

_Noreturn void guest_off(void)
{
	print("end\n");
	firmware(PSCI_SYSTEM_OFF, 0, 0, 0);
	for (;;)
		print("fail - the firmware does not switch off\n");
}

_Noreturn void guest_broken(uint64_t vector)
{
	check("no exception of this kind is taken", vector, 0);
	guest_off();
}

void interrupt_taken(void)
{
	uint32_t number = (uint32_t)REGISTER_READ(S3_0_C12_C12_0); /* ICC_IAR1_EL1 */

	if (number >= SPURIOUS) {
		spurious_count++;
		return;
	}
	if (interrupt_told)
		interrupt_told(number);
	else
		taken[taken_count++ % TAKEN] = number;
	if (number == VTIMER && timer_rearm)
		REGISTER_WRITE(cntv_cval_el0, counter() + TIMER_STEP);
	else if (number == VTIMER)
		REGISTER_WRITE(cntv_ctl_el0, 0);
	REGISTER_WRITE(S3_0_C12_C12_1, number); /* ICC_EOIR1_EL1 */
}

void interrupts_start(void)
{
	uint64_t own = REDISTRIBUTOR + processor_number() * REDISTRIBUTOR_STRIDE;
	unsigned int index;

	write32(DISTRIBUTOR, DISTRIBUTOR_ENABLED);
	write32(own + REDISTRIBUTOR_WAKER, 0);
	write32(own + PRIVATE_GROUP, ~0u);
	for (index = 0; index < 32; index++)
		write8(own + PRIVATE_PRIORITY + index, 0x80);
	write32(own + PRIVATE_ENABLE, PRIVATE_USED);
	REGISTER_WRITE(S3_0_C4_C6_0, 0xf0);  /* ICC_PMR_EL1 */
	REGISTER_WRITE(S3_0_C12_C12_7, 1);   /* ICC_IGRPEN1_EL1 */
}

void guest_start(uint64_t tree)
{
	guest_tree = tree;
	write32(UART_CR, UART_CR_ENABLED);
	print("begin\n");
	guest_main();
	guest_off();
}
