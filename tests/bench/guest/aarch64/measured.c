/* SPDX-License-Identifier: Apache-2.0 */
/* What the measured guests' processors and interrupt controller do for them. */
#include "tests/bench/guest/measured.h"

#define DISTRIBUTOR 0x08000000ul
#define GROUP(number) (DISTRIBUTOR + 0x80 + (number) / 32 * 4)
#define ENABLE(number) (DISTRIBUTOR + 0x100 + (number) / 32 * 4)
#define PRIVATE_ENABLE (0x080a0000ul + 0x10100)
#define PSCI_VERSION 0x84000000ul
#define PSCI_SYSTEM_RESET 0x84000009ul
#define PSCI_CPU_ON 0xc4000003ul

void processor_start_here(void);

void processor_on(uint64_t vcpu)
{
	register uint64_t x0 __asm__("x0") = PSCI_CPU_ON;
	register uint64_t x1 __asm__("x1") = vcpu;
	register uint64_t x2 __asm__("x2") = (uint64_t)processor_start_here;
	register uint64_t x3 __asm__("x3") = vcpu;

	__asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
	if (x0)
		guest_off();
}

void line_start(uint32_t number)
{
	write32(GROUP(number), ~0u);
	write32(ENABLE(number), 1u << number % 32);
}

void controller_read(void)
{
	read32(ENABLE(DISK_INTERRUPT));
	read32(PRIVATE_ENABLE);
}

void manager_ask(void)
{
	register uint64_t x0 __asm__("x0") = PSCI_VERSION;

	__asm__ volatile("mrs x1, id_aa64pfr0_el1\n\thvc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
}

void guest_reset(void)
{
	register uint64_t x0 __asm__("x0") = PSCI_SYSTEM_RESET;

	__asm__ volatile("hvc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
}
