/* SPDX-License-Identifier: Apache-2.0 */
/* A vCPU's life in a test guest: it notes how it begins, does what it was told, goes off. */
#include "tests/guests/aarch64/processor.h"

volatile struct processor processors[PROCESSORS];

void processor_begin(uint64_t context, uint64_t entry, uint64_t level, uint64_t masks,
		     uint64_t control, uint64_t vectors);

uint64_t processor_on(uint64_t number, void (*main)(uint64_t context), uint64_t context)
{
	processors[number].main = main;
	__asm__ volatile("dsb sy" : : : "memory");
	return ask(PSCI_CPU_ON, number, (uint64_t)processor_entry, context);
}

void processor_wait_off(uint64_t number)
{
	while (ask(PSCI_AFFINITY_INFO, number, 0, 0) != AFFINITY_OFF)
		__asm__ volatile("yield");
}

void sleep_until(const volatile uint64_t *word, uint64_t value)
{
	interrupts_mask();
	while (*word < value) {
		__asm__ volatile("wfi" : : : "memory");
		interrupts_allow();
		interrupts_mask();
	}
	interrupts_allow();
}

void processor_begin(uint64_t context, uint64_t entry, uint64_t level, uint64_t masks,
		     uint64_t control, uint64_t vectors)
{
	volatile struct processor *self = &processors[processor_number()];

	self->entry = entry;
	self->context = context;
	self->level = level;
	self->masks = masks;
	self->control = control;
	self->vectors = vectors;
	__asm__ volatile("dmb sy" : : : "memory");
	self->lives++;
	self->main(context);
	ask(PSCI_CPU_OFF, 0, 0, 0);
	check("CPU_OFF returns", 1, 0);
}
