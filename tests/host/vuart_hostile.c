/* SPDX-License-Identifier: Apache-2.0 */
/* Either model of the guest's UART before a guest and a ring's other side that do what they like. */
#include "tests/host/suite.h"
#include "tests/host/vuart_guest.h"

static void lies(const struct guest *guest)
{
	guest->start();
	set(guest->enable, guest->all);
	channel.input_head = 0x80000000;
	look();
	CU_ASSERT_FALSE(guest_has_character(guest));
	CU_ASSERT_EQUAL(channel.input_tail, channel.input_head);
	type("a");
	CU_ASSERT_TRUE(guest_has_character(guest));
	CU_ASSERT_EQUAL(get(guest->data), 'a');
	CU_ASSERT_TRUE(guest_has_room(guest));
	channel.output_tail = 0x12345678;
	CU_ASSERT_FALSE(guest_has_room(guest));
	set(guest->data, 'x');
	CU_ASSERT_EQUAL(channel.output_head, 0);
	uart.output_head = channel.output_head = UINT32_MAX;
	channel.output_tail = UINT32_MAX;
	set(guest->data, 'x');
	CU_ASSERT_EQUAL(channel.output[CONSOLE_OUTPUT_SIZE - 1], 'x');
	CU_ASSERT_EQUAL(channel.output_head, 0);
}

static void test_lies(void)
{
	uint32_t index;

	for (index = 0; index < GUESTS; index++)
		lies(&guests[index]);
}

/* What the server would believe of its next life. */
static bool holds(void)
{
	return uart.transmit_raised <= 1 && uart.transmit_above <= 1 && uart.overrun <= 1 &&
	       uart.modem_changes <= NS16550_MSR_CHANGES && uart.looped_count <= VUART_LOOP_SIZE;
}

/* `span` bytes of registers, so that most accesses hit one. */
static void wild(const struct guest *guest, uint64_t span)
{
	uint64_t random = 0x243f6a8885a308d3, value;
	uint32_t round, wrong = 0;

	guest->start();
	for (round = 0; round < 300000; round++) {
		uint64_t offset, width;

		random = random_after(random);
		offset = random >> 32 & 0x1fff;
		width = random >> 28 & 15;
		if (random >> 57 & 1) {
			offset %= span;
			width = 1u << (width & 1);
		}
		if (random >> 60 == 0)
			channel.output_tail = (uint32_t)random;
		if (random >> 60 == 1)
			channel.input_head = channel.input_tail + (uint32_t)(random >> 20) % 2000;
		if (random >> 63)
			vuart_read(&uart, &around, offset, width, &value);
		else
			vuart_write(&uart, &around, offset, width, random);
		show();
		line();
		wrong += !holds();
	}
	CU_ASSERT_EQUAL(wrong, 0);
	guest->start();
	set(guest->data, 'x');
	CU_ASSERT_EQUAL(channel.output[0], 'x');
	CU_ASSERT_TRUE(guest_has_room(guest));
}

static void test_wild(void)
{
	wild(&guests[0], PL011_DMACR + 4);
	wild(&guests[1], NS16550_REGISTERS);
}

static void refused(const struct guest *guest)
{
	uint64_t value = 0;

	guest->start();
	CU_ASSERT_EQUAL(vuart_read(&uart, &around, 0x1000, 4, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vuart_read(&uart, &around, 0, 8, &value), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vuart_write(&uart, &around, 0, 3, 0), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vuart_write(&uart, &around, guest->data, 1, 'x'), STATUS_OK);
	CU_ASSERT_EQUAL(uart.output_head, 1);
	CU_ASSERT_EQUAL(vuart_write(&uart, &around, guest->data, 4, 0x6162), STATUS_OK);
	show();
	CU_ASSERT_EQUAL(channel.output[1], 'b');
}

static void test_refused(void)
{
	uint32_t index;

	for (index = 0; index < GUESTS; index++)
		refused(&guests[index]);
}

static void test_names(void)
{
	CU_ASSERT_PTR_EQUAL(vuart_model_find(""), &vuart_pl011);
	CU_ASSERT_PTR_EQUAL(vuart_model_find("arm,pl011"), &vuart_pl011);
	CU_ASSERT_PTR_EQUAL(vuart_model_find("ns16550a"), &vuart_ns16550);
	CU_ASSERT_PTR_NULL(vuart_model_find("ns16550"));
}

static const struct suite_test tests[] = {
	{ "lying ring indices hurt nobody but the text", test_lies },
	{ "wild accesses and indices stay inside", test_wild },
	{ "sizes and offsets that are none are refused", test_refused },
	{ "models are found by their names", test_names },
};

int main(void)
{
	return suite_run("vuart_hostile", tests, sizeof(tests) / sizeof(tests[0]));
}
