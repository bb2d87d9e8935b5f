/* SPDX-License-Identifier: Apache-2.0 */
#include "servers/supervisor/elf.h"

#include "ipc/image.h"
#include "servers/rt/string.h"

#define TYPE_EXECUTABLE 2
#define SEGMENT_LOAD 1
#define FLAG_EXECUTE 1
#define FLAG_WRITE 2
#define PAGE 4096u
#define ADDRESS_END (1ul << 30)
#define HEADERS 16

struct elf_header {
	uint8_t identity[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, program_offset, section_offset;
	uint32_t flags;
	uint16_t header_size, program_size, program_count, section_size, section_count, names;
};

struct program_header {
	uint32_t type, flags;
	uint64_t offset, address, physical, file_size, memory_size, alignment;
};

static const char *check_header(const struct elf_header *header, uint64_t size)
{
	/* 64-bit, little-endian, version 1. */
	static const uint8_t identity[7] = { 0x7f, 'E', 'L', 'F', 2, 1, 1 };

	if (memcmp(header->identity, identity, sizeof(identity)) != 0)
		return "it is no 64-bit ELF file";
	if (header->type != TYPE_EXECUTABLE || header->machine != elf_machine)
		return "it is no executable for this machine";
	if (header->program_size != sizeof(struct program_header) || header->program_count == 0 ||
	    header->program_count > HEADERS || header->program_offset > size ||
	    header->program_count * sizeof(struct program_header) > size - header->program_offset)
		return "its program headers are not in the file";
	return NULL;
}

static const char *add_segment(struct elf_image *image, const struct program_header *program,
			       uint64_t size)
{
	const struct elf_segment *before = &image->segment[image->count - 1];
	uint64_t low = image->count ? before->address + before->memory_size : IMAGE_ADDRESS;

	if (image->count == ELF_SEGMENTS)
		return "it has too many segments";
	if ((program->offset | program->address) % PAGE)
		return "a segment is not at a page boundary";
	if (program->offset > size || program->file_size > size - program->offset ||
	    program->file_size > program->memory_size)
		return "a segment is not in the file";
	if (program->address < low || program->address >= ADDRESS_END ||
	    program->memory_size > ADDRESS_END - program->address)
		return "a segment has a bad address";
	if ((program->flags & FLAG_WRITE) && (program->flags & FLAG_EXECUTE))
		return "a segment is writable and executable";
	image->segment[image->count++] = (struct elf_segment){
		.address = program->address, .offset = program->offset,
		.file_size = program->file_size, .memory_size = program->memory_size,
		.writable = program->flags & FLAG_WRITE,
		.executable = program->flags & FLAG_EXECUTE,
	};
	return NULL;
}

static const char *check_entry(const struct elf_image *image)
{
	unsigned int index;

	for (index = 0; index < image->count; index++) {
		const struct elf_segment *segment = &image->segment[index];

		if (segment->executable && image->entry >= segment->address &&
		    image->entry - segment->address < segment->file_size)
			return NULL;
	}
	return "its entry is in no executable segment";
}

status_t elf_read(const void *file, uint64_t size, struct elf_image *image, const char **why)
{
	struct elf_header header;
	struct program_header program;
	unsigned int index;

	*image = (struct elf_image){ 0 };
	*why = "it is too short";
	if (size < sizeof(header))
		return STATUS_BAD_IMAGE;
	memcpy(&header, file, sizeof(header));
	*why = check_header(&header, size);
	for (index = 0; !*why && index < header.program_count; index++) {
		memcpy(&program,
		       (const char *)file + header.program_offset + index * sizeof(program),
		       sizeof(program));
		if (program.type == SEGMENT_LOAD && program.memory_size)
			*why = add_segment(image, &program, size);
	}
	image->entry = header.entry;
	if (!*why)
		*why = check_entry(image);
	return *why ? STATUS_BAD_IMAGE : STATUS_OK;
}
