/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest whose progress is measured: each round it reads from its disk and its interrupt
 * controller, sends itself an SGI, computes, and sleeps until the disk is done. Between rounds it
 * pauses. With the bootargs "busy" it never sleeps: its budget is all that keeps it back (a sporadic
 * server loses what it sleeps through), and it tells the time.
 */
#include "tests/bench/guest/measured.h"

#define BEFORE 20 /* rounds until all guests are there */
#define ROUNDS 200
#define BUSY_BEFORE 200
#define BUSY_ROUNDS 800
#define PAUSE 50000ul
/* Pauses differ, or the rounds of both guests would lock to each other and always meet, or never. */
#define STEP 7919ul
#define SPREAD 20011ul
#define WORK 2000

static volatile uint64_t done, woken;

void interrupt_taken(uint32_t number)
{
	if (number == DISK_INTERRUPT) {
		disk_interrupt();
		done++;
	}
	if (number == TIMER_INTERRUPT) {
		timer_off();
		woken++;
	}
	interrupt_end(number);
}

static void work(uint64_t round, bool busy)
{
	volatile uint64_t sum = 0;
	uint64_t index;

	if (!busy)
		disk_read(8 * (round % 64));
	controller_read();
	controller_read();
	ipi_send(0);
	for (index = 0; index < WORK; index++)
		sum += index;
	if (!busy)
		sleep_until(&done, round + 1);
}

static void rounds(uint64_t first, uint64_t last, bool busy)
{
	uint64_t round;

	for (round = first; round < last; round++) {
		if (!busy) {
			timer_at(instructions() + PAUSE + round * STEP % SPREAD);
			sleep_until(&woken, round + 1);
		}
		MARK(MARK_ROUND_BEGIN);
		work(round, busy);
		MARK(MARK_ROUND_END);
	}
}

void guest_main(uint64_t vcpu)
{
	bool busy = argument("busy");
	uint64_t before = busy ? BUSY_BEFORE : BEFORE, last = before + (busy ? BUSY_ROUNDS : ROUNDS);
	uint64_t begin, end;

	(void)vcpu;
	machine_start();
	disk_start();
	line_start(DISK_INTERRUPT);
	interrupts_allow();
	rounds(0, before, busy);
	MARK(MARK_RUN_BEGIN);
	begin = instructions();
	rounds(before, last, busy);
	end = instructions();
	MARK(MARK_RUN_END);
	print("progress_rounds", last - before);
	print("progress_ticks", end - begin);
}
