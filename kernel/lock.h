/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ticket locks: short sections, entered in the order of asking, so nobody waits for more than the
 * other CPUs' turns. ARCHITECTURE.md lists the locks, what each covers and their order.
 */
#ifndef KERNEL_LOCK_H
#define KERNEL_LOCK_H

#include "arch/include/arch.h"

struct lock {
	uint32_t next, owner;
};

static inline void lock_take(struct lock *lock)
{
	/* Only a number; the order comes from the owner. */
	uint32_t mine = __atomic_fetch_add(&lock->next, 1, __ATOMIC_RELAXED);

	/* Pairs with lock_drop: what the last owner wrote is seen. */
	while (__atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE) != mine)
		arch_relax();
}

static inline void lock_drop(struct lock *lock)
{
	/* Pairs with lock_take. */
	__atomic_store_n(&lock->owner, lock->owner + 1, __ATOMIC_RELEASE);
}

#endif
