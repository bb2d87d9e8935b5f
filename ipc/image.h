/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first task's image, the first file of the boot bundle: the one format that the kernel loads
 * itself, so it needs no parser. Whole pages: this header and the text, read-only data, data.
 * Everything else of the bundle is the first task's business.
 */
#ifndef IPC_IMAGE_H
#define IPC_IMAGE_H

#include <stdint.h>

#define IMAGE_MAGIC 0x31656369707063ul /* "cpice1", little-endian */
#define IMAGE_ADDRESS 0x400000ul

/* Where a task's start page, with its arguments, is mapped; and the end of its stack. */
#define START_ADDRESS 0x200000ul
#define STACK_END 0x1f0000ul

/* The image begins here in the bundle: cpio header and name fill one page. */
#define IMAGE_OFFSET 4096u

struct image_header {
	uint64_t magic;
	uint64_t checksum;    /* makes the sum of all 64-bit words of the file 0 */
	uint64_t text_size;   /* bytes, whole pages, this header among them */
	uint64_t rodata_size; /* likewise */
	uint64_t data_size;   /* likewise */
	uint64_t bss_size;    /* likewise; not in the file */
	uint64_t entry;
	uint64_t stack;
};

/* A task's start page: its configuration, numbers and texts by name. */
#define START_MAGIC 0x31747261747363ul
#define START_NAME 32
#define START_TEXT 24

struct start_argument {
	char name[START_NAME]; /* ends in NUL */
	uint64_t value;
	char text[START_TEXT]; /* ends in NUL */
};

struct start_page {
	uint64_t magic;
	uint64_t count;
	char task[START_NAME];
	uint8_t reserved[16];
	struct start_argument argument[];
};

#endif
