/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's UART sends: its FIFO as the output ring fills and drains, and its interrupt. */
#include "tests/host/suite.h"
#include "tests/host/vuart_guest.h"

static void test_transmit(void)
{
	start_pl011();
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

	start_pl011();
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
	look();
	CU_ASSERT_FALSE(line());
	CU_ASSERT_FALSE(get(PL011_FR) & PL011_FR_TXFF);
	channel.output_tail += 1;
	look();
	CU_ASSERT_TRUE(line());
	channel.output_tail += 8;
	CU_ASSERT_TRUE(get(PL011_FR) & PL011_FR_TXFE);
	CU_ASSERT_FALSE(get(PL011_FR) & PL011_FR_BUSY);
}

/* Linux in interrupt mode: so many characters an interrupt as that says; a slow reader. */
static void driver_sends(const struct guest *guest)
{
	uint32_t sent = 0, received = 0, rounds, burst;

	guest->start();
	set(guest->enable, guest->transmit);
	set(guest->data, (uint8_t)sent++);
	for (rounds = 0; rounds < 100000 && received < 20000; rounds++) {
		bool wants = wake();

		if (line() && get(guest->identify) != NS16550_IIR_NONE)
			for (burst = 0; burst < guest->burst && sent < 20000; burst++)
				set(guest->data, (uint8_t)sent++);
		if (!wants && rounds % 37)
			continue;
		for (burst = 0; burst < 300 && received != sent; burst++) {
			uint32_t tail = channel.output_tail % CONSOLE_OUTPUT_SIZE;

			CU_ASSERT_EQUAL_FATAL(channel.output[tail], (uint8_t)received);
			received++;
			channel.output_tail++;
		}
		look();
	}
	CU_ASSERT_EQUAL(received, 20000);
}

static void test_driver(void)
{
	uint32_t index;

	for (index = 0; index < GUESTS; index++)
		driver_sends(&guests[index]);
}

static void test_loopback(void)
{
	start_pl011();
	set(PL011_CR, PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_LBE);
	set(PL011_DR, 0);
	CU_ASSERT_EQUAL(channel.output_head, 0);
	CU_ASSERT_FALSE(wake());
	CU_ASSERT_EQUAL(get(PL011_RIS), PL011_TX);
}

static const struct suite_test tests[] = {
	{ "a character sent wakes its reader and raises the interrupt", test_transmit },
	{ "a full ring is a full FIFO, and the interrupt comes as it sinks", test_transmit_full },
	{ "an interrupt-driven guest loses nothing to a slow reader", test_driver },
	{ "in loopback nothing goes out", test_loopback },
};

int main(void)
{
	return suite_run("vuart_transmit", tests, sizeof(tests) / sizeof(tests[0]));
}
