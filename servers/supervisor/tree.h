/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and texts of the plan's nodes; a missing one ends the boot with its name. */
#ifndef SUPERVISOR_TREE_H
#define SUPERVISOR_TREE_H

#include <stdint.h>

/* A node below `parent`. */
int tree_node(const void *tree, int parent, const char *name);

uint32_t tree_number(const void *tree, int node, const char *name);
uint64_t tree_number64(const void *tree, int node, const char *name, unsigned int index);
const char *tree_text(const void *tree, int node, const char *name);

/* A property of whole records of `cells` numbers each: the first record, and how many (maybe 0). */
const uint32_t *tree_records(const void *tree, int node, const char *name, unsigned int cells,
			     unsigned int *count);

/* Big-endian cells of a record. */
uint32_t cell(const uint32_t *at);
uint64_t cells(const uint32_t *at);

#endif
