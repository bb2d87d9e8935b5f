/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The binaries that a task may run. Text and constants are the bundle's own pages, read only, so no
 * life can change them for the next; variables are a part of the task's place.
 */
#include "ipc/image.h"
#include "servers/rt/rt.h"
#include "servers/rt/string.h"
#include "servers/supervisor/elf.h"
#include "servers/supervisor/supervisor.h"

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

/* What the binary says of its durable state stands first among its constants; see server.lds. */
static bool kind_read(const struct bundle_file *file, const struct elf_image *elf,
		      struct durable_kind *kind)
{
	unsigned int index;

	for (index = 0; index < elf->count; index++) {
		const struct elf_segment *segment = &elf->segment[index];

		if (segment->writable || segment->executable || segment->file_size < sizeof(*kind))
			continue;
		memcpy(kind, bundle.archive + file->offset + segment->offset, sizeof(*kind));
		return kind->magic == DURABLE_MAGIC;
	}
	return false;
}

status_t image_check(unsigned int number, unsigned int image)
{
	const struct durable *there = place_durable(number);
	struct durable_kind kind;
	struct bundle_file file;
	struct elf_image elf;
	status_t status = find(number, image, &file, &elf);

	if (status != STATUS_OK)
		return status;
	if (kind_read(&file, &elf, &kind) &&
	    (there->magic != DURABLE_MAGIC ||
	     (there->layout.version >= kind.oldest && there->layout.oldest <= kind.version)))
		return STATUS_OK;
	rt_log("%s: binary %u does not know its durable state of version %u", places[number].name,
	       image, there->layout.version);
	return STATUS_NOT_SUPPORTED;
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
		struct bundle_file file;
		struct elf_image elf;

		if (find(number, image, &file, &elf) == STATUS_OK)
			for (index = 0; index < elf.count; index++)
				segment_unmap(number, &elf.segment[index]);
	}
}

static void mapped_note(unsigned int number, uint8_t image, uint64_t entry)
{
	struct supervisor_task *task = &state()->task[number];

	RT_TOUCH(*task);
	task->mapped = image;
	task->entry = entry;
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
	mapped_note(number, SUPERVISOR_NO_IMAGE, 0);
	image_remove(number);
	for (index = 0; index < elf.count && status == STATUS_OK; index++)
		status = segment_map(number, &file, &elf.segment[index]);
	if (status == STATUS_OK)
		mapped_note(number, image, elf.entry);
	return status;
}
