/* SPDX-License-Identifier: Apache-2.0 */
/* ELF64 executables as the servers' build makes them, checked before use. Pure. */
#ifndef SUPERVISOR_ELF_H
#define SUPERVISOR_ELF_H

#include <stdbool.h>
#include <stdint.h>

#include "ipc/status.h"

#define ELF_SEGMENTS 4

struct elf_segment {
	uint64_t address, offset, file_size, memory_size;
	bool writable, executable;
};

struct elf_image {
	uint64_t entry;
	unsigned int count;
	struct elf_segment segment[ELF_SEGMENTS];
};

/* The architecture's; in the executables that are its. */
extern const uint16_t elf_machine;

/*
 * Reads the `size` bytes of `file`. STATUS_BAD_IMAGE, with *why set to what is wrong, unless: this
 * machine's executable; 1 to ELF_SEGMENTS loadable segments inside the file, page-aligned, in
 * ascending order between IMAGE_ADDRESS and 1 GiB, none writable and executable; the entry is in
 * an executable one.
 */
status_t elf_read(const void *file, uint64_t size, struct elf_image *image, const char **why);

#endif
