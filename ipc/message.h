/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one message format, for server calls and VM exits alike.
 *
 * A message travels in registers; this struct is how servers hold it. On delivery `label` names
 * interface and method, in a reply it is a status_t. The kernel writes badge and sequence.
 */
#ifndef IPC_MESSAGE_H
#define IPC_MESSAGE_H

#include <stdint.h>

#define MESSAGE_WORDS 8

struct message {
	uint64_t label;
	uint64_t badge;    /* of the sender's handle, or of the route the exit took */
	uint64_t sequence; /* counts the messages of one endpoint, from 1 */
	uint64_t words[MESSAGE_WORDS];
};

#define MESSAGE_LABEL(interface, method) (((uint64_t)(interface) << 16) | (uint64_t)(method))

/* An endpoint's pending signal bits, delivered in words[0]; never answered. */
#define MESSAGE_SIGNAL 0

/* A vCPU's exit carries its route's badge in bits 31:0 and the vCPU's index in bits 63:32. */
#define MESSAGE_VCPU(badge) ((uint32_t)((badge) >> 32))
#define MESSAGE_ROUTE(badge) ((uint32_t)(badge))

#endif
