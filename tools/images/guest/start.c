/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The initramfs' /init. With `coppice.stamp` on the command line it tells when the kernel reached
 * user space, before anything else costs time. Then /etc/setup runs as its child, and it waits for
 * the signals by which busybox' poweroff, halt and reboot tell process 1 to end.
 */
#include "system.h"

#define WANTED "coppice.stamp"
#define WANTED_LENGTH ((long)sizeof(WANTED) - 1)

enum { SIGNAL_USER1 = 10, SIGNAL_USER2 = 12, SIGNAL_TERMINATE = 15, SIGNAL_CHILD = 17 };
enum { MASK_SET = 2, WAIT_NO_HANG = 1 };

static int stamp_wanted(void)
{
	static char line[4096];
	long file, length, start, index;

	system_call(SYSTEM_MOUNT, (long)"proc", (long)"/proc", (long)"proc", 0, 0);
	file = open_file("/proc/cmdline", 0);
	length = file < 0 ? 0 : system_call(SYSTEM_READ, file, (long)line, sizeof(line), 0, 0);
	for (start = 0; start + WANTED_LENGTH <= length; start++) {
		for (index = 0; index < WANTED_LENGTH; index++)
			if (line[start + index] != WANTED[index])
				break;
		if (index == WANTED_LENGTH)
			return 1;
	}
	return 0;
}

_Noreturn static void run_script(const char *script, const char *argument)
{
	const char *words[] = {"sh", script, argument, 0};
	const char *environment[] = {"PATH=/sbin:/bin", "HOME=/root", "TERM=vt100",
				     "PS1=guest# ", 0};

	system_call(SYSTEM_EXECVE, (long)"/bin/sh", (long)words, (long)environment, 0, 0);
	print("init: cannot start /bin/sh\n");
	exit_program(1);
}

static void mask_signals(uint64_t mask)
{
	system_call(SYSTEM_SIGPROCMASK, MASK_SET, (long)&mask, 0, sizeof(mask), 0);
}

_Noreturn void program(long *words)
{
	uint64_t counter = read_counter();
	uint64_t all = ~0UL;

	(void)words;
	if (stamp_wanted())
		print_counter(counter);
	/* Process 1 loses signals without a handler, unless they are blocked when they come. */
	mask_signals(all);
	if (system_call(SYSTEM_CLONE, SIGNAL_CHILD, 0, 0, 0, 0) == 0) {
		mask_signals(0);
		run_script("/etc/setup", 0);
	}
	for (;;) {
		switch (system_call(SYSTEM_SIGTIMEDWAIT, (long)&all, 0, 0, sizeof(all), 0)) {
		case SIGNAL_CHILD:
			while (system_call(SYSTEM_WAIT, -1, 0, WAIT_NO_HANG, 0, 0) > 0)
				;
			break;
		case SIGNAL_USER1:
		case SIGNAL_USER2:
			run_script("/etc/leave", "poweroff");
		case SIGNAL_TERMINATE:
			run_script("/etc/leave", "reboot");
		}
	}
}
