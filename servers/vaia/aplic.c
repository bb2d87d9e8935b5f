/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The APLIC: sources, and their registers (AIA 4.5). Accesses are of aligned words; registers that
 * are reserved or not there read as zero, ignore writes. Delivery by MSI is the only mode there is,
 * and little-endian the only order.
 */
#include "servers/vaia/aplic.h"

/*
 * A target that is lost is one of the identities that the guest has given away. Linux gives each
 * vCPU's lowest: one to IPIs, and at most one to each source.
 */
static void target_send(struct vaia_state *aia, uint32_t target)
{
	if (__builtin_expect(target & VAIA_TARGET_LOST, 0))
		vaia_msi_lowest(aia, 1 + (uint32_t)__builtin_popcountll(aia->aplic.active));
	else
		vaia_msi(aia, target >> MSI_HART_SHIFT, target & MSI_IDENTITY);
}

/* Send what is pending and enabled, 4.9; the APLIC is touched. */
static void aplic_forward(struct vaia_state *aia)
{
	struct vaia_aplic *aplic = &aia->aplic;
	uint64_t ready = aplic->forwarding ? aplic->pending & aplic->enabled : 0;

	aplic->pending &= ~ready;
	for (; ready; ready &= ready - 1)
		target_send(aia, aia->target[__builtin_ctzll(ready)]);
}

/* After wires or modes changed, from what was asserted before: 4.7. */
static void aplic_sense(struct vaia_state *aia, uint64_t before)
{
	struct vaia_aplic *aplic = &aia->aplic;
	uint64_t now = aplic_rectified(aplic);

	aplic->pending |= now & ~before;
	aplic->pending &= ~(aplic->sensitive & ~now);
	aplic_forward(aia);
}

static void wire_toggle(struct vaia_state *aia, uint64_t bit)
{
	uint64_t before = aplic_rectified(&aia->aplic);

	aplic_touch(&aia->aplic);
	aia->aplic.level ^= bit;
	aplic_sense(aia, before);
}

static bool is_source(uint64_t source)
{
	return source >= 1 && source < VAIA_SOURCES;
}

status_t vaia_line_set(struct vaia_state *aia, uint64_t source, uint64_t level)
{
	if (!is_source(source) || level > 1)
		return STATUS_BAD_ARGUMENT;
	if ((aia->aplic.level >> source & 1) != level)
		wire_toggle(aia, 1ull << source);
	return STATUS_OK;
}

/* There and back: each mode finds in that what is an interrupt to it. */
status_t vaia_line_pulse(struct vaia_state *aia, uint64_t source)
{
	if (!is_source(source))
		return STATUS_BAD_ARGUMENT;
	wire_toggle(aia, 1ull << source);
	wire_toggle(aia, 1ull << source);
	return STATUS_OK;
}

static uint32_t mode_read(const struct vaia_aplic *aplic, uint32_t source)
{
	if (!(aplic->active >> source & 1))
		return APLIC_INACTIVE;
	if (!(aplic->wired >> source & 1))
		return APLIC_DETACHED;
	return APLIC_WIRED | (aplic->sensitive >> source & 1 ? APLIC_SENSITIVE : 0) |
	       (aplic->inverted >> source & 1 ? APLIC_INVERTED : 0);
}

static uint64_t bit_set(uint64_t word, uint64_t bit, bool value)
{
	return value ? word | bit : word & ~bit;
}

/* There is no domain to delegate to, and modes 2 and 3 are reserved: all these are inactive. */
static void mode_write(struct vaia_state *aia, uint32_t source, uint32_t value)
{
	struct vaia_aplic *aplic = &aia->aplic;
	uint64_t bit = 1ull << source, before = aplic_rectified(aplic);
	uint32_t mode = value & APLIC_SOURCECFG_D ? APLIC_INACTIVE : value & 7;
	bool wired = mode & APLIC_WIRED, active = wired || mode == APLIC_DETACHED;

	if (!is_source(source) || mode == mode_read(aplic, source))
		return;
	aplic_touch(aplic);
	aplic->active = bit_set(aplic->active, bit, active);
	aplic->wired = bit_set(aplic->wired, bit, wired);
	aplic->sensitive = bit_set(aplic->sensitive, bit, wired && (mode & APLIC_SENSITIVE));
	aplic->inverted = bit_set(aplic->inverted, bit, wired && (mode & APLIC_INVERTED));
	if (!active) {
		aplic->pending &= ~bit;
		aplic->enabled &= ~bit;
		RT_TOUCH(aia->target[source]);
		aia->target[source] = 0;
	}
	/* What its wire is already is a level, but no edge. */
	aplic_sense(aia, bit_set(before, bit, !(aplic->sensitive & bit)));
}

static void target_write(struct vaia_state *aia, uint32_t source, uint32_t value)
{
	if (!(aia->aplic.active >> source & 1))
		return;
	RT_TOUCH(aia->target[source]);
	aia->target[source] = value & (MSI_HART | MSI_IDENTITY);
}

/* The registers that are a bit a source, or a source's number: what to do with which sources. */
static void bits_write(struct vaia_state *aia, uint32_t array, uint64_t bits)
{
	struct vaia_aplic *aplic = &aia->aplic;
	uint64_t pending = aplic->pending, enabled = aplic->enabled;

	bits &= aplic->active;
	switch (array) {
	case APLIC_SETIP:
		pending |= bits & ~(aplic->sensitive & ~aplic_rectified(aplic));
		break;
	case APLIC_IN_CLRIP:
		pending &= ~bits;
		break;
	case APLIC_SETIE:
		enabled |= bits;
		break;
	case APLIC_CLRIE:
		enabled &= ~bits;
		break;
	}
	/* Mostly a driver asks at an interrupt's end for a level that is gone. */
	if (pending == aplic->pending && enabled == aplic->enabled)
		return;
	aplic_touch(aplic);
	aplic->pending = pending;
	aplic->enabled = enabled;
	aplic_forward(aia);
}

/* The sources that a value of 32 bits at an offset within an array means. */
static uint64_t bits_named(uint32_t offset, uint32_t value)
{
	if (offset < 8)
		return (uint64_t)value << 8 * offset;
	if (offset == (APLIC_SETIPNUM & 0xff) && is_source(value))
		return 1ull << value;
	return 0;
}

static uint32_t bits_read(const struct vaia_aplic *aplic, uint32_t offset)
{
	uint64_t word = 0;

	if ((offset & 0xff) >= 8)
		return 0;
	switch (offset & ~0xffu) {
	case APLIC_SETIP:
		word = aplic->pending;
		break;
	case APLIC_IN_CLRIP:
		word = aplic_rectified(aplic);
		break;
	case APLIC_SETIE:
		word = aplic->enabled;
		break;
	}
	return (uint32_t)(word >> 8 * (offset & 0xff));
}

static bool access_is_right(uint64_t address, uint64_t width)
{
	return width == 4 && address % 4 == 0 && address < APLIC_SIZE;
}

status_t vaia_aplic_read(const struct vaia_state *aia, uint64_t address, uint64_t width,
			 uint64_t *value)
{
	uint32_t offset = (uint32_t)address, source = offset % APLIC_SOURCECFG_END / 4;

	if (!access_is_right(address, width))
		return STATUS_BAD_ARGUMENT;
	*value = 0;
	if (offset == APLIC_DOMAINCFG)
		*value = APLIC_DOMAINCFG_FIXED | APLIC_DOMAINCFG_DM |
			 (aia->aplic.forwarding ? APLIC_DOMAINCFG_IE : 0);
	else if (offset == APLIC_GENMSI)
		*value = aia->aplic.genmsi;
	else if (offset >= APLIC_BITS && offset < APLIC_BITS_END)
		*value = bits_read(&aia->aplic, offset);
	else if (offset < APLIC_SOURCECFG_END && source < VAIA_SOURCES)
		*value = mode_read(&aia->aplic, source);
	else if (offset >= APLIC_TARGET && offset < APLIC_TARGET_END && source < VAIA_SOURCES)
		*value = aia->target[source] & ~VAIA_TARGET_LOST;
	return STATUS_OK;
}

/* Registers that there is one of; false: it is none. */
static bool single_write(struct vaia_state *aia, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case APLIC_DOMAINCFG:
		aplic_touch(&aia->aplic);
		aia->aplic.forwarding = !!(value & APLIC_DOMAINCFG_IE);
		aplic_forward(aia);
		return true;
	case APLIC_SETIPNUM_LE:
		bits_write(aia, APLIC_SETIP, is_source(value) ? 1ull << value : 0);
		return true;
	/* It goes out at once, so it is never busy; domaincfg.IE does not matter: 4.5.15. */
	case APLIC_GENMSI:
		aplic_touch(&aia->aplic);
		aia->aplic.genmsi = value & (MSI_HART | MSI_IDENTITY);
		target_send(aia, aia->aplic.genmsi);
		return true;
	}
	return false;
}

status_t vaia_aplic_write(struct vaia_state *aia, uint64_t address, uint64_t width,
			  uint64_t value)
{
	uint32_t offset = (uint32_t)address, source = offset % APLIC_SOURCECFG_END / 4;
	uint32_t word = (uint32_t)value;

	if (!access_is_right(address, width))
		return STATUS_BAD_ARGUMENT;
	if (single_write(aia, offset, word))
		return STATUS_OK;
	if (offset >= APLIC_BITS && offset < APLIC_BITS_END)
		bits_write(aia, offset & ~0xffu, bits_named(offset & 0xff, word));
	else if (offset < APLIC_SOURCECFG_END && source < VAIA_SOURCES)
		mode_write(aia, source, word);
	else if (offset >= APLIC_TARGET && offset < APLIC_TARGET_END && source < VAIA_SOURCES)
		target_write(aia, source, word);
	return STATUS_OK;
}
