/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is around any interrupt controller of a VM: vCPUs that it kicks, devices with lines, and a
 * script of requests, at whose end there may be a reset.
 */
#ifndef TESTS_CRASH_WIRES_H
#define TESTS_CRASH_WIRES_H

#include "tests/crash/worlds.h"

#define CONTROLLER (&crash_place[0])
#define VCPUS 3
#define POISON 0xdeadbeefdeadbeeful

/* Part of a world's memory. */
struct wires {
	uint64_t kicked; /* since the last request, one bit a vCPU */
	uint64_t high;   /* the lines that are, by number */
	uint64_t waiting; /* the same, since the vCPU looked */
};

/* A controller's guest. */
struct wired {
	struct wires *wires;
	void *page; /* of vCPU 0; those of the others follow */
	size_t page_size;
	uint64_t lines; /* those that there are, by number */
	unsigned int requests;
	void (*set_up)(void);
	void (*request)(uint32_t *seed);
	/* Everything that is still to come reaches the guest. */
	void (*finish)(void);
	void (*before_reset)(void); /* may be NULL */
};

void wires_start(const struct wired *wired);
void wires_script(uint32_t seed);
status_t wires_call(handle_t handle, struct message *message);
status_t wires_system(enum syscall number, const uint64_t *argument, uint64_t *result);

/* A message to the controller, and all that is seen of it; its first result, 0 if it has none. */
uint64_t request(uint64_t badge, struct message *message);
/* Whether the vCPU was kicked since it looked; it looks now. */
bool kick_take(uint32_t vcpu);
void line(uint32_t number, uint64_t label, uint64_t level);
void line_toggle(uint32_t number);
void lines_lower(void);

#endif
