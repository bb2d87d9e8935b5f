/* SPDX-License-Identifier: Apache-2.0 */
/* What boot reads in the firmware's device tree; what it lacks refuses the machine. */
#ifndef KERNEL_BOOT_TREE_H
#define KERNEL_BOOT_TREE_H

#include "kernel/boot.h"

/* The most CPUs' nodes, and the most words of a property, that are looked at. */
#define BOOT_WORDS 64

/* Sizes and places of RAM, bundle and tree; physical addresses but for the tree's. */
void boot_tree_read(const void *tree, struct boot_machine *machine);

/* The first node behind `after` (-1: of all) that is compatible; negative: none. */
int boot_tree_find(const void *tree, int after, const char *compatible);

/* `count` pairs of two-cell numbers of a node's reg, into (base, size, base, ...). */
void boot_tree_reg(const void *tree, int node, uint64_t *numbers, int count);

/* The words of a property, BOOT_WORDS at most; how many. */
int boot_tree_words(const void *tree, int node, const char *name, uint32_t *words);

/* The next CPU's node behind `after` (-1: the first), and its reg; negative: no more. */
int boot_tree_cpu(const void *tree, int after, uint64_t *reg);

/* The node of all CPUs; the first node below one; negative: there is none. */
int boot_tree_cpus(const void *tree);
int boot_tree_below(const void *tree, int node);

#endif
