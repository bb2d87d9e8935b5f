/* SPDX-License-Identifier: Apache-2.0 */
/* What the runtime's own files share. */
#ifndef RT_INTERNAL_H
#define RT_INTERNAL_H

#include <stdint.h>

#include "ipc/syscall.h"

/*
 * Called by rt_entry with what the thread was started with: the start page. The supervisor gets the
 * bundle's size instead, and how many lives it has had before.
 */
_Noreturn void rt_main(uint64_t page, uint64_t life);

/* The event loop; *watch is odd while an event is handled. */
_Noreturn void rt_serve(handle_t endpoint, uint64_t *watch);

/* Where log lines go: opened once, then whole lines with their newline. */
void rt_log_open(void);
void rt_log_write(const char *text, uint32_t length);

/* Ends the server by a fault. */
_Noreturn void rt_trap(void);

#endif
