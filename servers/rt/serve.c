/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop: answer, wait, handle. */
#include "servers/rt/internal.h"
#include "servers/rt/rt.h"
#include "servers/rt/syscall.h"

_Noreturn void rt_serve(handle_t endpoint)
{
	struct message message = { 0 };
	status_t status = STATUS_OK;

	for (;;) {
		rt_reply_wait(endpoint, status, &message);
		if (message.label == MESSAGE_SIGNAL)
			server_signal(message.words[0]);
		else
			status = server_message(&message);
	}
}
