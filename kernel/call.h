/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What travels in registers, in one order on every architecture: system call or message.
 *
 *	0        handle, or the first argument;  afterwards the status
 *	1        a message's label, a reply's status;  2 badge;  3 sequence
 *	4 to 11  a message's words
 */
#ifndef KERNEL_CALL_H
#define KERNEL_CALL_H

#include "arch/include/arch.h"
#include "ipc/message.h"

static inline uint64_t *message_words(struct arch_context *context)
{
	return arch_call_registers(context) + 4;
}

static inline status_t message_status(struct arch_context *context)
{
	return (status_t)arch_call_registers(context)[1];
}

static inline uint64_t message_label(struct arch_context *context)
{
	return arch_call_registers(context)[1];
}

static inline void message_deliver(struct arch_context *context, uint64_t label, uint64_t badge,
				   uint64_t sequence)
{
	uint64_t *registers = arch_call_registers(context);

	registers[0] = STATUS_OK;
	registers[1] = label;
	registers[2] = badge;
	registers[3] = sequence;
}

static inline void status_deliver(struct arch_context *context, status_t status)
{
	arch_call_registers(context)[0] = (uint64_t)status;
}

#endif
