/* SPDX-License-Identifier: Apache-2.0 */
#include "servers/supervisor/bundle.h"

#include "servers/rt/string.h"

/* cpio newc: "070701" and 13 numbers of 8 hexadecimal digits, then the name, then the data. */
#define HEADER 110u
#define NAME_MAXIMUM 8192u
#define FIELD_SIZE 6
#define FIELD_NAME 11
#define PAGE 4096u

static int digit(char character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	if (character >= 'a' && character <= 'f')
		return character - 'a' + 10;
	if (character >= 'A' && character <= 'F')
		return character - 'A' + 10;
	return -1;
}

static int read_field(const char *header, unsigned int field, uint64_t *value)
{
	unsigned int index;

	*value = 0;
	for (index = 0; index < 8; index++) {
		int number = digit(header[6 + 8 * field + index]);

		if (number < 0)
			return 0;
		*value = *value << 4 | (uint64_t)number;
	}
	return 1;
}

static uint64_t align4(uint64_t value)
{
	return (value + 3) & ~3ul;
}

status_t bundle_find(const void *archive, uint64_t size, const char *name,
		     struct bundle_file *file)
{
	const char *bytes = archive;
	uint64_t at = 0;

	/* Each round moves at least a header's length on, so this ends. */
	while (at <= size && size - at >= HEADER) {
		uint64_t name_size, data, length;
		const char *header = bytes + at;

		if (memcmp(header, "070701", 6) != 0 || !read_field(header, FIELD_SIZE, &length) ||
		    !read_field(header, FIELD_NAME, &name_size))
			return STATUS_BAD_IMAGE;
		if (name_size == 0 || name_size > NAME_MAXIMUM || name_size > size - at - HEADER ||
		    header[HEADER + name_size - 1] != '\0')
			return STATUS_BAD_IMAGE;
		data = align4(at + HEADER + name_size);
		if (data > size || length > size - data)
			return STATUS_BAD_IMAGE;
		if (strcmp(header + HEADER, "TRAILER!!!") == 0)
			return STATUS_NOT_FOUND;
		if (strcmp(header + HEADER, name) == 0) {
			*file = (struct bundle_file){ data, length };
			return data % PAGE ? STATUS_BAD_IMAGE : STATUS_OK;
		}
		at = align4(data + length);
	}
	return STATUS_BAD_IMAGE;
}
