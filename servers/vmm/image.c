/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the kernel, the initial RAM disk and the tree go: Linux's boot protocol for an Image
 * (Documentation/arch/<architecture>/boot*.rst). The kernel lies at the bottom of memory; the RAM
 * disk at the top with the tree below it, so that a kernel which clears memory behind itself meets
 * neither.
 */
#include "servers/rt/rt.h"
#include "servers/rt/string.h"
#include "servers/vmm/vmm.h"

#define PAGE 0x1000ull

struct image_header {
	uint32_t code[2];
	uint64_t text_offset;
	uint64_t image_size;
	uint64_t flags;
	uint64_t reserved[3];
	uint32_t magic;
	uint32_t pe_header;
};

_Static_assert(sizeof(struct image_header) == 64, "the boot protocol's header");

static status_t refuse(const struct vm *vm, const char *why)
{
	rt_log("vmm: %s: kernel (%lu bytes): %s", vm->name, (unsigned long)vm->kernel.size, why);
	return STATUS_BAD_IMAGE;
}

/* The kernel's offset from the guest's base, and what it needs from there. */
static status_t kernel_extent(const struct vm *vm, uint64_t *offset, uint64_t *size)
{
	struct image_header header;

	*offset = 0;
	*size = vm->kernel.size;
	if (!vm->kernel.size)
		return refuse(vm, "empty");
	if (vm->description.flat)
		return STATUS_OK;
	if (vm->kernel.size < sizeof(header))
		return refuse(vm, "too short for an Image");
	memcpy(&header, vm->kernel.data, sizeof(header));
	if (header.magic != image_format.magic)
		return refuse(vm, "no Image for this architecture (is it compressed?); a raw "
				  "binary needs kernel-format = \"flat\"");
	if (!header.image_size)
		return refuse(vm, "an Image that does not say its size");
	*offset = -vm->guest.address & (image_format.align - 1);
	/* Both may be anything: a sum that would wrap around is beyond any memory. */
	if (header.text_offset > vm->guest.size || header.image_size > vm->guest.size)
		return refuse(vm, "needs more memory than the VM has");
	*offset += header.text_offset;
	if (header.image_size > *size)
		*size = header.image_size;
	return STATUS_OK;
}

/* Takes `size` bytes from the top of what is free; false if there are not as many. */
static bool take_top(uint64_t bottom, uint64_t *top, uint64_t size)
{
	if (size > *top - bottom)
		return false;
	*top = (*top - size) & ~(PAGE - 1);
	return *top >= bottom;
}

status_t image_place(const struct vm *vm, struct layout *layout)
{
	uint64_t offset, size, bottom, top = vm->guest.address + vm->guest.size;
	status_t status = kernel_extent(vm, &offset, &size);

	if (status != STATUS_OK)
		return status;
	if (offset > vm->guest.size || size > vm->guest.size - offset)
		return refuse(vm, "needs more memory than the VM has");
	layout->kernel = vm->guest.address + offset;
	layout->entry = layout->kernel;
	layout->initrd = 0;
	bottom = layout->kernel + size;
	if (vm->initrd.size) {
		if (!take_top(bottom, &top, vm->initrd.size))
			return refuse(vm, "leaves no memory for the initial RAM disk");
		layout->initrd = top;
	}
	if (!take_top(bottom, &top, VM_TREE_SIZE))
		return refuse(vm, "leaves no memory for the device tree");
	layout->tree = top;
	return STATUS_OK;
}
