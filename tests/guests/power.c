/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four vCPUs: who is turned on and off, by whom, what it finds; and resets while all run,
 * by each of them, after which there is vCPU 0 alone.
 */
#include "tests/guests/processor.h"

#include "arch_power.h"

#define ROUNDS 50
#define CONTEXT 0xc0de000100020003ul
#define SETTLED MICROSECONDS(10000) /* as long nothing moves that runs no more */

/* What a reset leaves: it is in no image. */
struct kept {
	uint64_t mark, starts;
	uint64_t work[PROCESSORS]; /* rounds of each vCPU */
};

#define MARK 0x706f776572ul
#define KEPT ((volatile struct kept *)FREE)

static uint64_t fresh; /* the image is loaded anew for every start */
static volatile uint64_t may_leave, others_wrong, others_answer;

static void leave(uint64_t context)
{
	(void)context;
}

static void stay(uint64_t context)
{
	(void)context;
	while (!may_leave)
		yield();
}

static void wait_lives(uint64_t number, uint64_t lives)
{
	while (processors[number].lives < lives)
		yield();
}

static void nobody(void)
{
	static const uint64_t wrong[] = { PROCESSORS, 1ul << 8, 1ul << 16 | 1, 1ul << 31 | 1,
					  1ul << 32, ~0ul };
	uint64_t entry = (uint64_t)processor_entry, index, odd = 0;

	for (index = 0; index < sizeof(wrong) / sizeof(*wrong); index++) {
		odd += firmware_processor_on(wrong[index], entry, 0) != ANSWER_NOBODY;
		odd += firmware_processor_state(wrong[index]) != ANSWER_NOBODY;
	}
	check("processors that are not there are found", odd, 0);
	check("turning oneself on", firmware_processor_on(0, entry, 0), ANSWER_ALREADY_ON);
	check("one's own state", firmware_processor_state(0), PROCESSOR_IS_ON);
	check("turning one on where there is no memory", firmware_processor_on(1, NOWHERE, 0),
	      ANSWER_NO_MEMORY);
	for (odd = 0, index = 1; index < PROCESSORS; index++)
		odd += firmware_processor_state(index) != PROCESSOR_IS_OFF;
	check("others that are not off", odd, 0);
}

static void begins(void)
{
	volatile struct processor *other = &processors[1];
	uint64_t answer;

	may_leave = 0;
	check("turning one on", processor_on(1, stay, CONTEXT), ANSWER_DONE);
	answer = firmware_processor_on(1, (uint64_t)processor_other, 0);
	check("turning it on again, at once", answer == ANSWER_ALREADY_ON || answer == ANSWER_ON_PENDING, 1);
	wait_lives(1, 1);
	answer = firmware_processor_on(1, (uint64_t)processor_other, 0);
	check("turning on one that runs", answer, ANSWER_ALREADY_ON);
	check("its state", firmware_processor_state(1), PROCESSOR_IS_ON);
	check("its context is what it was turned on with", other->context, CONTEXT);
	check("it begins where it was told", other->entry, 0);
	check_found(1, other->found);
	may_leave = 1;
	processor_wait_off(1);
	check("its state once it is off", firmware_processor_state(1), PROCESSOR_IS_OFF);
	check("turning it on again", processor_on_other(1, CONTEXT), ANSWER_DONE);
	wait_lives(1, 2);
	processor_wait_off(1);
	check("its context is another one", other->context, OTHER_CONTEXT(CONTEXT));
	check("it begins elsewhere", other->entry, 1);
	check_found(1, other->found);
	check("it has begun twice", other->lives, 2);
}

static void again_and_again(void)
{
	uint64_t before[PROCESSORS], round, number, odd = 0;

	for (number = 1; number < PROCESSORS; number++)
		before[number] = processors[number].lives;
	for (round = 0; round < ROUNDS; round++) {
		for (number = 1; number < PROCESSORS; number++)
			odd += processor_on(number, leave, round << 8 | number) != ANSWER_DONE;
		for (number = 1; number < PROCESSORS; number++) {
			processor_wait_off(number);
			odd += processors[number].context != (round << 8 | number);
			odd += processors[number].lives != before[number] + round + 1;
		}
	}
	check("starts of three that go off and on again and went wrong", odd, 0);
}

/* Both want to turn a third one on: one of them does. */
static void compete(uint64_t context)
{
	uint64_t answer = processor_on(3, leave, context);

	if (answer != ANSWER_DONE && answer != ANSWER_ALREADY_ON && answer != ANSWER_ON_PENDING)
		others_wrong++;
}

static void competition(void)
{
	uint64_t round, before = processors[3].lives, wins = 0;

	others_wrong = 0;
	for (round = 0; round < ROUNDS; round++) {
		processor_on(1, compete, 1);
		processor_on(2, compete, 2);
		processor_wait_off(1);
		processor_wait_off(2);
		processor_wait_off(3);
		wins += processors[3].lives - before >= 1 && processors[3].lives - before <= 2;
		before = processors[3].lives;
	}
	check("rounds in which two turn on a third", wins, ROUNDS);
	check("answers that none of them may get", others_wrong, 0);
}

static bool all_work(void)
{
	uint64_t number;

	for (number = 0; number < PROCESSORS; number++)
		if (KEPT->work[number] < ROUNDS)
			return false;
	return true;
}

/* Reads, calls and memory: a reset comes in the middle of any of them. */
static void work(uint64_t context)
{
	uint64_t self = processor_number();

	for (;;) {
		KEPT->work[self]++;
		manager_ask();
		controller_read();
		firmware_processor_state(0);
		if (self == context && all_work())
			firmware_system_reset();
	}
}

/* The vCPU `who` resets all while everybody works. */
static void reset_by(uint64_t who)
{
	uint64_t number;

	for (number = 0; number < PROCESSORS; number++)
		KEPT->work[number] = 0;
	for (number = 1; number < PROCESSORS; number++)
		processor_on(number, work, who);
	work(who);
}

static void after_reset(void)
{
	uint64_t until = counter() + SETTLED, number, before[PROCESSORS], odd = 0;

	for (number = 1; number < PROCESSORS; number++)
		odd += firmware_processor_state(number) != PROCESSOR_IS_OFF;
	check("vCPUs that are not off after a reset", odd, 0);
	for (number = 1; number < PROCESSORS; number++)
		before[number] = KEPT->work[number];
	while (counter() < until)
		yield();
	for (odd = 0, number = 1; number < PROCESSORS; number++)
		odd += KEPT->work[number] != before[number] || !before[number];
	check("vCPUs that go on after a reset, or had not begun", odd, 0);
}

/* vCPU 0 comes back from being off here; then comes the first reset. */
static void returned(uint64_t context)
{
	check("vCPU 0 goes off, and another one turns it on", context, CONTEXT + 1);
	processor_wait_off(1);
	check("with success", others_answer, ANSWER_DONE);
	reset_by(0);
}

static void bring_back(uint64_t context)
{
	processor_wait_off(0);
	others_answer = processor_on(0, returned, context);
}

void guest_main(void)
{
	check("the image's data is fresh", fresh, 0);
	fresh = 1;
	if (KEPT->mark != MARK) {
		KEPT->mark = MARK;
		KEPT->starts = 0;
	}
	if (KEPT->starts++)
		after_reset();
	nobody();
	begins();
	if (KEPT->starts > PROCESSORS) { /* each has reset all once */
		check("there was no exception", trapped(), 0);
		return;
	}
	if (KEPT->starts > 1)
		reset_by(KEPT->starts - 1);
	again_and_again();
	competition();
	processor_on(1, bring_back, CONTEXT + 1);
	firmware_processor_off();
	check("turning oneself off returns", 1, 0);
}
