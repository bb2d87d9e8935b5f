/* SPDX-License-Identifier: Apache-2.0 */
/* A vCPU's own interrupt file, by CSRs: AIA chapters 2 and 3. */
#include "servers/vaia/file.h"

/* The word of eip or eie that is chosen, of the first array at `first`; beyond them all is zero. */
static uint32_t word_index(uint32_t select, uint32_t first)
{
	return (select - first) / 2;
}

/* Whether siselect chooses a register: of an array only even ones are there, 3.8.3. */
static bool is_chosen(uint32_t select)
{
	if (select >= SELECT_EIDELIVERY && select < SELECT_EIP)
		return true;
	return select % 2 == 0 && ((select >= SELECT_IPRIO && select < SELECT_IPRIO_END) ||
				   (select >= SELECT_EIP && select < SELECT_END));
}

/* Priorities of major interrupts are all read-only zeros, as 5.2 allows. */
static uint64_t chosen_read(const struct vaia_vcpu *self)
{
	uint32_t select = self->select, index;

	if (select == SELECT_EIDELIVERY)
		return self->eidelivery;
	if (select == SELECT_EITHRESHOLD)
		return self->eithreshold;
	if (select < SELECT_EIP)
		return 0;
	if (select < SELECT_EIE) {
		index = word_index(select, SELECT_EIP);
		return index < VAIA_WORDS ? self->pending[index] : 0;
	}
	index = word_index(select, SELECT_EIE);
	return index < VAIA_WORDS ? self->enabled[index] : 0;
}

/* Of a threshold that cannot be held, and of such a delivery, any value may stay: 3.8. */
static void chosen_write(struct vaia_vcpu *self, uint64_t value)
{
	uint32_t select = self->select, index;

	vcpu_touch(self);
	if (select == SELECT_EIDELIVERY) {
		self->eidelivery = value <= 1 ? (uint8_t)value : self->eidelivery;
	} else if (select == SELECT_EITHRESHOLD) {
		self->eithreshold = (uint16_t)(value & VAIA_IDENTITIES);
	} else if (select >= SELECT_EIE) {
		index = word_index(select, SELECT_EIE);
		if (index < VAIA_WORDS)
			self->enabled[index] = value & FILE_WORD(index);
	} else if (select >= SELECT_EIP) {
		index = word_index(select, SELECT_EIP);
		if (index < VAIA_WORDS)
			self->pending[index] = value & FILE_WORD(index);
	}
}

static void select_write(struct vaia_vcpu *self, uint64_t value)
{
	if (self->select == value)
		return;
	vcpu_touch(self);
	self->select = (uint16_t)value;
}

static uint64_t external_read(const struct vaia_vcpu *self)
{
	uint64_t identity = file_top(self);

	return identity << TOP_IDENTITY_SHIFT | identity;
}

/* Any write takes the interrupt that a read would give, 3.10. */
static void external_claim(struct vaia_vcpu *self)
{
	uint32_t identity = file_top(self);

	if (!identity)
		return;
	vcpu_touch(self);
	self->pending[identity / 64] &= ~(1ull << identity % 64);
}

status_t vaia_csr_read(const struct vaia_vcpu *self, const struct vcpu_interrupts *page,
		       uint64_t number, uint64_t *value)
{
	switch (__builtin_expect(number, CSR_STOPI)) {
	case CSR_STOPI:
		*value = vaia_top(self, page);
		return STATUS_OK;
	case CSR_STOPEI:
		*value = external_read(self);
		return STATUS_OK;
	case CSR_SISELECT:
		*value = self->select;
		return STATUS_OK;
	case CSR_SIREG:
		if (!is_chosen(self->select))
			return STATUS_NOT_FOUND;
		*value = chosen_read(self);
		return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}

status_t vaia_csr_update(struct vaia_vcpu *self, uint64_t number, uint64_t clear, uint64_t set,
			 uint64_t *old)
{
	switch (__builtin_expect(number, CSR_STOPEI)) {
	case CSR_STOPEI:
		*old = external_read(self);
		external_claim(self);
		return STATUS_OK;
	case CSR_SISELECT:
		*old = self->select;
		select_write(self, ((*old & ~clear) | set) & SELECT_MASK);
		return STATUS_OK;
	case CSR_SIREG:
		if (!is_chosen(self->select))
			return STATUS_NOT_FOUND;
		*old = chosen_read(self);
		chosen_write(self, (*old & ~clear) | set);
		return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}
