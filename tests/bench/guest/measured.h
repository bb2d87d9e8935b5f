/* SPDX-License-Identifier: Apache-2.0 */
/* What guests have that are measured by their marks: vCPUs, interrupts, and a disk to load. */
#ifndef BENCH_MEASURED_H
#define BENCH_MEASURED_H

#include <stdbool.h>

#include "tests/bench/guest/machine.h"
#include "tests/bench/guest/marks.h"

#define DISK_INTERRUPT 41u

/* A guest's own: its vCPUs begin here, and an interrupt arrives here, which it has to end. */
void guest_main(uint64_t vcpu);
void interrupt_taken(uint32_t number);

/* Whether the VM's bootargs have this word. */
bool argument(const char *word);

/* Another vCPU begins. */
void processor_on(uint64_t vcpu);

/* A device's interrupt arrives at vCPU 0. */
void line_start(uint32_t number);
static inline void ipi_send(uint64_t vcpu)
{
	IPI_SEND("", "", vcpu);
}

static inline void ipi_send_marked(uint64_t vcpu)
{
	IPI_SEND(MARK_TEXT(MARK_SEND), MARK_TEXT(MARK_SENT), vcpu);
}

/* Sleeps until interrupts have brought `*number` to `value`, and misses none between look and sleep. */
static inline void sleep_until(const volatile uint64_t *number, uint64_t value)
{
	for (;;) {
		interrupts_mask();
		if (*number >= value)
			break;
		wait_interrupt();
		interrupts_allow();
	}
	interrupts_allow();
}

/* A virtio disk at DISK, one read of 4 KiB at a time. */
void disk_start(void);
void disk_read(uint64_t sector);
/* Ends the disk's interrupt at the device. */
void disk_interrupt(void);
/* Reads that have come back. */
uint64_t disk_done(void);

#endif
