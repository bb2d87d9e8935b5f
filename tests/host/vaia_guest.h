/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's side of APLIC and IMSICs, and the kernel's of the interrupt pages. After each event the
 * model is committed: what changed without a touch shows there. A page is written in its vCPU's own
 * turns alone.
 */
#ifndef TESTS_HOST_VAIA_GUEST_H
#define TESTS_HOST_VAIA_GUEST_H

#include "servers/vaia/registers.h"
#include "servers/vaia/vaia.h"
#include "tests/host/touched.h"

#define TOP(major) ((uint64_t)(major) << TOP_IDENTITY_SHIFT | 1)
#define TOPEI(identity) ((uint64_t)(identity) << TOP_IDENTITY_SHIFT | (identity))
#define TARGET(vcpu, identity) ((uint32_t)(vcpu) << MSI_HART_SHIFT | (identity))

uint32_t controller_kicks; /* the server's */

struct guest {
	struct vaia_state aia;
	struct vaia_state committed;
	struct vcpu_interrupts page[VAIA_VCPUS];
};

static inline void guest_commit(struct guest *guest)
{
	touched_commit(&guest->committed);
	CU_ASSERT_TRUE_FATAL(vaia_check(&guest->aia, guest->aia.vcpus));
}

/* A turn of the vCPU's own: no kick of it is left. */
static inline void guest_turn(struct guest *guest, uint32_t vcpu)
{
	guest_commit(guest);
	controller_kicks &= ~(1u << vcpu);
	controller_page_write(&guest->aia, vcpu, &guest->page[vcpu]);
}

/* Refill whoever is to be kicked, as the kernel does; returns who was. */
static inline uint32_t guest_settle(struct guest *guest)
{
	uint32_t kicks = controller_kicks, vcpu;

	for (vcpu = 0; vcpu < guest->aia.vcpus; vcpu++)
		if (kicks >> vcpu & 1)
			guest_turn(guest, vcpu);
	CU_ASSERT_EQUAL(controller_kicks, 0);
	return kicks;
}

static inline bool guest_sees(const struct guest *guest, uint32_t vcpu, uint64_t bit)
{
	return guest->page[vcpu].pending & bit;
}

/* --- The APLIC, as vCPU 0 reaches it ---------------------------------------------------------- */

static inline void aplic_put(struct guest *guest, uint64_t offset, uint64_t value)
{
	CU_ASSERT_EQUAL(vaia_aplic_write(&guest->aia, offset, 4, value), STATUS_OK);
	guest_turn(guest, 0);
}

static inline uint64_t aplic_get(struct guest *guest, uint64_t offset)
{
	uint64_t value = 0xdead;

	CU_ASSERT_EQUAL(vaia_aplic_read(&guest->aia, offset, 4, &value), STATUS_OK);
	return value;
}

static inline void source_mode(struct guest *guest, uint32_t source, uint32_t mode)
{
	aplic_put(guest, APLIC_SOURCECFG + 4 * source, mode);
}

static inline void guest_line(struct guest *guest, uint64_t source, uint64_t level)
{
	CU_ASSERT_EQUAL(vaia_line_set(&guest->aia, source, level), STATUS_OK);
	guest_commit(guest);
}

static inline void guest_pulse(struct guest *guest, uint64_t source)
{
	CU_ASSERT_EQUAL(vaia_line_pulse(&guest->aia, source), STATUS_OK);
	guest_commit(guest);
}

/* A store of vCPU `by` to the page of vCPU `to`. */
static inline void imsic_put(struct guest *guest, uint32_t by, uint64_t to, uint64_t value)
{
	CU_ASSERT_EQUAL(vaia_imsic_write(&guest->aia, to * IMSIC_PAGE, 4, value), STATUS_OK);
	guest_turn(guest, by);
}

/* --- CSRs ------------------------------------------------------------------------------------- */

static inline status_t csr_update(struct guest *guest, uint32_t vcpu, uint64_t number,
				  uint64_t clear, uint64_t set, uint64_t *old)
{
	status_t status = vaia_csr_update(&guest->aia.vcpu[vcpu], number, clear, set, old);

	guest_turn(guest, vcpu);
	return status;
}

static inline uint64_t csr_swap(struct guest *guest, uint32_t vcpu, uint64_t number, uint64_t value)
{
	uint64_t old = 0xdead;

	CU_ASSERT_EQUAL(csr_update(guest, vcpu, number, UINT64_MAX, value, &old), STATUS_OK);
	return old;
}

static inline uint64_t csr_get(struct guest *guest, uint32_t vcpu, uint64_t number)
{
	uint64_t value = 0xdead;

	CU_ASSERT_EQUAL(vaia_csr_read(&guest->aia.vcpu[vcpu], &guest->page[vcpu], number, &value),
			STATUS_OK);
	return value;
}

static inline uint64_t file_get(struct guest *guest, uint32_t vcpu, uint64_t select)
{
	csr_swap(guest, vcpu, CSR_SISELECT, select);
	return csr_get(guest, vcpu, CSR_SIREG);
}

static inline void file_put(struct guest *guest, uint32_t vcpu, uint64_t select, uint64_t value)
{
	csr_swap(guest, vcpu, CSR_SISELECT, select);
	csr_swap(guest, vcpu, CSR_SIREG, value);
}

/* csrs and csrc of sireg. */
static inline uint64_t file_change(struct guest *guest, uint32_t vcpu, uint64_t select,
				   uint64_t clear, uint64_t set)
{
	uint64_t old = 0xdead;

	csr_swap(guest, vcpu, CSR_SISELECT, select);
	CU_ASSERT_EQUAL(csr_update(guest, vcpu, CSR_SIREG, clear, set, &old), STATUS_OK);
	return old;
}

static inline uint64_t claim(struct guest *guest, uint32_t vcpu)
{
	return csr_swap(guest, vcpu, CSR_STOPEI, 0) >> TOP_IDENTITY_SHIFT;
}

/* --- Beginnings ------------------------------------------------------------------------------- */

static inline void guest_start(struct guest *guest, uint32_t vcpus)
{
	memset(guest, 0, sizeof(*guest));
	touched_begin(&guest->aia, sizeof(guest->aia));
	vaia_init(&guest->aia, vcpus);
	guest_settle(guest);
}

/* Delivery on, everything enabled, the domain forwards; no source is active yet. */
static inline void guest_start_open(struct guest *guest, uint32_t vcpus)
{
	uint32_t vcpu;

	guest_start(guest, vcpus);
	for (vcpu = 0; vcpu < vcpus; vcpu++) {
		guest->page[vcpu].enabled = VCPU_SOFTWARE | VCPU_TIMER | VCPU_EXTERNAL;
		file_put(guest, vcpu, SELECT_EIDELIVERY, 1);
		file_put(guest, vcpu, SELECT_EIE, UINT64_MAX);
		file_put(guest, vcpu, SELECT_EIE + 2, UINT64_MAX);
	}
	aplic_put(guest, APLIC_DOMAINCFG, APLIC_DOMAINCFG_IE | APLIC_DOMAINCFG_DM);
}

/* Makes a source active and enabled, with a target. */
static inline void guest_source(struct guest *guest, uint32_t source, uint32_t mode,
				uint32_t target)
{
	source_mode(guest, source, mode);
	aplic_put(guest, APLIC_TARGET + 4 * source, target);
	aplic_put(guest, APLIC_SETIENUM, source);
}

#endif
