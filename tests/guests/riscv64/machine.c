/* SPDX-License-Identifier: Apache-2.0 */
/* Console and interrupts of the test guests on riscv64: a 16550A, SBI's IPIs and a PLIC. */
#include "tests/guests/runtime.h"

#define UART_DATA UART
#define UART_ENABLE (UART + 1)
#define UART_FIFO (UART + 2)
#define UART_LINE (UART + 3)
#define UART_MODEM (UART + 4)
#define UART_STATUS (UART + 5)
#define FIFO_ENABLED 1u
#define LINE_8_BITS 3u
#define STATUS_EMPTY (1u << 5)

/* Context n is vCPU n's. */
#define PRIORITY(source) (CONTROLLER + 4ul * (source))
#define ENABLE(context, source) (CONTROLLER + 0x2000 + 0x80 * (context) + (source) / 32 * 4)
#define CLAIM(context) (CONTROLLER + 0x200004 + 0x1000 * (context))

#define CAUSE_SOFTWARE 1
#define CAUSE_TIMER 5

/* An IPI has no number: it says "look", and here is what for. */
static uint32_t mail[PROCESSORS];

void interrupt_taken(uint64_t cause);

void console_start(void)
{
	write8(UART_LINE, LINE_8_BITS);
	write8(UART_ENABLE, 0);
	write8(UART_FIFO, FIFO_ENABLED);
	write8(UART_MODEM, 0);
}

void console_put(char character)
{
	while (!(read8(UART_STATUS) & STATUS_EMPTY))
		;
	write8(UART_DATA, (uint8_t)character);
}

static void software(void)
{
	uint32_t bits, number;

	/* In this order: what is posted behind the look interrupts again. */
	REGISTER_CLEAR(sip, SOFTWARE);
	bits = __atomic_exchange_n(&mail[processor_number()], 0, __ATOMIC_SEQ_CST);
	for (number = 0; number < 32; number++)
		if (bits >> number & 1)
			interrupt_note(IPI(number));
}

static void external(void)
{
	uint64_t claim = CLAIM(processor_number());
	uint32_t source = read32(claim);

	if (!source) {
		spurious_count++;
		return;
	}
	interrupt_note(source);
	write32(claim, source);
}

void interrupt_taken(uint64_t cause)
{
	switch (cause & 0xff) {
	case CAUSE_SOFTWARE:
		software();
		break;
	case CAUSE_TIMER:
		interrupt_note(TIMER_INTERRUPT);
		break;
	default:
		external();
	}
}

void interrupts_start(void)
{
	REGISTER_SET(sie, SOFTWARE | TIMER | EXTERNAL);
}

void line_start(uint32_t number)
{
	uint64_t enable = ENABLE(0, number);

	write32(PRIORITY(number), 1);
	write32(enable, read32(enable) | 1u << number % 32);
}

void ipi_send(uint64_t number, uint64_t mask)
{
	uint64_t target;

	for (target = 0; target < PROCESSORS; target++)
		if (mask >> target & 1)
			__atomic_fetch_or(&mail[target], 1u << number, __ATOMIC_SEQ_CST);
	fence_device();
	sbi(SBI_IPI, 0, mask, 0, 0, 0, 0);
}
