/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cutrequest VICTIM STEP COUNT FILE: has a server cut 1, 1 + STEP, 1 + 2 * STEP... ticks after
 * the start of a request: 4 KiB of the file written to the disk and flushed, then read from there.
 * With - as the file a line on the console. tests/servers/killer.h has the registers of who cuts.
 */
#include "system.h"

#define KILLER_VICTIM 0
#define KILLER_DELAY 1
#define KILLER_COUNT 5

#define OPEN_READ_WRITE 2
#define OPEN_CREATE 0100
#define OPEN_SYNC 04010000
#define MAP_READ_WRITE 3
#define MAP_SHARED 1
#define PAGE 4096
#define WORDS 512 /* of a request */
#define PLACES 16

static uint64_t buffer[WORDS] __attribute__((aligned(4096)));
static volatile uint64_t *killer;

static long number(const char *text)
{
	long value = 0;

	while (*text >= '0' && *text <= '9')
		value = value * 10 + (*text++ - '0');
	return value;
}

_Noreturn static void fail(const char *text)
{
	print(text);
	exit_program(1);
}

static void killer_map(void)
{
	long file = open_file("/dev/mem", OPEN_READ_WRITE | OPEN_SYNC);
	long address = system_call_6(SYSTEM_MMAP, 0, PAGE, MAP_READ_WRITE, MAP_SHARED, file,
				     KILLER_BASE);

	if (file < 0 || (address < 0 && address > -4096))
		fail("cutrequest: cannot map the killer\n");
	killer = (volatile uint64_t *)address;
}

static uint64_t word(long count, long index)
{
	return ((uint64_t)count << 32) + (uint64_t)index * 0x9e3779b97f4a7c15u;
}

static void fill(long count)
{
	long index;

	for (index = 0; index < WORDS; index++)
		buffer[index] = word(count, index);
}

static int filled(long count)
{
	long index, wrong = 0;

	for (index = 0; index < WORDS; index++)
		wrong += buffer[index] != word(count, index);
	return wrong == 0;
}

/* Whether what was written is read. */
static int request(long file, long count, long delay)
{
	long place = count % PLACES * (long)sizeof(buffer);

	fill(count);
	killer[KILLER_DELAY] = (uint64_t)delay;
	if (system_call(SYSTEM_PWRITE, file, (long)buffer, sizeof(buffer), place, 0) !=
	    sizeof(buffer))
		return 0;
	fill(count + 1);
	return system_call(SYSTEM_PREAD, file, (long)buffer, sizeof(buffer), place, 0) ==
	       sizeof(buffer) && filled(count);
}

static int line(long count, long delay)
{
	killer[KILLER_DELAY] = (uint64_t)delay;
	print_value("line", (uint64_t)count);
	return 1;
}

_Noreturn void program(long *words)
{
	char **arguments = (char **)(words + 1);
	long step, count, index, file = -1;
	uint64_t wrong = 0;

	if (words[0] != 5)
		fail("usage: cutrequest VICTIM STEP COUNT FILE\n");
	step = number(arguments[2]);
	count = number(arguments[3]);
	if (arguments[4][0] != '-') {
		file = open_file(arguments[4],
				 OPEN_READ_WRITE | OPEN_CREATE | OPEN_DIRECT | OPEN_SYNC);
		if (file < 0)
			fail("cutrequest: cannot open the file\n");
	}
	killer_map();
	killer[KILLER_VICTIM] = (uint64_t)number(arguments[1]);
	for (index = 0; index < count; index++) {
		uint64_t cuts = killer[KILLER_COUNT];
		long delay = 1 + index * step;

		wrong += !(file < 0 ? line(index, delay) : request(file, index, delay));
		while (killer[KILLER_COUNT] == cuts)
			;
	}
	print_value("wrong", wrong);
	exit_program(wrong != 0);
}
