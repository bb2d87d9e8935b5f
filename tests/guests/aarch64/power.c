/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PSCI with four vCPUs: who is turned on and off, by whom, what it finds; and resets while all run,
 * by each of them, after which there is vCPU 0 alone.
 */
#include "tests/guests/aarch64/processor.h"

#define SUCCESS 0ul
#define INVALID_PARAMETERS -2ul
#define ALREADY_ON -4ul
#define ON_PENDING -5ul
#define INVALID_ADDRESS -9ul

#define ROUNDS 50
#define CONTEXT 0xc0de000100020003ul
#define EL1 4ul
#define ALL_MASKED 0x3c0ul
#define MMU_AND_DATA_CACHE 5ul
#define SETTLED 625000ul /* ticks, 10 ms: as long nothing moves that runs no more */

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
		__asm__ volatile("yield");
}

static void wait_lives(uint64_t number, uint64_t lives)
{
	while (processors[number].lives < lives)
		__asm__ volatile("yield");
}

static void nobody(void)
{
	static const uint64_t wrong[] = { PROCESSORS, 1ul << 8, 1ul << 16 | 1, 1ul << 31 | 1,
					  1ul << 32, ~0ul };
	uint64_t entry = (uint64_t)processor_entry, index, odd = 0;

	for (index = 0; index < sizeof(wrong) / sizeof(*wrong); index++) {
		odd += ask(PSCI_CPU_ON, wrong[index], entry, 0) != INVALID_PARAMETERS;
		odd += ask(PSCI_AFFINITY_INFO, wrong[index], 0, 0) != INVALID_PARAMETERS;
	}
	check("processors that are not there are found", odd, 0);
	for (odd = 0, index = 1; index < 5; index++)
		odd += ask(PSCI_AFFINITY_INFO, 0, index, 0) != INVALID_PARAMETERS;
	check("levels above processors have a state", odd, 0);
	check("CPU_ON of oneself", ask(PSCI_CPU_ON, 0, entry, 0), ALREADY_ON);
	check("AFFINITY_INFO of oneself", ask(PSCI_AFFINITY_INFO, 0, 0, 0), AFFINITY_ON);
	check("CPU_ON at no memory", ask(PSCI_CPU_ON, 1, NOWHERE, 0), INVALID_ADDRESS);
	for (odd = 0, index = 1; index < PROCESSORS; index++)
		odd += ask(PSCI_AFFINITY_INFO, index, 0, 0) != AFFINITY_OFF;
	check("others that are not off", odd, 0);
}

static void begins(void)
{
	volatile struct processor *other = &processors[1];
	uint64_t answer;

	may_leave = 0;
	check("CPU_ON", processor_on(1, stay, CONTEXT), SUCCESS);
	answer = ask(PSCI_CPU_ON, 1, (uint64_t)processor_other, 0);
	check("CPU_ON again, at once", answer == ALREADY_ON || answer == ON_PENDING, 1);
	wait_lives(1, 1);
	check("CPU_ON of one that runs", ask(PSCI_CPU_ON, 1, (uint64_t)processor_other, 0), ALREADY_ON);
	check("AFFINITY_INFO of it", ask(PSCI_AFFINITY_INFO, 1, 0, 0), AFFINITY_ON);
	check("its x0 is the context id", other->context, CONTEXT);
	check("it begins where it was told", other->entry, 0);
	check("at EL1", other->level, EL1);
	check("all exceptions masked", other->masks, ALL_MASKED);
	check("MMU and data cache off", other->control & MMU_AND_DATA_CACHE, 0);
	may_leave = 1;
	processor_wait_off(1);
	check("AFFINITY_INFO once it is off", ask(PSCI_AFFINITY_INFO, 1, 0, 0), AFFINITY_OFF);
	answer = ask(PSCI_CPU_ON_32, 1, (uint64_t)processor_other, CONTEXT);
	check("CPU_ON again, with 32 bits", answer, SUCCESS);
	wait_lives(1, 2);
	processor_wait_off(1);
	check("its x0 is another one", other->context, (uint32_t)CONTEXT);
	check("it begins elsewhere", other->entry, 1);
	check("all exceptions masked again", other->masks, ALL_MASKED);
	check("its old vectors forgotten", other->vectors, 0);
	check("it has begun twice", other->lives, 2);
}

static void again_and_again(void)
{
	uint64_t before[PROCESSORS], round, number, odd = 0;

	for (number = 1; number < PROCESSORS; number++)
		before[number] = processors[number].lives;
	for (round = 0; round < ROUNDS; round++) {
		for (number = 1; number < PROCESSORS; number++)
			odd += processor_on(number, leave, round << 8 | number) != SUCCESS;
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

	if (answer != SUCCESS && answer != ALREADY_ON && answer != ON_PENDING)
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
		(void)REGISTER_READ(id_aa64pfr0_el1);
		(void)read32(DISTRIBUTOR);
		ask(PSCI_AFFINITY_INFO, 0, 0, 0);
		if (self == context && all_work())
			ask(PSCI_SYSTEM_RESET, 0, 0, 0);
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
		odd += ask(PSCI_AFFINITY_INFO, number, 0, 0) != AFFINITY_OFF;
	check("vCPUs that are not off after a reset", odd, 0);
	for (number = 1; number < PROCESSORS; number++)
		before[number] = KEPT->work[number];
	while (counter() < until)
		__asm__ volatile("yield");
	for (odd = 0, number = 1; number < PROCESSORS; number++)
		odd += KEPT->work[number] != before[number] || !before[number];
	check("vCPUs that go on after a reset, or had not begun", odd, 0);
}

/* vCPU 0 comes back from CPU_OFF here; then comes the first reset. */
static void returned(uint64_t context)
{
	check("vCPU 0 goes off, and another one turns it on", context, CONTEXT + 1);
	processor_wait_off(1);
	check("with success", others_answer, SUCCESS);
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
	ask(PSCI_CPU_OFF, 0, 0, 0);
	check("CPU_OFF returns", 1, 0);
}
