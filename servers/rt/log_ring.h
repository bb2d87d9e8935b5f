/* SPDX-License-Identifier: Apache-2.0 */
/* The writer's side of a log ring. */
#ifndef RT_LOG_RING_H
#define RT_LOG_RING_H

#include "gen/console.h"
#include "ipc/syscall.h"

/* Puts all of the text into the ring, or counts it as dropped; then signals the reader. */
void log_ring_put(struct console_channel *channel, handle_t reader, const char *text,
		  uint32_t length);

#endif
