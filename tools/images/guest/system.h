/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the small programs in the guests' initramfs share: Linux system calls without a library.
 * machine.h is the architecture's part of it.
 */
#ifndef GUEST_SYSTEM_H
#define GUEST_SYSTEM_H

#include <stdint.h>

#include "machine.h"

/* The same numbers on every architecture that came after Linux had them listed. */
enum {
	SYSTEM_MOUNT = 40,
	SYSTEM_OPENAT = 56,
	SYSTEM_LSEEK = 62,
	SYSTEM_READ = 63,
	SYSTEM_WRITE = 64,
	SYSTEM_PREAD = 67,
	SYSTEM_PWRITE = 68,
	SYSTEM_EXIT = 93,
	SYSTEM_SIGPROCMASK = 135,
	SYSTEM_SIGTIMEDWAIT = 137,
	SYSTEM_CLONE = 220,
	SYSTEM_EXECVE = 221,
	SYSTEM_MMAP = 222,
	SYSTEM_WAIT = 260,
};

/* Begins with the words the kernel put on the stack: argc, argv[], NULL, envp[], NULL. */
_Noreturn void program(long *words);

static inline long system_call(long number, long a0, long a1, long a2, long a3, long a4)
{
	return system_call_6(number, a0, a1, a2, a3, a4, 0);
}

static inline long open_file(const char *path, long flags)
{
	return system_call(SYSTEM_OPENAT, -100, (long)path, flags, 0, 0);
}

_Noreturn static inline void exit_program(int code)
{
	for (;;)
		system_call(SYSTEM_EXIT, code, 0, 0, 0, 0);
}

static inline void print(const char *text)
{
	long length = 0;

	while (text[length])
		length++;
	system_call(SYSTEM_WRITE, 1, (long)text, length, 0, 0);
}

/* One line: "<name> <value>". */
static inline void print_value(const char *name, uint64_t value)
{
	char text[] = " 00000000000000000000\n";
	char *digit = text + sizeof(text) - 2;

	do {
		*--digit = '0' + value % 10;
		value /= 10;
	} while (value);
	*--digit = ' ';
	print(name);
	print(digit);
}

static inline void print_counter(uint64_t value)
{
	print_value("cntvct", value);
}

#endif
