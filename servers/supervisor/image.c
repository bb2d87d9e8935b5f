/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The binaries that a task may run. Text and constants are the bundle's own pages, read only, so no
 * life can change them for the next; variables are a part of the task's place.
 */
#include "ipc/image.h"
#include "servers/rt/rt.h"
#include "servers/rt/string.h"
#include "servers/supervisor/supervisor.h"
#include "servers/supervisor/tree.h"

static uint64_t whole_pages(uint64_t size)
{
	return (size + PAGE - 1) & ~(PAGE - 1);
}

/* A name among the texts of `binaries`. */
static const char *image_name(unsigned int number, unsigned int image)
{
	const char *name = places[number].binaries;

	while (image--)
		name += strlen(name) + 1;
	return name;
}

static const char *check_variables(const struct elf_image *elf)
{
	unsigned int index, writable = 0;

	for (index = 0; index < elf->count; index++) {
		const struct elf_segment *segment = &elf->segment[index];

		if (segment->writable && (segment->file_size || writable++ ||
					  segment->memory_size > DATA_SIZE))
			return "its variables do not fit";
	}
	return NULL;
}

static status_t find(unsigned int number, unsigned int image, struct bundle_file *file,
		     struct elf_image *elf)
{
	const char *why = "the bundle has no such file", *name;

	if (image >= places[number].images)
		return STATUS_BAD_IMAGE;
	name = image_name(number, image);
	if (bundle_find(bundle.archive, bundle.size, name, file) == STATUS_OK &&
	    elf_read(bundle.archive + file->offset, file->size, elf, &why) == STATUS_OK)
		why = check_variables(elf);
	if (!why)
		return STATUS_OK;
	if (state()->phase == SUPERVISOR_PHASE_MAKING)
		refuse("%s: %s", name, why);
	rt_log("%s: %s", name, why);
	return STATUS_BAD_IMAGE;
}

status_t image_read(unsigned int number, unsigned int image, struct elf_image *elf)
{
	struct bundle_file file;

	return find(number, image, &file, elf);
}

uint64_t image_entry(unsigned int number)
{
	struct elf_image elf;

	return image_read(number, state()->task[number].mapped, &elf) == STATUS_OK ? elf.entry : 0;
}

/* What the binary says of its durable state stands first among its constants; see server.lds. */
static bool kind_read(unsigned int number, unsigned int image, struct durable_kind *kind)
{
	struct bundle_file file;
	struct elf_image elf;
	unsigned int index;

	if (find(number, image, &file, &elf) != STATUS_OK)
		return false;
	for (index = 0; index < elf.count; index++) {
		const struct elf_segment *segment = &elf.segment[index];

		if (segment->writable || segment->executable || segment->file_size < sizeof(*kind))
			continue;
		memcpy(kind, bundle.archive + file.offset + segment->offset, sizeof(*kind));
		return kind->magic == DURABLE_MAGIC;
	}
	return false;
}

bool image_fits(unsigned int number, unsigned int image)
{
	const struct durable *there = place_durable(number);
	struct durable_kind kind;

	if (!kind_read(number, image, &kind))
		return false;
	return there->magic != DURABLE_MAGIC ||
	       (there->layout.version >= kind.oldest && there->layout.oldest <= kind.version);
}

static void segment_unmap(unsigned int number, const struct elf_segment *segment)
{
	unmap(places[number].task, segment->address, whole_pages(segment->memory_size));
}

static status_t segment_map(unsigned int number, const struct bundle_file *file,
			    const struct elf_segment *segment)
{
	uint64_t size = whole_pages(segment->memory_size);

	if (segment->writable)
		return try_map(places[number].task, places_memory, segment->address,
			       number * PLACE_SIZE + PLACE_DATA, size, MAP_READ | MAP_WRITE);
	return try_map(places[number].task, SLOT_BUNDLE, segment->address,
		       file->offset + segment->offset, size,
		       MAP_READ | (segment->executable ? MAP_EXECUTE : 0));
}

/* The old one goes even if a former supervisor has begun with this: what is not there is gone. */
static void image_remove(unsigned int number)
{
	unsigned int image, index;

	for (image = 0; image < places[number].images; image++) {
		struct elf_image elf;

		if (image_read(number, image, &elf) == STATUS_OK)
			for (index = 0; index < elf.count; index++)
				segment_unmap(number, &elf.segment[index]);
	}
}

static void mapped_note(unsigned int number, uint8_t image)
{
	RT_TOUCH(state()->task[number]);
	state()->task[number].mapped = image;
	rt_commit(NULL, STATUS_OK);
}

status_t image_change(unsigned int number)
{
	uint8_t image = state()->task[number].image;
	struct bundle_file file;
	struct elf_image elf;
	unsigned int index;
	status_t status = find(number, image, &file, &elf);

	if (status != STATUS_OK)
		return status;
	mapped_note(number, SUPERVISOR_NO_IMAGE);
	image_remove(number);
	for (index = 0; index < elf.count && status == STATUS_OK; index++)
		status = segment_map(number, &file, &elf.segment[index]);
	if (status == STATUS_OK)
		mapped_note(number, image);
	return status;
}
