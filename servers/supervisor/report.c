/* SPDX-License-Identifier: Apache-2.0 */
/* What a death left behind, for a person: cause, registers, and who called whom. */
#include "ipc/image.h"
#include "servers/rt/format.h"
#include "servers/rt/rt.h"
#include "servers/supervisor/supervisor.h"

#define REGISTERS_A_LINE 4
#define CALLERS 12

static uint64_t get(unsigned int number, uint64_t what)
{
	uint64_t value;

	return rt_thread_get(places[number].thread, what, &value) == STATUS_OK ? value : 0;
}

static void report_registers(unsigned int number)
{
	unsigned int first;

	for (first = 0; first < registers.general; first += REGISTERS_A_LINE) {
		const uint64_t a = get(number, first), b = get(number, first + 1),
			       c = get(number, first + 2), d = get(number, first + 3);

		if (a | b | c | d)
			rt_log("  %2u: %016lx %016lx %016lx %016lx", first, a, b, c, d);
	}
}

/*
 * A frame on the task's stack holds the caller's frame and where to go on; frames only ascend. One
 * of a function that calls nobody may hold the caller's frame alone, in the other one's place.
 */
static void report_callers(unsigned int number)
{
	const uint8_t *stack = (const uint8_t *)place_durable(number) + PLACE_STACK;
	uint64_t low = STACK_END - STACK_SIZE, next;
	uint64_t frame = get(number, registers.frame) - registers.frame_below;
	unsigned int depth;

	for (depth = 0; depth < CALLERS; depth++) {
		const uint64_t *words;

		if (frame < low || frame > STACK_END - 16 || frame % 16)
			return;
		words = (const uint64_t *)(stack + (frame - low));
		next = words[0];
		if (words[1] >= low && words[1] <= STACK_END)
			next = words[1];
		else if (words[1])
			rt_log("  called from %lx", words[1]);
		next -= registers.frame_below;
		if (next <= frame)
			return;
		frame = next;
	}
}

static const char *cause(uint64_t syndrome)
{
	if (syndrome == FAULT_EXIT)
		return "it ended itself";
	if (syndrome == CAUSE_OVERRUN)
		return "it was cut";
	return cause_name(syndrome);
}

void report_death(unsigned int number, uint64_t syndrome, uint64_t address)
{
	uint64_t label = get(number, THREAD_GET_LABEL);

	rt_log("%s has died: %s, syndrome %lx, address %lx, pc %lx, link %lx, stack %lx",
	       places[number].name, cause(syndrome), syndrome, address,
	       get(number, registers.pc), get(number, registers.link),
	       get(number, registers.stack));
	if (label)
		rt_log("  it served the message %lx, badge %lx, number %lu", label,
		       get(number, THREAD_GET_BADGE), get(number, THREAD_GET_SEQUENCE));
	/* One that goes on dying tells the rest once. */
	if (state()->task[number].deaths)
		return;
	report_registers(number);
	report_callers(number);
}
