/* SPDX-License-Identifier: Apache-2.0 */
/* What guests have that are measured by their marks: vCPUs, interrupts, and a disk to load. */
#ifndef BENCH_MEASURED_H
#define BENCH_MEASURED_H

#include <stdbool.h>

#include "tests/bench/guest/machine.h"
#include "tests/bench/guest/marks.h"

#define VTIMER_INTID 27u
#define DISK_INTID 41u

/* A guest's own: its vCPUs begin here, and an interrupt arrives here, which it has to end. */
void guest_main(uint64_t vcpu);
void interrupt_taken(uint32_t number);

/* Whether the VM's bootargs, which are in the guest's device tree, have this word. */
bool argument(const char *word);

/* Another vCPU begins. */
void processor_on(uint64_t vcpu);

/* A device's interrupt arrives at vCPU 0. */
void line_start(uint32_t number);
/* Reads registers of the distributor and of vCPU 0's redistributor. */
void controller_read(void);

static inline void interrupt_end(uint32_t number)
{
	__asm__ volatile("msr S3_0_C12_C12_1, %0\n\tisb" /* ICC_EOIR1_EL1 */
			 : : "r"((uint64_t)number) : "memory");
}

static inline void interrupts_allow(void)
{
	__asm__ volatile("msr daifclr, #2\n\tisb" : : : "memory");
}

/* SGI `number` to vCPU `vcpu`. */
static inline void sgi_send(uint64_t number, uint64_t vcpu)
{
	__asm__ volatile("msr S3_0_C12_C11_5, %0\n\tisb" /* ICC_SGI1R_EL1 */
			 : : "r"(number << 24 | 1ul << vcpu) : "memory");
}

static inline void timer_set(uint64_t deadline)
{
	__asm__ volatile("msr cntv_cval_el0, %0\n\tmsr cntv_ctl_el0, %1\n\tisb"
			 : : "r"(deadline), "r"(1ul) : "memory");
}

static inline void timer_off(void)
{
	__asm__ volatile("msr cntv_ctl_el0, xzr\n\tisb" : : : "memory");
}

static inline void wait(void)
{
	__asm__ volatile("wfi" : : : "memory");
}

/* Sleeps until interrupts have brought `*number` to `value`, and misses none between look and sleep. */
static inline void sleep_until(const volatile uint64_t *number, uint64_t value)
{
	for (;;) {
		__asm__ volatile("msr daifset, #2" : : : "memory");
		if (*number >= value)
			break;
		wait();
		interrupts_allow();
	}
	interrupts_allow();
}

/* In a loop that waits for another CPU: it has to run meanwhile. */
static inline void yield(void)
{
	__asm__ volatile("yield" : : : "memory");
}

/* A virtio disk at DISK, one read of 4 KiB at a time. */
void disk_start(void);
void disk_read(uint64_t sector);
/* Ends the disk's interrupt at the device. */
void disk_interrupt(void);
/* Reads that have come back. */
uint64_t disk_done(void);

#endif
