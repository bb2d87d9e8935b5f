/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest whose progress is measured: each round it computes, reads its interrupt controller, sends
 * itself an SGI and reads from its disk, and sleeps until that is done.
 */
#include "tests/bench/guest/measured.h"

#define BEFORE 20 /* rounds until all guests are there */
#define ROUNDS 200
#define PAUSE 50000ul
#define WORK 2000

static volatile uint64_t done, woken;

void interrupt_taken(uint32_t number)
{
	if (number == DISK_INTID) {
		disk_interrupt();
		done++;
	}
	if (number == VTIMER_INTID) {
		timer_off();
		woken++;
	}
	interrupt_end(number);
}

static void work(uint64_t round)
{
	volatile uint64_t sum = 0;
	uint64_t index;

	for (index = 0; index < WORK; index++)
		sum += index;
	controller_read();
	sgi_send(0, 0);
	disk_read(8 * round);
	sleep_until(&done, round + 1);
}

void guest_main(uint64_t vcpu)
{
	uint64_t round;

	(void)vcpu;
	machine_start();
	disk_start();
	line_start(DISK_INTID);
	interrupts_allow();
	for (round = 0; round < BEFORE + ROUNDS; round++) {
		timer_set(counter() + PAUSE);
		sleep_until(&woken, round + 1);
		if (round == BEFORE)
			MARK(MARK_RUN_BEGIN);
		MARK(MARK_ROUND_BEGIN);
		work(round);
		MARK(MARK_ROUND_END);
	}
	MARK(MARK_RUN_END);
	print("progress_rounds", ROUNDS);
}
