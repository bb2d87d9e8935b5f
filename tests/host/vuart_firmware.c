/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's debug console (SBI 2.0, chapter 12) beside either model of the guest's UART. */
#include "ipc/riscv64.h"
#include "tests/host/suite.h"
#include "tests/host/vuart_guest.h"

#define BASE 0x80000000ul
#define SIZE 0x4000u
#define NONE 0x5115u /* in a result that is not written */

enum { WRITE, READ, WRITE_BYTE };

static uint8_t memory[SIZE];
static uint64_t value;

static void begin(void)
{
	start_ns16550();
	around.memory = (struct guest_memory){ memory, BASE, SIZE };
	memset(memory, '.', SIZE);
}

static int64_t call(uint64_t function, uint64_t a0, uint64_t a1, uint64_t a2)
{
	const uint64_t words[8] = { SBI_DBCN, function, a0, a1, a2, 3, 4, 5 };
	uint64_t results[2] = { NONE, NONE };

	CU_ASSERT_EQUAL(vuart_firmware_call(&uart, &around, words, results), STATUS_OK);
	show();
	value = results[1];
	return (int64_t)results[0];
}

static void test_write(void)
{
	begin();
	memcpy(memory + 0x123, "hello\n", 6);
	CU_ASSERT_EQUAL(call(WRITE, 6, BASE + 0x123, 0), SBI_SUCCESS);
	CU_ASSERT_EQUAL(value, 6);
	CU_ASSERT_EQUAL(channel.output_head, 6);
	CU_ASSERT_NSTRING_EQUAL(channel.output, "hello\n", 6);
	CU_ASSERT_TRUE(wake());
	CU_ASSERT_EQUAL(call(WRITE_BYTE, 'x' | 0x100, 0, 0), SBI_SUCCESS);
	CU_ASSERT_EQUAL(value, 0);
	set(NS16550_DATA, 'y');
	CU_ASSERT_NSTRING_EQUAL(channel.output + 6, "xy", 2);
	CU_ASSERT_EQUAL(call(WRITE, 0, 0, 0), SBI_SUCCESS);
	CU_ASSERT_EQUAL(value, 0);
}

/* More than the ring holds goes in parts; the rest of a full one is zero bytes, or a failure. */
static void test_partial(void)
{
	uint32_t place;

	begin();
	for (place = 0; place < SIZE; place++)
		memory[place] = (uint8_t)(place * 7);
	CU_ASSERT_EQUAL(call(WRITE, SIZE, BASE, 0), SBI_SUCCESS);
	CU_ASSERT_EQUAL(value, CONSOLE_OUTPUT_SIZE);
	CU_ASSERT_EQUAL(memcmp(channel.output, memory, CONSOLE_OUTPUT_SIZE), 0);
	CU_ASSERT_TRUE(wake());
	CU_ASSERT_EQUAL(call(WRITE, 1, BASE, 0), SBI_SUCCESS);
	CU_ASSERT_EQUAL(value, 0);
	CU_ASSERT_EQUAL(call(WRITE_BYTE, 'x', 0, 0), SBI_FAILED);
	channel.output_tail += 100;
	CU_ASSERT_EQUAL(call(WRITE, 200, BASE + 64, 0), SBI_SUCCESS);
	CU_ASSERT_EQUAL(value, 100);
	CU_ASSERT_EQUAL(memcmp(channel.output, memory + 64, 100), 0);
	/* The guest's UART shares the ring, and gets its interrupt when that drains. */
	set(NS16550_IER, NS16550_IER_TRANSMIT);
	CU_ASSERT_FALSE(line());
	CU_ASSERT_FALSE(get(NS16550_LSR) & NS16550_LSR_EMPTY);
	channel.output_tail += 50;
	look();
	CU_ASSERT_TRUE(line());
}

/* Text of the firmware's is no news to the guest's driver, which waits for its own. */
static void test_quiet(void)
{
	begin();
	set(NS16550_IER, NS16550_IER_TRANSMIT);
	get(NS16550_IIR);
	CU_ASSERT_EQUAL(call(WRITE, 10, BASE, 0), SBI_SUCCESS);
	CU_ASSERT_FALSE(line());
}

static void test_read(void)
{
	begin();
	CU_ASSERT_EQUAL(call(READ, 100, BASE, 0), SBI_SUCCESS);
	CU_ASSERT_EQUAL(value, 0);
	type("a text of more than sixteen characters");
	CU_ASSERT_EQUAL(call(READ, 30, BASE + 1, 0), SBI_SUCCESS);
	CU_ASSERT_EQUAL(value, 30);
	CU_ASSERT_NSTRING_EQUAL(memory, ".a text of more than sixteen ch.", 32);
	CU_ASSERT_EQUAL(channel.input_tail, 30);
	CU_ASSERT_EQUAL(get(NS16550_DATA), 'a');
	CU_ASSERT_EQUAL(call(READ, UINT32_MAX, BASE, 0), SBI_INVALID_PARAMETER);
	CU_ASSERT_EQUAL(call(READ, SIZE, BASE, 0), SBI_SUCCESS);
	CU_ASSERT_EQUAL(value, 7);
	CU_ASSERT_NSTRING_EQUAL(memory, "racters ", 8);
}

/* Nothing outside of the guest's memory is read or written, and nothing is taken or sent. */
static void test_addresses(void)
{
	static const struct range {
		uint64_t length, low, high;
	} wrong[] = {
		{ 1, BASE - 1, 0 },
		{ 1, BASE + SIZE, 0 },
		{ 2, BASE + SIZE - 1, 0 },
		{ SIZE + 1, BASE, 0 },
		{ UINT64_MAX, BASE, 0 },
		{ UINT64_MAX - BASE, BASE + 1, 0 },
		{ 1, BASE, 1 },
		{ 1, 0, 0 },
		{ 1, UINT64_MAX, UINT64_MAX },
	};
	uint32_t index;

	begin();
	type("x");
	for (index = 0; index < sizeof(wrong) / sizeof(wrong[0]); index++) {
		const struct range *range = &wrong[index];

		CU_ASSERT_EQUAL(call(WRITE, range->length, range->low, range->high),
				SBI_INVALID_PARAMETER);
		CU_ASSERT_EQUAL(call(READ, range->length, range->low, range->high),
				SBI_INVALID_PARAMETER);
		CU_ASSERT_EQUAL(value, 0);
	}
	CU_ASSERT_EQUAL(channel.output_head, 0);
	CU_ASSERT_EQUAL(channel.input_tail, 0);
	CU_ASSERT_EQUAL(call(WRITE, 1, BASE + SIZE - 1, 0), SBI_SUCCESS);
	around.memory = (struct guest_memory){ NULL, 0, 0 };
	CU_ASSERT_EQUAL(call(WRITE, 1, 0, 0), SBI_INVALID_PARAMETER);
}

static void test_unknown(void)
{
	uint64_t words[8] = { SBI_BASE }, results[2];

	begin();
	CU_ASSERT_EQUAL(call(3, 1, BASE, 0), SBI_NOT_SUPPORTED);
	CU_ASSERT_EQUAL(value, 0);
	CU_ASSERT_EQUAL(call(UINT64_MAX, 1, BASE, 0), SBI_NOT_SUPPORTED);
	CU_ASSERT_EQUAL(vuart_firmware_call(&uart, &around, words, results),
			STATUS_NOT_SUPPORTED);
}

/* A ring whose other side lies takes nothing, and gives nothing. */
static void test_lies(void)
{
	begin();
	channel.output_tail = 0x12345678;
	CU_ASSERT_EQUAL(call(WRITE, 10, BASE, 0), SBI_SUCCESS);
	CU_ASSERT_EQUAL(value, 0);
	channel.input_head = 0x80000000;
	CU_ASSERT_EQUAL(call(READ, 10, BASE, 0), SBI_SUCCESS);
	CU_ASSERT_EQUAL(value, 0);
	CU_ASSERT_EQUAL(channel.input_tail, channel.input_head);
}

static const struct suite_test tests[] = {
	{ "text goes out between the guest's own", test_write },
	{ "as much of it as there is room for", test_partial },
	{ "and raises no interrupt to transmit", test_quiet },
	{ "what was typed is read, as much as there is", test_read },
	{ "addresses that are not all the guest's memory are refused", test_addresses },
	{ "other functions and extensions are not supported", test_unknown },
	{ "lying ring indices hurt nobody but the text", test_lies },
};

int main(void)
{
	return suite_run("vuart_firmware", tests, sizeof(tests) / sizeof(tests[0]));
}
