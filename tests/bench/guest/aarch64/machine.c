/* SPDX-License-Identifier: Apache-2.0 */
/* The benchmark guest's few devices: a PL011, a GICv3 and PSCI. */
#include "tests/bench/guest/machine.h"

#define UART 0x09000000ul
#define UART_FR (UART + 0x18)
#define UART_FR_FULL (1u << 5)
#define UART_CR (UART + 0x30)
#define UART_CR_ENABLED 0x301u

#define DISTRIBUTOR 0x08000000ul
#define DISTRIBUTOR_ENABLED 0x12u /* affinity routing, group 1 */
#define REDISTRIBUTOR(vcpu) (0x080a0000ul + (vcpu) * 0x20000)
#define REDISTRIBUTOR_WAKER 0x14
#define PRIVATE_GROUP 0x10080
#define PRIVATE_ENABLE 0x10100
#define SGI_0 (1u << 0)

#define HYPERCALL_UID 0x8600ff01ul
#define PSCI_SYSTEM_OFF 0x84000008ul

void console_put(char character)
{
	while (read32(UART_FR) & UART_FR_FULL)
		;
	write32(UART, (uint8_t)character);
}

void machine_start(void)
{
	write32(UART_CR, UART_CR_ENABLED);
	write32(DISTRIBUTOR, DISTRIBUTOR_ENABLED);
	processor_start(0);
}

void processor_start(uint64_t vcpu)
{
	write32(REDISTRIBUTOR(vcpu) + REDISTRIBUTOR_WAKER, 0);
	write32(REDISTRIBUTOR(vcpu) + PRIVATE_GROUP, ~0u);
	write32(REDISTRIBUTOR(vcpu) + PRIVATE_ENABLE, SGI_0 | 1u << TIMER_INTERRUPT);
	__asm__ volatile("msr S3_0_C4_C6_0, %0" : : "r"(0xfful)); /* ICC_PMR_EL1 */
	__asm__ volatile("msr S3_0_C12_C12_7, %0" : : "r"(1ul));  /* ICC_IGRPEN1_EL1 */
	__asm__ volatile("msr cntkctl_el1, %0; isb" : : "r"(3ul)); /* EL0 reads both counters */
}

uint64_t hypervisor_name(void)
{
	register uint64_t x0 __asm__("x0") = HYPERCALL_UID;

	__asm__ volatile("hvc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
	return x0;
}

_Noreturn void guest_off(void)
{
	register uint64_t function __asm__("x0") = PSCI_SYSTEM_OFF;

	for (;;)
		__asm__ volatile("hvc #0" : "+r"(function) : : "x1", "x2", "x3", "memory");
}
