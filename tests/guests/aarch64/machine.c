/* SPDX-License-Identifier: Apache-2.0 */
/* Console and interrupt controller of the test guests on aarch64: PL011 and GICv3. */
#include "tests/guests/runtime.h"

#define UART_FR (UART + 0x18)
#define UART_FR_FULL (1u << 5)
#define UART_CR (UART + 0x30)
#define UART_CR_ENABLED 0x301u

#define DISTRIBUTOR_ENABLED 0x12u /* affinity routing, group 1 */
#define GROUP 0x80
#define ENABLE 0x100
#define PRIORITY 0x400
#define REDISTRIBUTOR_STRIDE 0x20000 /* from a vCPU's to the next one's */
#define REDISTRIBUTOR_WAKER 0x14
#define PRIVATE 0x10000
#define PRIVATE_USED 0x0800ffffu /* the SGIs and the virtual timer */
#define SPURIOUS 1020u

void interrupt_taken(void);
_Noreturn void guest_broken(uint64_t vector);

void console_start(void)
{
	write32(UART_CR, UART_CR_ENABLED);
}

void console_put(char character)
{
	while (read32(UART_FR) & UART_FR_FULL)
		;
	write32(UART, (uint8_t)character);
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
	interrupt_note(number);
	REGISTER_WRITE(S3_0_C12_C12_1, number); /* ICC_EOIR1_EL1 */
}

void interrupts_start(void)
{
	uint64_t own = REDISTRIBUTOR + processor_number() * REDISTRIBUTOR_STRIDE;
	unsigned int index;

	write32(DISTRIBUTOR, DISTRIBUTOR_ENABLED);
	write32(own + REDISTRIBUTOR_WAKER, 0);
	write32(own + PRIVATE + GROUP, ~0u);
	for (index = 0; index < 32; index++)
		write8(own + PRIVATE + PRIORITY + index, 0x80);
	write32(own + PRIVATE + ENABLE, PRIVATE_USED);
	REGISTER_WRITE(S3_0_C4_C6_0, 0xf0);  /* ICC_PMR_EL1 */
	REGISTER_WRITE(S3_0_C12_C12_7, 1);   /* ICC_IGRPEN1_EL1 */
}

void line_start(uint32_t number)
{
	write32(DISTRIBUTOR + GROUP + number / 32 * 4, ~0u);
	write8(DISTRIBUTOR + PRIORITY + number, 0x80);
	write32(DISTRIBUTOR + ENABLE + number / 32 * 4, 1u << number % 32);
}

void ipi_send(uint64_t number, uint64_t mask)
{
	fence_device();
	REGISTER_WRITE(S3_0_C12_C11_5, number << 24 | mask); /* ICC_SGI1R_EL1 */
}
