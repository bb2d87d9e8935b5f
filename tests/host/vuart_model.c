/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's PL011: registers, FIFO flags and interrupts as the two rings fill and drain. */
#include <string.h>

#include "servers/lib/console_ring.h"
#include "servers/lib/pl011.h"
#include "servers/vuart/vuart.h"
#include "tests/host/suite.h"

static struct vuart uart;
static struct console_channel channel;

static uint64_t get(uint64_t offset)
{
	uint64_t value = 0xdead;

	CU_ASSERT_EQUAL(vuart_read(&uart, &channel, offset, 4, &value), STATUS_OK);
	return value;
}

static void set(uint64_t offset, uint64_t value)
{
	CU_ASSERT_EQUAL(vuart_write(&uart, &channel, offset, 4, value), STATUS_OK);
}

static bool line(void)
{
	return vuart_line(&uart, &channel);
}

static bool wake(void)
{
	bool value = uart.wake;

	uart.wake = false;
	return value;
}

static void type(const char *text)
{
	bool ignored;

	for (; *text; text++)
		console_ring_put(console_input(&channel), (uint8_t)*text, &ignored);
}

/* As Linux's driver does at its start. */
static void start(void)
{
	memset(&channel, 0, sizeof(channel));
	vuart_reset(&uart);
	set(PL011_LCR_H, PL011_LCR_H_8BIT | PL011_LCR_H_FEN);
	set(PL011_ICR, PL011_INTERRUPTS);
	set(PL011_CR, PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE);
}

static void test_identification(void)
{
	static const uint8_t bytes[] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };
	uint32_t index;

	start();
	for (index = 0; index < 8; index++)
		CU_ASSERT_EQUAL(get(0xfe0 + 4 * index), bytes[index]);
}

static void test_reset(void)
{
	start();
	set(PL011_IMSC, PL011_RX);
	vuart_reset(&uart);
	CU_ASSERT_EQUAL(get(PL011_CR), 0x300);
	CU_ASSERT_EQUAL(get(PL011_IFLS), 0x12);
	CU_ASSERT_EQUAL(get(PL011_IMSC), 0);
	CU_ASSERT_EQUAL(get(PL011_RIS), 0);
	CU_ASSERT_EQUAL(get(PL011_LCR_H), 0);
	CU_ASSERT_EQUAL(get(PL011_FR) & 0xf8, PL011_FR_TXFE | PL011_FR_RXFE);
}

static void test_storage(void)
{
	start();
	set(PL011_IBRD, 0x12345);
	CU_ASSERT_EQUAL(get(PL011_IBRD), 0x2345);
	set(PL011_FBRD, 0xff);
	CU_ASSERT_EQUAL(get(PL011_FBRD), 0x3f);
	set(PL011_DMACR, 0xff);
	CU_ASSERT_EQUAL(get(PL011_DMACR), 7);
	set(PL011_IMSC, UINT32_MAX);
	CU_ASSERT_EQUAL(get(PL011_IMSC), PL011_INTERRUPTS);
	set(0x20, 5);
	CU_ASSERT_EQUAL(get(0x20), 0);
	set(PL011_FR, UINT32_MAX);
	CU_ASSERT_EQUAL(get(PL011_FR) & 0xf8, PL011_FR_TXFE | PL011_FR_RXFE);
}

static void test_receive(void)
{
	start();
	set(PL011_IMSC, PL011_RX | PL011_RT);
	CU_ASSERT_FALSE(line());
	type("a");
	vuart_look(&uart, &channel);
	CU_ASSERT_TRUE(line());
	CU_ASSERT_EQUAL(get(PL011_MIS), PL011_RT);
	type("bcdefgh");
	CU_ASSERT_EQUAL(get(PL011_MIS), PL011_RX | PL011_RT);
	set(PL011_ICR, PL011_INTERRUPTS);
	CU_ASSERT_TRUE(line());
	CU_ASSERT_EQUAL(get(PL011_DR), 'a');
	CU_ASSERT_EQUAL(get(PL011_MIS), PL011_RT);
	while (!(get(PL011_FR) & PL011_FR_RXFE))
		get(PL011_DR);
	CU_ASSERT_FALSE(line());
	CU_ASSERT_EQUAL(get(PL011_DR), 0);
}

static void test_receive_full(void)
{
	start();
	type("0123456789abcde");
	CU_ASSERT_FALSE(get(PL011_FR) & PL011_FR_RXFF);
	type("fg");
	CU_ASSERT_TRUE(get(PL011_FR) & PL011_FR_RXFF);
	get(PL011_DR);
	CU_ASSERT_TRUE(get(PL011_FR) & PL011_FR_RXFF);
}

static void test_transmit(void)
{
	start();
	set(PL011_IMSC, PL011_TX);
	CU_ASSERT_FALSE(line());
	set(PL011_DR, 'x');
	CU_ASSERT_TRUE(wake());
	CU_ASSERT_TRUE(line());
	CU_ASSERT_EQUAL(channel.output[0], 'x');
	CU_ASSERT_EQUAL(channel.output_head, 1);
	set(PL011_DR, 'y');
	CU_ASSERT_FALSE(wake());
	set(PL011_DR, '\n');
	CU_ASSERT_TRUE(wake());
	set(PL011_ICR, PL011_TX);
	CU_ASSERT_FALSE(line());
	set(PL011_DR, 'z');
	CU_ASSERT_TRUE(line());
	set(PL011_IMSC, 0);
	CU_ASSERT_FALSE(line());
}

static void test_transmit_full(void)
{
	uint32_t count;

	start();
	set(PL011_IMSC, PL011_TX);
	for (count = 0; !(get(PL011_FR) & PL011_FR_TXFF) && count < 10000; count++)
		set(PL011_DR, 'x');
	CU_ASSERT_EQUAL(count, CONSOLE_OUTPUT_SIZE);
	CU_ASSERT_TRUE(wake());
	CU_ASSERT_TRUE(get(PL011_FR) & PL011_FR_BUSY);
	CU_ASSERT_FALSE(line());
	set(PL011_DR, 'y');
	CU_ASSERT_EQUAL(channel.output_head, CONSOLE_OUTPUT_SIZE);
	/* Half of the FIFO has to go, then the interrupt comes. */
	channel.output_tail += 7;
	vuart_look(&uart, &channel);
	CU_ASSERT_FALSE(line());
	CU_ASSERT_FALSE(get(PL011_FR) & PL011_FR_TXFF);
	channel.output_tail += 1;
	vuart_look(&uart, &channel);
	CU_ASSERT_TRUE(line());
	channel.output_tail += 8;
	CU_ASSERT_TRUE(get(PL011_FR) & PL011_FR_TXFE);
	CU_ASSERT_FALSE(get(PL011_FR) & PL011_FR_BUSY);
}

/* Linux in interrupt mode: 8 characters an interrupt while TX is raised; a slow reader. */
static void test_driver(void)
{
	uint32_t sent = 0, received = 0, rounds, burst;

	start();
	set(PL011_IMSC, PL011_TX);
	set(PL011_DR, (uint8_t)sent++);
	for (rounds = 0; rounds < 100000 && received < 20000; rounds++) {
		bool wants = wake();

		for (burst = 0; line() && burst < 8 && sent < 20000; burst++)
			set(PL011_DR, (uint8_t)sent++);
		if (!wants && rounds % 37)
			continue;
		for (burst = 0; burst < 300 && channel.output_tail != channel.output_head; burst++) {
			uint32_t tail = channel.output_tail % CONSOLE_OUTPUT_SIZE;

			CU_ASSERT_EQUAL_FATAL(channel.output[tail], (uint8_t)received);
			received++;
			channel.output_tail++;
		}
		vuart_look(&uart, &channel);
	}
	CU_ASSERT_EQUAL(received, 20000);
}

static void test_loopback(void)
{
	start();
	set(PL011_CR, PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_LBE);
	set(PL011_DR, 0);
	CU_ASSERT_EQUAL(channel.output_head, 0);
	CU_ASSERT_FALSE(wake());
	CU_ASSERT_EQUAL(get(PL011_RIS), PL011_TX);
}

static void test_sizes(void)
{
	uint64_t value = 0;

	start();
	CU_ASSERT_EQUAL(vuart_read(&uart, &channel, 0x1000, 4, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vuart_read(&uart, &channel, 0, 8, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vuart_write(&uart, &channel, 0, 3, 0), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vuart_write(&uart, &channel, 1, 1, 'x'), STATUS_OK);
	CU_ASSERT_EQUAL(channel.output_head, 0);
	CU_ASSERT_EQUAL(vuart_write(&uart, &channel, 0, 1, 'x'), STATUS_OK);
	CU_ASSERT_EQUAL(channel.output_head, 1);
	CU_ASSERT_EQUAL(vuart_read(&uart, &channel, PL011_CR, 1, &value), STATUS_OK);
	CU_ASSERT_EQUAL(value, 0x01);
}

static void test_lies(void)
{
	start();
	set(PL011_IMSC, PL011_INTERRUPTS);
	channel.input_head = 0x80000000;
	vuart_look(&uart, &channel);
	CU_ASSERT_TRUE(get(PL011_FR) & PL011_FR_RXFE);
	CU_ASSERT_EQUAL(channel.input_tail, channel.input_head);
	type("a");
	CU_ASSERT_EQUAL(get(PL011_DR), 'a');
	channel.output_tail = 0x12345678;
	CU_ASSERT_TRUE(get(PL011_FR) & PL011_FR_TXFF);
	set(PL011_DR, 'x');
	CU_ASSERT_EQUAL(channel.output_head, 0);
	CU_ASSERT_TRUE(wake());
	channel.output_head = UINT32_MAX;
	channel.output_tail = UINT32_MAX;
	set(PL011_DR, 'x');
	CU_ASSERT_EQUAL(channel.output[CONSOLE_OUTPUT_SIZE - 1], 'x');
	CU_ASSERT_EQUAL(channel.output_head, 0);
}

static void test_wild(void)
{
	uint64_t random = 0x243f6a8885a308d3, value;
	uint32_t round;

	start();
	for (round = 0; round < 300000; round++) {
		random = random * 6364136223846793005u + 1442695040888963407u;
		if (random >> 60 == 0)
			channel.output_tail = (uint32_t)random;
		if (random >> 60 == 1)
			channel.input_head = channel.input_tail + (uint32_t)(random >> 20) % 2000;
		if (random >> 63)
			vuart_read(&uart, &channel, random >> 32 & 0x1fff, random >> 28 & 15, &value);
		else
			vuart_write(&uart, &channel, random >> 32 & 0x1fff, random >> 28 & 15,
				    random);
		line();
	}
	CU_ASSERT_EQUAL(get(PL011_PERIPHERAL_ID), 0x11);
}

static const struct suite_test tests[] = {
	{ "the identification registers are a PL011's", test_identification },
	{ "registers have their reset values", test_reset },
	{ "registers keep the bits they have", test_storage },
	{ "receive interrupts last until the characters are read", test_receive },
	{ "the receive FIFO is full with 16 characters", test_receive_full },
	{ "a character sent wakes its reader and raises the interrupt", test_transmit },
	{ "a full ring is a full FIFO, and the interrupt comes as it sinks", test_transmit_full },
	{ "an interrupt-driven guest loses nothing to a slow reader", test_driver },
	{ "in loopback nothing goes out", test_loopback },
	{ "sizes and offsets that are none are refused or ignored", test_sizes },
	{ "lying ring indices hurt nobody but the text", test_lies },
	{ "wild accesses and indices stay inside", test_wild },
};

int main(void)
{
	return suite_run("vuart_model", tests, sizeof(tests) / sizeof(tests[0]));
}
