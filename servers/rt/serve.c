/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop: answer, wait, handle. */
#include "servers/rt/durable.h"
#include "servers/rt/internal.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"

static inline void look(uint64_t signals)
{
	server_signal(signals);
	rt_commit(NULL, STATUS_OK);
	server_settle(NULL);
	rt_commit(NULL, STATUS_OK);
}

static inline void settle(const struct message *message)
{
	server_settle(message);
	rt_commit(NULL, STATUS_OK);
}

static inline status_t handle(struct message *message)
{
	status_t status = server_message(message);

	rt_commit(message, status);
	settle(message);
	return status;
}

/* The first message may be one that a former life has done, and was cut before it could answer. */
static status_t handle_first(struct message *message)
{
	status_t status;

	if (!rt_committed(message, &status))
		return handle(message);
	settle(message);
	return status;
}

_Noreturn void rt_serve(handle_t endpoint, uint64_t *watch)
{
	struct message message = { 0 };
	uint64_t count = *watch | 1;
	status_t status = STATUS_OK;
	bool first = true;

	*watch = count;
	look(UINT64_MAX); /* what rang in a former life */
	for (;;) {
		*watch = ++count;
		rt_reply_wait(endpoint, status, &message);
		*watch = ++count;
		if (message.label == MESSAGE_SIGNAL) {
			look(message.words[0]);
		} else if (first) {
			first = false;
			status = handle_first(&message);
		} else {
			status = handle(&message);
		}
	}
}
