/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing a guest's tree, front to back. The writer keeps the first error, so that a node reads as
 * what it says.
 */
#ifndef VMM_TREE_H
#define VMM_TREE_H

#include "servers/vmm/vmm.h"

/* The phandles; a vCPU's own interrupt controller, where there is one, has one of the last. */
#define PHANDLE_CONTROLLER 1
#define PHANDLE_CLOCK 2
#define PHANDLE_MESSAGES 3 /* who takes a controller's interrupts as messages */
#define PHANDLE_VCPU(index) (16 + (index))

/* The most cells of one property: two a vCPU. */
#define CELLS_MAXIMUM (2 * VM_VCPU_MAXIMUM)

struct writer {
	void *tree;
	int error; /* the first one; 0 if there is none */
};

void node_begin(struct writer *writer, const char *name);
void node_begin_at(struct writer *writer, const char *stem, uint64_t address);
void node_end(struct writer *writer);

void put_bytes(struct writer *writer, const char *name, const void *bytes, size_t size);
void put_text(struct writer *writer, const char *name, const char *text);
void put_flag(struct writer *writer, const char *name);
void put_u32(struct writer *writer, const char *name, uint32_t value);
void put_u64(struct writer *writer, const char *name, uint64_t value);
void put_cells(struct writer *writer, const char *name, const uint32_t *cells, unsigned int count);
void put_ranges(struct writer *writer, const struct range *range, unsigned int count);

/* A node with what every interrupt controller says of itself; `cells` of an interrupt. */
void controller_begin(struct writer *writer, const struct range *registers, unsigned int count,
		      uint32_t phandle, uint32_t cells);

/* A list of texts: a string literal, NUL bytes between its parts. */
#define put_texts(writer, name, texts) put_bytes(writer, name, texts, sizeof(texts))

#endif
