/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads /vms/<name> of the plan, from which the guest's tree is made.
 *
 * The plan comes from our own checker; yet a damaged one must end in a clear line of log. After
 * fdt_check_full the blob is sound as a tree; lengths and numbers are checked here.
 */
#include <libfdt.h>

#include "servers/rt/rt.h"
#include "servers/rt/string.h"
#include "servers/vmm/vmm.h"

/* Addresses above are beyond what a VM's stage 2 translates. */
#define ADDRESS_END (1ull << 40)

/* Every virtio device is the same to the guest's tree. */
#define VIRTIO "virtio,"
#define VIRTIO_LENGTH (sizeof(VIRTIO) - 1)

static uint64_t cells_u64(const fdt32_t *cells)
{
	return (uint64_t)fdt32_ld(cells) << 32 | fdt32_ld(cells + 1);
}

static status_t refuse(const char *name, const char *node, const char *why)
{
	rt_log("vmm: %s: %s: %s", name, node, why);
	return STATUS_BAD_IMAGE;
}

/* The text of a property; `otherwise` if there is none, NULL if it is no text. */
static const char *read_text(const void *tree, int node, const char *property,
			     const char *otherwise)
{
	int length;
	const char *text = fdt_getprop(tree, node, property, &length);

	if (!text)
		return otherwise;
	return length > 0 && text[length - 1] == '\0' ? text : NULL;
}

static bool read_ranges(const void *tree, int node, struct range *range, unsigned int count)
{
	int length;
	const fdt32_t *cells = fdt_getprop(tree, node, "reg", &length);
	unsigned int index;

	if (!cells || length != (int)(count * 4 * sizeof(*cells)))
		return false;
	for (index = 0; index < count; index++, cells += 4) {
		range[index].address = cells_u64(cells);
		range[index].size = cells_u64(cells + 2);
		if (!range[index].size || range[index].address >= ADDRESS_END ||
		    range[index].size > ADDRESS_END - range[index].address)
			return false;
	}
	return true;
}

static status_t read_device(const struct description *description, struct vm_device *device,
			    const char *name, const void *tree, int node)
{
	const struct controller *controller = description->controller;
	const char *label = fdt_get_name(tree, node, NULL);
	const char *compatible = read_text(tree, node, "compatible", NULL);
	const fdt32_t *interrupt;
	int length;

	if (!compatible)
		return refuse(name, label, "no compatible");
	if (!strcmp(compatible, "arm,pl011"))
		device->kind = DEVICE_PL011;
	else if (!strcmp(compatible, "ns16550a"))
		device->kind = DEVICE_NS16550A;
	else if (strlen(compatible) > VIRTIO_LENGTH && !memcmp(compatible, VIRTIO, VIRTIO_LENGTH))
		device->kind = DEVICE_VIRTIO;
	else
		return refuse(name, label, "no such device for a guest");
	if (!read_ranges(tree, node, &device->registers, 1))
		return refuse(name, label, "bad reg");
	interrupt = fdt_getprop(tree, node, "interrupts", &length);
	if (!interrupt || length != sizeof(*interrupt))
		return refuse(name, label, "bad interrupts");
	device->interrupt = fdt32_ld(interrupt);
	if (device->interrupt < controller->first || device->interrupt >= controller->end)
		return refuse(name, label, "bad interrupts");
	return STATUS_OK;
}

static status_t read_devices(struct description *description, const char *name, const void *tree,
			     int vm)
{
	int node;

	fdt_for_each_subnode(node, tree, vm) {
		status_t status;

		if (!strcmp(fdt_get_name(tree, node, NULL), "interrupt-controller"))
			continue;
		if (description->devices == VM_DEVICE_MAXIMUM)
			return refuse(name, "devices", "too many");
		status = read_device(description, &description->device[description->devices], name,
				     tree, node);
		if (status != STATUS_OK)
			return status;
		description->devices++;
	}
	return STATUS_OK;
}

static status_t read_controller(struct description *description, const char *name,
				const void *tree, int vm)
{
	int node = fdt_subnode_offset(tree, vm, "interrupt-controller");
	const char *compatible = node < 0 ? NULL : read_text(tree, node, "compatible", NULL);
	const struct controller *controller = controllers;

	if (!compatible)
		return refuse(name, "interrupt-controller", "no compatible");
	while (controller->compatible && strcmp(controller->compatible, compatible))
		controller++;
	if (!controller->compatible)
		return refuse(name, "interrupt-controller", "no such one for a guest");
	if (!read_ranges(tree, node, description->controller_range, controller->ranges))
		return refuse(name, "interrupt-controller", "bad reg");
	description->controller = controller;
	return STATUS_OK;
}

status_t description_read(struct description *description, const char *name, const void *tree,
			  uint64_t size)
{
	int vm;
	status_t status;
	const char *format;

	memset(description, 0, sizeof(*description));
	if (fdt_check_full(tree, size))
		return refuse(name, "system.dtb", "damaged");
	vm = fdt_subnode_offset(tree, fdt_path_offset(tree, "/vms"), name);
	if (vm < 0)
		return refuse(name, "system.dtb", "no such VM");
	description->bootargs = read_text(tree, vm, "bootargs", "");
	if (!description->bootargs || strlen(description->bootargs) >= VM_BOOTARGS_MAXIMUM)
		return refuse(name, "bootargs", "no text, or too long");
	format = read_text(tree, vm, "kernel-format", "image");
	if (!format || (strcmp(format, "image") && strcmp(format, "flat")))
		return refuse(name, "kernel-format", "neither image nor flat");
	description->flat = !strcmp(format, "flat");
	status = read_controller(description, name, tree, vm);
	return status == STATUS_OK ? read_devices(description, name, tree, vm) : status;
}
