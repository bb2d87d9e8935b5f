/* SPDX-License-Identifier: Apache-2.0 */
/* The runtime's text formatting, against what has to come out and against the C library's. */
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "servers/rt/format.h"
#include "tests/host/suite.h"

#define ROUNDS 200000u

/* Into a block of exactly `size` bytes, which the sanitizer guards. */
static char *format(size_t size, size_t *length, const char *text, ...)
{
	char *to = malloc(size);
	va_list arguments;

	va_start(arguments, text);
	*length = format_text(to, size, text, arguments);
	va_end(arguments);
	return to;
}

#define CHECK(expected, ...)                                                                       \
	do {                                                                                       \
		size_t length_;                                                                    \
		char *text_ = format(200, &length_, __VA_ARGS__);                                  \
                                                                                                   \
		CU_ASSERT_STRING_EQUAL(text_, expected);                                           \
		CU_ASSERT_EQUAL(length_, strlen(expected));                                        \
		free(text_);                                                                       \
	} while (0)

static void test_conversions(void)
{
	CHECK("", "");
	CHECK("plain", "plain");
	CHECK("a text, b c 100%", "a %s, %c %c 100%%", "text", 'b', 'c');
	CHECK("", "%s", "");
	CHECK("-1 0 7", "%d %d %d", -1, 0, 7);
	CHECK("2147483647 -2147483648", "%d %d", INT_MAX, INT_MIN);
	CHECK("4294967295 0", "%u %u", UINT_MAX, 0);
	CHECK("deadbeef 0", "%x %x", 0xdeadbeef, 0);
	CHECK("0xabc123 0x0", "%p %p", (void *)0xabc123, NULL);
}

static void test_long(void)
{
	CHECK("9223372036854775807 -9223372036854775808", "%ld %ld", LONG_MAX, LONG_MIN);
	CHECK("18446744073709551615", "%lu", ULONG_MAX);
	CHECK("ffffffffffffffff 1", "%lx %lx", ULONG_MAX, 1ul);
	CHECK("12 34", "%zu %llu", (size_t)12, 34ull);
}

static void test_width(void)
{
	CHECK("[    7] [00007]", "[%5d] [%05d]", 7, 7);
	CHECK("[   -7] [-0007]", "[%5d] [%05d]", -7, -7);
	CHECK("[-12345] [-12345]", "[%3d] [%03d]", -12345, -12345);
	CHECK("[      ab] [000000ab]", "[%8x] [%08x]", 0xab, 0xab);
	CHECK("[0000000000000001]", "[%016lx]", 1ul);
	CHECK("[          1234567890]", "[%20u]", 1234567890);
}

static void test_broken(void)
{
	CHECK("end", "end%");
	CHECK("end", "end%08l");
	CHECK("[]", "[%q]");
}

/* At every size: the text's beginning, a NUL, and not a byte behind them. */
static void test_truncated(void)
{
	static const char whole[] = "name: -00042 cafe 0x1000 %";
	size_t size, length;

	for (size = 1; size < sizeof(whole) + 3; size++) {
		size_t expected = size - 1 < sizeof(whole) - 1 ? size - 1 : sizeof(whole) - 1;
		char *text = format(size, &length, "%s: %06d %x %p %%", "name", -42, 0xcafe,
				    (void *)0x1000);

		CU_ASSERT_EQUAL(length, expected);
		CU_ASSERT_EQUAL(strlen(text), expected);
		CU_ASSERT_EQUAL(memcmp(text, whole, expected), 0);
		free(text);
	}
}

/* The same words through the C library's. */
static void test_wild(void)
{
	static const char *const forms[] = {
		"%d|%u|%x|%ld|%lu|%lx",
		"%3d|%4u|%5x|%6ld|%7lu|%8lx",
		"%012d|%012u|%012x|%024ld|%024lu|%024lx",
		"%20d|%20u|%20x|%20ld|%20lu|%20lx",
	};
	uint64_t random = 0xa4093822299f31d0;
	char expected[200];
	unsigned int round;

	for (round = 0; round < ROUNDS; round++) {
		size_t size, length;
		char *text;
		long value;
		int small;

		random = random_after(random);
		value = (long)random >> (random >> 13 & 63);
		small = (int)value;
		size = 1 + (random >> 40) % sizeof(expected);
		snprintf(expected, size, forms[round % 4], small, small, small, value, value,
			 value);
		text = format(size, &length, forms[round % 4], small, small, small, value, value,
			      value);
		if (strcmp(text, expected) != 0 || length != strlen(expected))
			CU_FAIL("the text is another than the C library's");
		free(text);
	}
}

static const struct suite_test tests[] = {
	{ "each conversion gives its text", test_conversions },
	{ "long numbers keep all their bits", test_long },
	{ "widths fill with spaces or zeros, and never cut", test_width },
	{ "a conversion that is none prints nothing", test_broken },
	{ "a text too long ends at the buffer's end", test_truncated },
	{ "wild numbers look as the C library prints them", test_wild },
};

int main(void)
{
	return suite_run("rt_format", tests, sizeof(tests) / sizeof(tests[0]));
}
