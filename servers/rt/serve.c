/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop: answer, wait, handle. */
#include "servers/rt/durable.h"
#include "servers/rt/internal.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"

_Noreturn void rt_serve(handle_t endpoint, uint64_t *watch)
{
	/* As if everything had rung: in a former life it may have. */
	struct message message = { .label = MESSAGE_SIGNAL, .words = { UINT64_MAX } };
	volatile uint64_t *shown = watch;
	uint64_t count = *watch | 1;
	status_t status = STATUS_OK;
	bool first = true;

	*shown = count;
	for (;;) {
		const struct message *in_hand = NULL;

		if (message.label == MESSAGE_SIGNAL) {
			server_signal(message.words[0]);
			rt_commit(NULL, STATUS_OK);
		} else {
			in_hand = &message;
			/* The first may be one that a former life has done and not answered. */
			if (!first || !rt_committed(&message, &status)) {
				status = server_message(&message);
				rt_commit(&message, status);
			}
			first = false;
		}
		server_settle(in_hand);
		rt_commit(NULL, STATUS_OK);
		*shown = ++count;
		rt_reply_wait(endpoint, status, &message);
		*shown = ++count;
	}
}
