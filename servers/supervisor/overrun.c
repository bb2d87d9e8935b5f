/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks are a sample of who has the CPUs: a server hangs that is found running at the same event
 * again and again. What is slow for want of a CPU does not: one that waits for its turn or its
 * budget is not found running, and one whose calls wait for all other CPUs, some of which may have
 * no time on the emulator's host, has made some between two looks. Calls without end are a loop.
 */
#include "servers/supervisor/overrun.h"

#include "ipc/syscall.h"

static bool goes_on(const struct overrun *last, uint64_t calls)
{
	return calls != last->calls && calls - last->first < OVERRUN_CALLS;
}

bool overrun_look(struct overrun *last, uint64_t event, uint64_t is, uint64_t calls)
{
	bool waits = is != THREAD_IS_RUNNING && is != THREAD_IS_READY;

	if (!(event & 1) || event != last->event || waits)
		*last = (struct overrun){ .event = event, .first = calls };
	else if (is == THREAD_IS_RUNNING && !goes_on(last, calls))
		last->strikes++;
	last->calls = calls;
	if (last->strikes < OVERRUN_LOOKS)
		return false;
	*last = (struct overrun){ 0 };
	return true;
}
