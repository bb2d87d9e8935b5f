/* SPDX-License-Identifier: Apache-2.0 */
/* Interrupt files as others reach them: by messages, AIA 3.5. */
#include "servers/vaia/file.h"

static void file_latch(struct vaia_state *aia, uint32_t vcpu, uint32_t word, uint64_t bits)
{
	struct vaia_vcpu *file = &aia->vcpu[vcpu];
	bool asserted = file_asserts(file);

	if (!(bits & ~file->pending[word]))
		return;
	vcpu_touch(file);
	file->pending[word] |= bits;
	if (!asserted && file_asserts(file))
		controller_kicks |= 1u << vcpu;
}

void vaia_msi(struct vaia_state *aia, uint64_t vcpu, uint64_t identity)
{
	if (vcpu >= aia->vcpus || identity < 1 || identity > VAIA_IDENTITIES)
		return;
	file_latch(aia, (uint32_t)vcpu, (uint32_t)identity / 64, 1ull << identity % 64);
}

void vaia_msi_lowest(struct vaia_state *aia, uint32_t last)
{
	uint32_t vcpu, identity;

	for (vcpu = 0; vcpu < aia->vcpus; vcpu++)
		for (identity = 1; identity <= last; identity++)
			vaia_msi(aia, vcpu, identity);
}

static bool access_is_right(const struct vaia_state *aia, uint64_t address, uint64_t width)
{
	return width == 4 && address % 4 == 0 && address / IMSIC_PAGE < aia->vcpus;
}

/* Nothing there has a value to read. */
status_t vaia_imsic_read(const struct vaia_state *aia, uint64_t address, uint64_t width,
			 uint64_t *value)
{
	if (!access_is_right(aia, address, width))
		return STATUS_BAD_ARGUMENT;
	*value = 0;
	return STATUS_OK;
}

status_t vaia_imsic_write(struct vaia_state *aia, uint64_t address, uint64_t width,
			  uint64_t value)
{
	if (!access_is_right(aia, address, width))
		return STATUS_BAD_ARGUMENT;
	if (address % IMSIC_PAGE == IMSIC_SETEIPNUM_LE)
		vaia_msi(aia, address / IMSIC_PAGE, (uint32_t)value);
	else if (address % IMSIC_PAGE == IMSIC_SETEIPNUM_BE)
		vaia_msi(aia, address / IMSIC_PAGE, __builtin_bswap32((uint32_t)value));
	return STATUS_OK;
}
