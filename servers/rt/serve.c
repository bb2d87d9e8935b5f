/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop: answer, wait, handle. */
#include "servers/rt/durable.h"
#include "servers/rt/internal.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"

static void look(uint64_t signals)
{
	server_signal(signals);
	rt_commit(NULL, STATUS_OK);
	server_settle(NULL);
	rt_commit(NULL, STATUS_OK);
}

static status_t handle(struct message *message)
{
	status_t status;

	/* A former life may have done it, and was cut before it could answer. */
	if (!rt_committed(message, &status)) {
		status = server_message(message);
		rt_commit(message, status);
	}
	server_settle(message);
	rt_commit(NULL, STATUS_OK);
	return status;
}

_Noreturn void rt_serve(handle_t endpoint, uint64_t *watch)
{
	struct message message = { 0 };
	status_t status = STATUS_OK;

	*watch |= 1;
	look(UINT64_MAX); /* what rang in a former life */
	for (;;) {
		++*watch;
		rt_reply_wait(endpoint, status, &message);
		++*watch;
		if (message.label == MESSAGE_SIGNAL)
			look(message.words[0]);
		else
			status = handle(&message);
	}
}
