/* SPDX-License-Identifier: Apache-2.0 */
/* The server that the benchmark's server calls: it replies at once. */
#include "servers/rt/rt.h"

void server_start(void)
{
}

status_t server_message(struct message *message)
{
	(void)message;
	return STATUS_OK;
}

void server_signal(uint64_t bits)
{
	(void)bits;
}
