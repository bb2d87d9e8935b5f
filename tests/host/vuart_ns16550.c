/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's 16550A: what a driver's tests find, its registers and its interrupts. */
#include "tests/host/suite.h"
#include "tests/host/vuart_guest.h"

#define LOOP_TEST (NS16550_MCR_LOOP | NS16550_MCR_OUT2 | NS16550_MCR_RTS)
#define FIFO_64 (1u << 5) /* of an FCR that is a later chip's */

static void test_reset(void)
{
	start_ns16550();
	set(NS16550_SCRATCH, 0x5a);
	set(NS16550_IER, NS16550_IER_ALL);
	power_on(&vuart_ns16550);
	CU_ASSERT_EQUAL(get(NS16550_IER), 0);
	CU_ASSERT_EQUAL(get(NS16550_IIR), NS16550_IIR_NONE);
	CU_ASSERT_EQUAL(get(NS16550_LCR), 0);
	CU_ASSERT_EQUAL(get(NS16550_MCR), 0);
	CU_ASSERT_EQUAL(get(NS16550_LSR), NS16550_LSR_EMPTY | NS16550_LSR_IDLE);
	CU_ASSERT_EQUAL(get(NS16550_MSR), NS16550_MSR_CTS | NS16550_MSR_DSR | NS16550_MSR_DCD);
	CU_ASSERT_EQUAL(get(NS16550_SCRATCH), 0);
	CU_ASSERT_FALSE(line());
}

static void test_storage(void)
{
	uint64_t offset;

	start_ns16550();
	for (offset = 0; offset < NS16550_REGISTERS; offset++)
		if (offset != NS16550_DATA && offset != NS16550_LCR && offset != NS16550_FCR)
			set(offset, 0xff);
	CU_ASSERT_EQUAL(get(NS16550_IER), NS16550_IER_ALL);
	CU_ASSERT_EQUAL(get(NS16550_MCR), NS16550_MCR_ALL);
	CU_ASSERT_EQUAL(get(NS16550_SCRATCH), 0xff);
	CU_ASSERT_EQUAL(get(NS16550_LSR), NS16550_LSR_EMPTY | NS16550_LSR_IDLE);
	/* The divisor is behind a bit, and nothing is sent or enabled meanwhile. */
	set(NS16550_LCR, NS16550_LCR_DLAB | NS16550_LCR_8BIT);
	set(NS16550_DATA, 0x34);
	set(NS16550_IER, 0x12);
	CU_ASSERT_EQUAL(get(NS16550_DATA), 0x34);
	CU_ASSERT_EQUAL(get(NS16550_IER), 0x12);
	set(NS16550_DATA, 0xcd);
	CU_ASSERT_EQUAL(get(NS16550_IER), 0x12);
	set(NS16550_LCR, NS16550_LCR_8BIT);
	CU_ASSERT_EQUAL(get(NS16550_IER), NS16550_IER_ALL);
	CU_ASSERT_EQUAL(channel.output_head, 0);
	CU_ASSERT_EQUAL(get(NS16550_LCR), NS16550_LCR_8BIT);
	CU_ASSERT_EQUAL(get(NS16550_REGISTERS), 0);
}

/* What Linux's driver looks at, in its order, where the tree does not say what the UART is. */
static void test_autoconfig(void)
{
	uint64_t first, second, control;

	power_on(&vuart_ns16550);
	set(NS16550_IER, 0);
	CU_ASSERT_EQUAL(get(NS16550_IER), 0);
	set(NS16550_IER, 0x0f);
	CU_ASSERT_EQUAL(get(NS16550_IER), 0x0f);
	set(NS16550_IER, 0);
	set(NS16550_MCR, LOOP_TEST);
	CU_ASSERT_EQUAL(get(NS16550_MSR) & 0xf0, NS16550_MSR_DCD | NS16550_MSR_CTS);
	set(NS16550_MCR, 0);
	/* No register that a later chip has behind LCR: a 16550A answers with its own. */
	set(NS16550_LCR, 0xbf);
	set(NS16550_FCR, 0);
	set(NS16550_LCR, 0);
	set(NS16550_FCR, NS16550_FCR_ENABLE);
	CU_ASSERT_EQUAL(get(NS16550_IIR) >> 6, 3);
	set(NS16550_LCR, NS16550_LCR_DLAB);
	CU_ASSERT_NOT_EQUAL(get(NS16550_FCR), 0);
	set(NS16550_LCR, 0xbf);
	CU_ASSERT_NOT_EQUAL(get(NS16550_FCR), 0);
	/* A chip with another bank of registers shows MCR's loopback bit there. */
	set(NS16550_LCR, 0);
	control = get(NS16550_MCR);
	set(NS16550_MCR, control ^ NS16550_MCR_LOOP);
	set(NS16550_LCR, 0xe0);
	CU_ASSERT_FALSE(get(NS16550_IIR) & NS16550_MCR_LOOP);
	set(NS16550_LCR, 0);
	set(NS16550_MCR, control);
	/* One with 64 characters says so in IIR. */
	set(NS16550_FCR, NS16550_FCR_ENABLE | FIFO_64);
	first = get(NS16550_IIR) >> 5;
	set(NS16550_FCR, NS16550_FCR_ENABLE);
	set(NS16550_LCR, NS16550_LCR_DLAB);
	set(NS16550_FCR, NS16550_FCR_ENABLE | FIFO_64);
	second = get(NS16550_IIR) >> 5;
	set(NS16550_FCR, NS16550_FCR_ENABLE);
	set(NS16550_LCR, 0);
	CU_ASSERT_EQUAL(first, 6);
	CU_ASSERT_EQUAL(second, 6);
	/* One with a bit to turn it on keeps that in IER. */
	set(NS16550_IER, 0x40);
	CU_ASSERT_EQUAL(get(NS16550_IER), 0);
}

/* How many characters of a burst come back in loopback: the FIFO's depth. */
static void test_loopback_depth(void)
{
	uint32_t count;

	start_ns16550();
	type("typed");
	set(NS16550_MCR, NS16550_MCR_LOOP);
	CU_ASSERT_FALSE(get(NS16550_LSR) & NS16550_LSR_READY);
	for (count = 0; count < 256; count++)
		set(NS16550_DATA, count);
	CU_ASSERT_EQUAL(channel.output_head, 0);
	CU_ASSERT_FALSE(wake());
	CU_ASSERT_TRUE(get(NS16550_LSR) & NS16550_LSR_OVERRUN);
	CU_ASSERT_FALSE(get(NS16550_LSR) & NS16550_LSR_OVERRUN);
	for (count = 0; get(NS16550_LSR) & NS16550_LSR_READY && count < 256; count++)
		CU_ASSERT_EQUAL(get(NS16550_DATA), count);
	CU_ASSERT_EQUAL(count, NS16550_FIFO);
	set(NS16550_MCR, 0);
	CU_ASSERT_EQUAL(get(NS16550_DATA), 't');
}

static void test_loopback_leaves(void)
{
	start_ns16550();
	set(NS16550_MCR, NS16550_MCR_LOOP);
	set(NS16550_DATA, 'a');
	set(NS16550_DATA, 'b');
	type("c");
	set(NS16550_MCR, 0);
	CU_ASSERT_EQUAL(get(NS16550_DATA), 'a');
	CU_ASSERT_EQUAL(get(NS16550_DATA), 'b');
	CU_ASSERT_EQUAL(get(NS16550_DATA), 'c');
	CU_ASSERT_EQUAL(get(NS16550_DATA), 0);
	set(NS16550_MCR, NS16550_MCR_LOOP);
	set(NS16550_DATA, 'd');
	set(NS16550_FCR, NS16550_FCR_ENABLE | NS16550_FCR_CLEAR_RECEIVE);
	CU_ASSERT_FALSE(get(NS16550_LSR) & NS16550_LSR_READY);
}

static void test_modem(void)
{
	start_ns16550();
	get(NS16550_MSR);
	set(NS16550_IER, NS16550_IER_MODEM);
	CU_ASSERT_FALSE(line());
	set(NS16550_MCR, NS16550_MCR_LOOP | 0x0f);
	/* CTS, DSR and DCD are as they were before; RI has begun, which does not count. */
	CU_ASSERT_FALSE(line());
	CU_ASSERT_EQUAL(get(NS16550_MSR), 0xf0);
	set(NS16550_MCR, NS16550_MCR_LOOP);
	CU_ASSERT_TRUE(line());
	CU_ASSERT_EQUAL(get(NS16550_IIR) & 0xf, NS16550_IIR_MODEM);
	CU_ASSERT_TRUE(line());
	CU_ASSERT_EQUAL(get(NS16550_MSR), 0x0f);
	CU_ASSERT_FALSE(line());
	CU_ASSERT_EQUAL(get(NS16550_MSR), 0);
}

static void test_receive(void)
{
	start_ns16550();
	set(NS16550_IER, NS16550_IER_RECEIVE);
	CU_ASSERT_FALSE(line());
	type("abcdefg");
	look();
	CU_ASSERT_TRUE(line());
	CU_ASSERT_EQUAL(get(NS16550_IIR), NS16550_IIR_FIFOS | NS16550_IIR_TIMEOUT);
	type("h");
	CU_ASSERT_EQUAL(get(NS16550_IIR), NS16550_IIR_FIFOS | NS16550_IIR_RECEIVE);
	CU_ASSERT_EQUAL(get(NS16550_DATA), 'a');
	CU_ASSERT_EQUAL(get(NS16550_IIR), NS16550_IIR_FIFOS | NS16550_IIR_TIMEOUT);
	while (get(NS16550_LSR) & NS16550_LSR_READY)
		get(NS16550_DATA);
	CU_ASSERT_FALSE(line());
	CU_ASSERT_EQUAL(channel.input_tail, 8);
	/* Without FIFOs there is no timeout. */
	set(NS16550_FCR, 0);
	type("i");
	CU_ASSERT_EQUAL(get(NS16550_IIR), NS16550_IIR_RECEIVE);
}

static void test_clear(void)
{
	start_ns16550();
	type("0123456789abcdefgh");
	set(NS16550_FCR, NS16550_FCR_ENABLE | NS16550_FCR_CLEAR_TRANSMIT);
	CU_ASSERT_EQUAL(channel.input_tail, 0);
	set(NS16550_FCR, NS16550_FCR_ENABLE | NS16550_FCR_CLEAR_RECEIVE);
	CU_ASSERT_EQUAL(channel.input_tail, NS16550_FIFO);
	CU_ASSERT_EQUAL(get(NS16550_DATA), 'g');
	set(NS16550_FCR, NS16550_FCR_TRIGGER_8);
	CU_ASSERT_EQUAL(channel.input_tail, 18);
	CU_ASSERT_EQUAL(get(NS16550_IIR), NS16550_IIR_NONE);
}

static void test_transmit(void)
{
	start_ns16550();
	CU_ASSERT_EQUAL(get(NS16550_IIR), NS16550_IIR_FIFOS | NS16550_IIR_NONE);
	set(NS16550_IER, NS16550_IER_TRANSMIT);
	CU_ASSERT_TRUE(line());
	CU_ASSERT_EQUAL(get(NS16550_IIR), NS16550_IIR_FIFOS | NS16550_IIR_TRANSMIT);
	CU_ASSERT_FALSE(line());
	CU_ASSERT_EQUAL(get(NS16550_IIR), NS16550_IIR_FIFOS | NS16550_IIR_NONE);
	/* Neither does the same enable raise it again, but the next one does. */
	set(NS16550_IER, NS16550_IER_TRANSMIT);
	CU_ASSERT_FALSE(line());
	set(NS16550_IER, 0);
	set(NS16550_IER, NS16550_IER_TRANSMIT);
	CU_ASSERT_TRUE(line());
	get(NS16550_IIR);
	set(NS16550_DATA, 'x');
	CU_ASSERT_TRUE(line());
	CU_ASSERT_EQUAL(channel.output[0], 'x');
	CU_ASSERT_TRUE(wake());
	/* What is more urgent is told first, and this is not lost by it. */
	set(NS16550_IER, NS16550_IER_TRANSMIT | NS16550_IER_RECEIVE);
	type("k");
	CU_ASSERT_EQUAL(get(NS16550_IIR) & 0xf, NS16550_IIR_TIMEOUT);
	CU_ASSERT_EQUAL(get(NS16550_DATA), 'k');
	CU_ASSERT_EQUAL(get(NS16550_IIR) & 0xf, NS16550_IIR_TRANSMIT);
	CU_ASSERT_FALSE(line());
}

static void test_transmit_full(void)
{
	uint32_t count;

	start_ns16550();
	for (count = 0; get(NS16550_LSR) & NS16550_LSR_EMPTY && count < 10000; count++)
		set(NS16550_DATA, 'x');
	/* The last 16 are the FIFO. */
	CU_ASSERT_EQUAL(count, CONSOLE_OUTPUT_SIZE - NS16550_FIFO + 1);
	set(NS16550_IER, NS16550_IER_TRANSMIT);
	CU_ASSERT_FALSE(line());
	for (; count < CONSOLE_OUTPUT_SIZE; count++)
		set(NS16550_DATA, 'x');
	set(NS16550_DATA, 'y');
	CU_ASSERT_EQUAL(channel.output_head, CONSOLE_OUTPUT_SIZE);
	channel.output_tail += NS16550_FIFO - 1;
	look();
	CU_ASSERT_FALSE(line());
	channel.output_tail++;
	look();
	CU_ASSERT_TRUE(line());
	CU_ASSERT_EQUAL(get(NS16550_IIR) & 0xf, NS16550_IIR_TRANSMIT);
	CU_ASSERT_EQUAL(get(NS16550_LSR), NS16550_LSR_EMPTY | NS16550_LSR_IDLE);
}

/* Linux's test for a UART that does not tell again, at each opening. */
static void test_startup(void)
{
	uint32_t round;

	start_ns16550();
	for (round = 0; round < 3; round++) {
		set(NS16550_IER, NS16550_IER_TRANSMIT);
		CU_ASSERT_EQUAL(get(NS16550_IIR) & 0xf, NS16550_IIR_TRANSMIT);
		set(NS16550_IER, 0);
		set(NS16550_IER, NS16550_IER_TRANSMIT);
		CU_ASSERT_EQUAL(get(NS16550_IIR) & 0xf, NS16550_IIR_TRANSMIT);
		set(NS16550_IER, 0);
	}
	CU_ASSERT_NOT_EQUAL(get(NS16550_LSR), 0xff);
}

static void test_error(void)
{
	uint32_t count;

	start_ns16550();
	set(NS16550_IER, NS16550_IER_ALL);
	set(NS16550_MCR, NS16550_MCR_LOOP);
	for (count = 0; count < 17; count++)
		set(NS16550_DATA, 'x');
	CU_ASSERT_EQUAL(get(NS16550_IIR) & 0xf, NS16550_IIR_LINE);
	get(NS16550_LSR);
	CU_ASSERT_EQUAL(get(NS16550_IIR) & 0xf, NS16550_IIR_RECEIVE);
}

static const struct suite_test tests[] = {
	{ "registers have their reset values", test_reset },
	{ "registers keep the bits they have, and the divisor", test_storage },
	{ "a driver's tests find a 16550A and no later chip", test_autoconfig },
	{ "in loopback 16 characters come back, and nothing goes out", test_loopback_depth },
	{ "what came back is read before what was typed, or cleared", test_loopback_leaves },
	{ "in loopback the outputs are the inputs, and changes are told", test_modem },
	{ "receive interrupts last until the characters are read", test_receive },
	{ "clearing the receive FIFO drops 16 characters", test_clear },
	{ "the interrupt to transmit ends when it is told, and comes again", test_transmit },
	{ "a full ring is a full FIFO, and the interrupt comes when it is empty",
	  test_transmit_full },
	{ "enabling it with nothing to send raises it each time", test_startup },
	{ "an error is the most urgent", test_error },
};

int main(void)
{
	return suite_run("vuart_ns16550", tests, sizeof(tests) / sizeof(tests[0]));
}
