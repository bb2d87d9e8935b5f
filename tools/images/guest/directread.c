/* SPDX-License-Identifier: Apache-2.0 */
/*
 * directread read|write DEVICE BYTES COUNT: that many requests of that many bytes, one after the
 * other, past the page cache; prints the counter before the first and after the last, and the
 * median of what the requests took.
 */
#include "system.h"

#define OPEN_READ 0
#define OPEN_WRITE 1
#define SEEK_START 0
#define BUFFER_SIZE (1 << 20)
#define TIMED 1024 /* of the requests, the last that go into the median */

static char buffer[BUFFER_SIZE] __attribute__((aligned(4096)));
static uint64_t taken[TIMED];

_Noreturn static void fail(const char *text)
{
	print(text);
	exit_program(1);
}

static long number(const char *text)
{
	long value = 0;

	while (*text >= '0' && *text <= '9' && value < (1L << 40))
		value = value * 10 + (*text++ - '0');
	if (*text)
		fail("directread: not a number\n");
	return value;
}

/* Goes back to the start where the device ends. */
static void transfer(long call, long file, long bytes)
{
	long done = system_call(call, file, (long)buffer, bytes, 0, 0);

	if (done == bytes)
		return;
	system_call(SYSTEM_LSEEK, file, 0, SEEK_START, 0, 0);
	if (system_call(call, file, (long)buffer, bytes, 0, 0) != bytes)
		fail("directread: request failed\n");
}

static uint64_t median(long count)
{
	long index, place;

	for (index = 1; index < count; index++) {
		uint64_t value = taken[index];

		for (place = index; place && taken[place - 1] > value; place--)
			taken[place] = taken[place - 1];
		taken[place] = value;
	}
	return taken[count / 2];
}

_Noreturn void program(long *words)
{
	char **arguments = (char **)(words + 1);
	long file, bytes, count, call, index;
	uint64_t first, last, before;

	if (words[0] != 5)
		fail("usage: directread read|write DEVICE BYTES COUNT\n");
	call = arguments[1][0] == 'w' ? SYSTEM_WRITE : SYSTEM_READ;
	bytes = number(arguments[3]);
	count = number(arguments[4]);
	if (bytes <= 0 || bytes > BUFFER_SIZE || bytes % 512)
		fail("directread: BYTES is a multiple of 512 up to 1 MiB\n");
	file = open_file(arguments[2],
			 OPEN_DIRECT | (call == SYSTEM_WRITE ? OPEN_WRITE : OPEN_READ));
	if (file < 0)
		fail("directread: cannot open the device\n");
	first = last = read_counter();
	print_counter(first);
	for (index = 0; index < count; index++) {
		before = read_counter();
		transfer(call, file, bytes);
		last = read_counter();
		taken[index % TIMED] = last - before;
	}
	print_counter(last);
	print_value("median", median(count < TIMED ? count : TIMED));
	exit_program(0);
}
