/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server runtime: entry, event loop, start arguments, log. One task, one thread, one endpoint.
 *
 * A server provides
 *	void server_start(void);                       first of all in each of its lives
 *	status_t server_message(struct message *m);    one message; words[] in, words[] out
 *	void server_signal(uint64_t bits);             the endpoint's signal bits; all of them once
 *	                                               at first, for what rang in a former life
 * and, if a next life is to go on with its state, what servers/rt/durable.h says;
 * it gets from its configuration numbers by name (rt_argument): handles, addresses, sizes.
 */
#ifndef RT_RT_H
#define RT_RT_H

#include <stddef.h>
#include <stdint.h>

#include "ipc/message.h"
#include "ipc/status.h"
#include "ipc/syscall.h"

void server_start(void);
status_t server_message(struct message *message);
void server_signal(uint64_t bits);

/* The number called `name` in the server's configuration; faults the server if there is none. */
uint64_t rt_argument(const char *name);
/* The same, or `otherwise` where the configuration has none. */
uint64_t rt_argument_or(const char *name, uint64_t otherwise);
/* The text behind that number, "" where there is none. */
const char *rt_argument_text(const char *name);

/* A line of log, without its newline; %s %d %u %x %lu %lx %ld %c %p, numbers with width and 0. */
void rt_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Logs, and ends this server by a fault: for its own bugs and configuration, never for input. */
_Noreturn void rt_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* System calls, one function each, in servers/rt/syscall.h. */

#endif
