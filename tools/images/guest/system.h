/* SPDX-License-Identifier: Apache-2.0 */
/* What the small programs in the guests' initramfs share: Linux system calls without a library. */
#ifndef GUEST_SYSTEM_H
#define GUEST_SYSTEM_H

#include <stdint.h>

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

/* Starts program() with the words the kernel put on the stack: argc, argv[], NULL, envp[], NULL. */
__asm__(".globl _start\n_start:\n\tmov x0, sp\n\tbl program\n");
_Noreturn void program(long *words);

static inline long system_call(long number, long a0, long a1, long a2, long a3, long a4)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a0;
	register long x1 __asm__("x1") = a1;
	register long x2 __asm__("x2") = a2;
	register long x3 __asm__("x3") = a3;
	register long x4 __asm__("x4") = a4;

	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
			 : "memory");
	return x0;
}

static inline uint64_t read_counter(void)
{
	uint64_t value;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(value) : : "memory");
	return value;
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
