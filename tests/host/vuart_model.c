/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's PL011: registers, FIFO flags and interrupts as the two rings fill and drain. */
#include "tests/host/suite.h"
#include "tests/host/vuart_guest.h"

static void test_identification(void)
{
	static const uint8_t bytes[] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };
	uint32_t index;

	start_pl011();
	for (index = 0; index < 8; index++)
		CU_ASSERT_EQUAL(get(0xfe0 + 4 * index), bytes[index]);
}

static void test_reset(void)
{
	start_pl011();
	set(PL011_IMSC, PL011_RX);
	vuart_reset(&uart, &around);
	CU_ASSERT_EQUAL(get(PL011_CR), 0x300);
	CU_ASSERT_EQUAL(get(PL011_IFLS), 0x12);
	CU_ASSERT_EQUAL(get(PL011_IMSC), 0);
	CU_ASSERT_EQUAL(get(PL011_RIS), 0);
	CU_ASSERT_EQUAL(get(PL011_LCR_H), 0);
	CU_ASSERT_EQUAL(get(PL011_FR) & 0xf8, PL011_FR_TXFE | PL011_FR_RXFE);
}

static void test_storage(void)
{
	start_pl011();
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
	start_pl011();
	set(PL011_IMSC, PL011_RX | PL011_RT);
	CU_ASSERT_FALSE(line());
	type("a");
	look();
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
	start_pl011();
	type("0123456789abcde");
	CU_ASSERT_FALSE(get(PL011_FR) & PL011_FR_RXFF);
	type("fg");
	CU_ASSERT_TRUE(get(PL011_FR) & PL011_FR_RXFF);
	get(PL011_DR);
	CU_ASSERT_TRUE(get(PL011_FR) & PL011_FR_RXFF);
}

static void test_sizes(void)
{
	uint64_t value = 0;

	start_pl011();
	CU_ASSERT_EQUAL(vuart_read(&uart, &around, 0x1000, 4, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vuart_read(&uart, &around, 0, 8, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vuart_write(&uart, &around, 0, 3, 0), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vuart_write(&uart, &around, 1, 1, 'x'), STATUS_OK);
	CU_ASSERT_EQUAL(uart.output_head, 0);
	CU_ASSERT_EQUAL(vuart_write(&uart, &around, 0, 1, 'x'), STATUS_OK);
	CU_ASSERT_EQUAL(uart.output_head, 1);
	CU_ASSERT_EQUAL(vuart_read(&uart, &around, PL011_CR, 1, &value), STATUS_OK);
	CU_ASSERT_EQUAL(value, 0x01);
}

static const struct suite_test tests[] = {
	{ "the identification registers are a PL011's", test_identification },
	{ "registers have their reset values", test_reset },
	{ "registers keep the bits they have", test_storage },
	{ "receive interrupts last until the characters are read", test_receive },
	{ "the receive FIFO is full with 16 characters", test_receive_full },
	{ "sizes and offsets that are none are refused or ignored", test_sizes },
};

int main(void)
{
	return suite_run("vuart_model", tests, sizeof(tests) / sizeof(tests[0]));
}
