/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupts as the guest's PLIC delivers them; and of what a guest finds that polls sip, the software
 * interrupt: QEMU 7.2 shows no other one to VS-mode.
 */
#include "tests/guests/riscv64/coming.h"
#include "tests/guests/runtime.h"

#define LINE 1u /* the console's: the first device */
#define PRIORITY (CONTROLLER + 4 * LINE)
#define PENDING (CONTROLLER + 0x1000)
#define ENABLE (CONTROLLER + 0x2000)
#define THRESHOLD (CONTROLLER + 0x200000)
#define CLAIM (CONTROLLER + 0x200004)
#define BIT (1u << LINE)

#define UART_ENABLE (UART + 1)
#define TRANSMITTER 2u
#define UART_STATUS (UART + 5)
#define UART_EMPTY 0x20u

static volatile uint32_t noted[TAKEN], count;

/* Once the transmitter is empty its line rises, and stays. Nothing is printed meanwhile. */
static void line_raise(void)
{
	while (!(read8(UART_STATUS) & UART_EMPTY))
		;
	write8(UART_ENABLE, TRANSMITTER);
}

static void line_lower(void)
{
	write8(UART_ENABLE, 0);
}

static uint64_t polled(void)
{
	return REGISTER_READ(sip) & SOFTWARE;
}

static void told(uint32_t number)
{
	if (number == LINE)
		line_lower();
	if (number == TIMER_INTERRUPT)
		timer_off();
	noted[count++ % TAKEN] = number;
}

static void steps(void)
{
	line_raise();
	check("a source of priority 0 is pending", read32(PENDING) & BIT, BIT);
	write32(ENABLE, BIT);
	check("but does not interrupt", coming(), 0);
	write32(PRIORITY, 1);
	check("one of priority 1 does", coming(), EXTERNAL);
	write32(THRESHOLD, 1);
	check("unless the threshold is as high", coming(), 0);
	write32(THRESHOLD, 0);
	check("and does again below", coming(), EXTERNAL);
	write32(ENABLE, 0);
	check("not if it is not enabled", coming(), 0);
	write32(ENABLE, BIT);
	REGISTER_WRITE(sip, 0);
	check("it is not the guest's to clear", coming(), EXTERNAL);
}

static void claims(void)
{
	check("a claim", read32(CLAIM), LINE);
	check("takes it back", coming(), 0);
	check("it is not pending", read32(PENDING) & BIT, 0);
	check("a second claim", read32(CLAIM), 0);
	write32(CLAIM, 63);
	check("another one's completion is none", coming(), 0);
	write32(CLAIM, LINE);
	check("after its own a line that is up interrupts again", coming(), EXTERNAL);
	check("a claim again", read32(CLAIM), LINE);
	line_lower();
	write32(CLAIM, LINE);
	check("after its own a line that is down does not", coming(), 0);
	line_raise();
	line_lower();
	check("what was forwarded stays", coming(), EXTERNAL);
	check("until it is claimed", read32(CLAIM), LINE);
	write32(CLAIM, LINE);
	check("once", coming(), 0);
}

static void delivered(void)
{
	line_raise();
	check("it waits while sstatus masks it", count, 0);
	interrupts_allow();
	check("it is taken when the mask goes", count, 1);
	check("by its number", noted[0], LINE);
	interrupts_mask();
	check("and is over", coming(), 0);
	REGISTER_CLEAR(sie, EXTERNAL);
	line_raise();
	interrupts_allow();
	check("it waits while sie masks it", count, 1);
	REGISTER_SET(sie, EXTERNAL);
	check("it is taken when that mask goes", count, 2);
	interrupts_mask();
	line_raise();
	wait_interrupt();
	check("sleep ends by a masked interrupt", count, 2);
	interrupts_allow();
	check("which is then taken", count, 3);
	interrupts_mask();
}

/* In which order is the hart's choice: QEMU 7.2 takes the lowest number first. */
static void together(void)
{
	uint32_t before = count, index, lines = 0, ipis = 0, timers = 0;

	timer_set(0);
	ipi_send(5, 1);
	line_raise();
	interrupts_allow();
	while (count < before + 3)
		yield();
	interrupts_mask();
	for (index = before; index < count; index++) {
		lines += noted[index] == LINE;
		ipis += noted[index] == IPI(5);
		timers += noted[index] == TIMER_INTERRUPT;
	}
	check("of three that come together the device's is taken once", lines, 1);
	check("and the IPI", ipis, 1);
	check("and the timer's", timers, 1);
}

/* The guest's own bit: it sets and clears it without anybody, and exits leave it as it is. */
static void software(void)
{
	REGISTER_SET(sip, SOFTWARE);
	controller_read();
	check("a software interrupt of its own stays over an exit", polled(), SOFTWARE);
	manager_ask();
	check("also over a call", polled(), SOFTWARE);
	REGISTER_CLEAR(sip, SOFTWARE);
	controller_read();
	check("and so does its end", polled(), 0);
	sbi(SBI_IPI, 0, 1, 0, 0, 0, 0);
	check("an IPI is seen by who polls", polled(), SOFTWARE);
	REGISTER_CLEAR(sip, SOFTWARE);
	controller_read();
	check("once", polled(), 0);
}

void guest_main(void)
{
	interrupt_told = told;
	interrupts_start();
	steps();
	claims();
	delivered();
	together();
	software();
	check("there was no exception", trapped(), 0);
}
