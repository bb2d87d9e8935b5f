/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's side of the PLIC: its registers and, as far as it sees them, its interrupt pages. After
 * each event the model is committed: what changed without a touch shows there.
 */
#ifndef TESTS_HOST_VPLIC_GUEST_H
#define TESTS_HOST_VPLIC_GUEST_H

#include "servers/vplic/registers.h"
#include "servers/vplic/vplic.h"
#include "tests/host/touched.h"

uint32_t controller_kicks; /* the server's */

struct guest {
	struct vplic_state plic;
	struct vplic_state committed;
	struct vcpu_interrupts page[VPLIC_VCPUS];
};

static inline void guest_commit(struct guest *guest)
{
	touched_commit(&guest->committed);
	CU_ASSERT_TRUE_FATAL(vplic_check(&guest->plic, guest->plic.vcpus));
}

/* Refills whoever is to be kicked, as the kernel does; returns who was. */
static inline uint32_t guest_settle(struct guest *guest)
{
	uint32_t kicks = controller_kicks, vcpu;

	controller_kicks = 0;
	for (vcpu = 0; vcpu < guest->plic.vcpus; vcpu++)
		if (kicks >> vcpu & 1)
			controller_page_write(&guest->plic, vcpu, &guest->page[vcpu]);
	return kicks;
}

/* What the guest reads in sip. */
static inline uint64_t guest_pending(struct guest *guest, uint32_t vcpu)
{
	return guest->page[vcpu].pending;
}

static inline void guest_line(struct guest *guest, uint64_t source, uint64_t level)
{
	CU_ASSERT_EQUAL(vplic_line_set(&guest->plic, source, level), STATUS_OK);
	guest_commit(guest);
}

static inline void guest_pulse(struct guest *guest, uint64_t source)
{
	CU_ASSERT_EQUAL(vplic_line_pulse(&guest->plic, source), STATUS_OK);
	guest_commit(guest);
}

static inline void guest_write(struct guest *guest, uint64_t offset, uint64_t value)
{
	CU_ASSERT_EQUAL(vplic_write(&guest->plic, offset, 4, value), STATUS_OK);
	guest_commit(guest);
}

static inline uint64_t guest_read(struct guest *guest, uint64_t offset)
{
	uint64_t value = 0xdead;

	CU_ASSERT_EQUAL(vplic_read(&guest->plic, offset, 4, &value), STATUS_OK);
	guest_commit(guest);
	return value;
}

static inline uint64_t threshold_of(uint32_t context)
{
	return PLIC_CONTEXT + (uint64_t)context * PLIC_CONTEXT_SIZE + PLIC_THRESHOLD;
}

static inline uint64_t claim_of(uint32_t context)
{
	return PLIC_CONTEXT + (uint64_t)context * PLIC_CONTEXT_SIZE + PLIC_CLAIM;
}

static inline uint64_t enable_of(uint32_t context, uint32_t word)
{
	return PLIC_ENABLE + (uint64_t)context * PLIC_ENABLE_SIZE + 4 * word;
}

static inline uint64_t guest_claim(struct guest *guest, uint32_t context)
{
	return guest_read(guest, claim_of(context));
}

static inline void guest_complete(struct guest *guest, uint32_t context, uint64_t source)
{
	guest_write(guest, claim_of(context), source);
}

static inline void guest_priority(struct guest *guest, uint64_t source, uint64_t priority)
{
	guest_write(guest, PLIC_PRIORITY + 4 * source, priority);
}

static inline void guest_power_on(struct guest *guest, uint32_t vcpus)
{
	memset(guest, 0, sizeof(*guest));
	touched_begin(&guest->plic, sizeof(guest->plic));
	vplic_init(&guest->plic, vcpus);
	guest_commit(guest);
}

/* As Linux sets it up: all of priority 1, thresholds 0, everything to context 0. */
static inline void guest_start(struct guest *guest, uint32_t vcpus)
{
	uint32_t source;

	guest_power_on(guest, vcpus);
	for (source = 1; source < VPLIC_SOURCES; source++)
		guest_priority(guest, source, 1);
	guest_write(guest, enable_of(0, 0), UINT32_MAX);
	guest_write(guest, enable_of(0, 1), UINT32_MAX);
	guest_settle(guest);
}

#endif
