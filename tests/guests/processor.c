/* SPDX-License-Identifier: Apache-2.0 */
/* A vCPU's life in a test guest: it notes how it begins, does what it was told, goes off. */
#include "tests/guests/processor.h"

volatile struct processor processors[PROCESSORS];

uint64_t processor_on(uint64_t number, void (*main)(uint64_t context), uint64_t context)
{
	processors[number].main = main;
	fence_device();
	return firmware_processor_on(number, (uint64_t)processor_entry, context);
}

void processor_wait_off(uint64_t number)
{
	while (firmware_processor_state(number) != PROCESSOR_IS_OFF)
		yield();
}

void sleep_until(const volatile uint64_t *word, uint64_t value)
{
	interrupts_mask();
	while (*word < value) {
		wait_interrupt();
		interrupts_allow();
		interrupts_mask();
	}
	interrupts_allow();
}

void processor_begin(uint64_t context, uint64_t entry, uint64_t found0, uint64_t found1,
		     uint64_t found2, uint64_t found3)
{
	volatile struct processor *self = &processors[processor_number()];

	self->entry = entry;
	self->context = context;
	self->found[0] = found0;
	self->found[1] = found1;
	self->found[2] = found2;
	self->found[3] = found3;
	fence_memory();
	self->lives++;
	self->main(context);
	firmware_processor_off();
	check("turning oneself off returns", 1, 0);
}
