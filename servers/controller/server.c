/* SPDX-License-Identifier: Apache-2.0 */
/* The life of an interrupt controller: when it begins, and what follows from what is committed. */
#include "servers/controller/controller.h"
#include "servers/lib/argument.h"
#include "servers/rt/durable.h"
#include "servers/rt/syscall.h"

struct controller controller;
uint32_t controller_kicks;

/* From the arguments "vcpus", "vcpu<n>", "interrupts<n>" and "lines<n>". */
void server_start(void)
{
	uint64_t vcpus = rt_argument("vcpus");
	uint32_t index;

	if (vcpus < 1 || vcpus > CONTROLLER_VCPUS)
		rt_fail("%lu vCPUs: the interrupt controller has 1 to %u", vcpus, CONTROLLER_VCPUS);
	controller.vcpus = (uint32_t)vcpus;
	for (index = 0; index < vcpus; index++) {
		controller.vcpu[index] = (handle_t)argument_at("vcpu", index);
		controller.page[index] = (void *)argument_at("interrupts", index);
	}
	for (index = 0; index < CONTROLLER_LINES; index++)
		controller.lines[index] = argument_at("lines", index);
	/* What a former life still had to kick, it did not write down. */
	controller_kicks = (1u << vcpus) - 1;
}

/* The calling vCPU is one like the others, but that its page is written at once: no kick. */
void server_settle(const struct message *message)
{
	uint32_t vcpu, kicks = controller_kicks;

	controller_kicks = 0;
	if (message && controller_has_page(message->badge)) {
		vcpu = MESSAGE_VCPU(message->badge);
		controller_page_write(rt_state(), vcpu, controller.page[vcpu]);
		kicks &= ~(1u << vcpu);
	}
	for (; kicks; kicks &= kicks - 1)
		rt_vcpu_kick(controller.vcpu[__builtin_ctz(kicks)]);
}

/* Nobody has a handle to signal this server. */
void server_signal(uint64_t bits)
{
	(void)bits;
}
