/* SPDX-License-Identifier: Apache-2.0 */
/* The benchmark guest's few devices: a PL011, a GICv3 and PSCI. */
#include "tests/bench/guest/machine.h"

#define UART_FR (UART + 0x18)
#define UART_FR_FULL (1u << 5)
#define UART_CR (UART + 0x30)
#define UART_CR_ENABLED 0x301u

#define DISTRIBUTOR_ENABLED 0x12u /* affinity routing, group 1 */
#define WAKER 0x14
#define PRIVATE_GROUP 0x10080
#define PRIVATE_ENABLE 0x10100
#define REDISTRIBUTOR_STRIDE 0x20000 /* from a vCPU's to the next one's */
#define SGI_0 (1u << 0)

#define HYPERCALL_UID 0x8600ff01ul

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
	uint64_t own = REDISTRIBUTOR + vcpu * REDISTRIBUTOR_STRIDE;

	write32(own + WAKER, 0);
	write32(own + PRIVATE_GROUP, ~0u);
	write32(own + PRIVATE_ENABLE, SGI_0 | 1u << TIMER_INTERRUPT);
	REGISTER_WRITE(S3_0_C4_C6_0, 0xff);  /* ICC_PMR_EL1 */
	REGISTER_WRITE(S3_0_C12_C12_7, 1);   /* ICC_IGRPEN1_EL1 */
	REGISTER_WRITE(cntkctl_el1, 3);      /* EL0 reads both counters */
}

_Noreturn void guest_off(void)
{
	for (;;)
		firmware_system_off();
}
