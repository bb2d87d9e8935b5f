/* SPDX-License-Identifier: Apache-2.0 */
/* The part of QEMU's interface for plugins (version 1) that counting takes; no package has it. */
#ifndef PLUGIN_QEMU_H
#define PLUGIN_QEMU_H

#include <stddef.h>
#include <stdint.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;

enum { PLUGIN_VERSION = 1, PLUGIN_NO_REGISTERS = 0, PLUGIN_STORES = 2 };

/* What QEMU looks for in a plugin. */
extern __attribute__((visibility("default"))) int qemu_plugin_version;
__attribute__((visibility("default"))) int qemu_plugin_install(uint64_t id, const void *machine,
							       int count, char **arguments);

/* `translated` runs when a block of instructions is translated, so before it first executes. */
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*translated)(uint64_t id,
									   struct qemu_plugin_tb *));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);

const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *instruction);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
/* Where QEMU itself holds the instruction. */
const void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *instruction);

/* `executed` runs before the instruction does, each time. */
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *instruction,
					    void (*executed)(unsigned int cpu, void *data),
					    int registers, void *data);
/* `accessed` runs after each memory access that the instruction makes. */
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *instruction,
				      void (*accessed)(unsigned int cpu, uint32_t access,
						       uint64_t address, void *data),
				      int registers, int kinds, void *data);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(uint32_t access, uint64_t address);
_Bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *place);

void qemu_plugin_register_atexit_cb(uint64_t id, void (*ended)(uint64_t id, void *data), void *data);

#endif
