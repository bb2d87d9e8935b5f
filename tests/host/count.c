/* SPDX-License-Identifier: Apache-2.0 */
/* The counting plugin as QEMU drives it: instructions of two CPUs in, lines out. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/plugin/qemu.h"
#include "tests/host/suite.h"

#define TEXT 0x10000ul
#define VECTORS 0x10800ul
#define SYNC (VECTORS + 0x400)
#define KERNEL 0x11000ul
#define ELSEWHERE 0x20000ul

#define NOP 0xd503201fu
#define YIELD 0xd503203fu
#define WFI 0xd503207fu
#define ERET 0xd69f03e0u
#define MARK(number) (0xd280001fu | (uint32_t)(number) << 5)
#define LOOP 0x8001

struct qemu_plugin_insn {
	uint64_t pc;
	uint32_t code;
	const char *place;
	void (*executed)(unsigned int cpu, void *data);
	void *data;
};

struct qemu_plugin_tb {
	struct qemu_plugin_insn instruction;
};

static void (*translated)(uint64_t id, struct qemu_plugin_tb *block);
static void (*ended)(uint64_t id, void *data);
static char memory[2 * ELSEWHERE], written[4096];

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
					   void (*callback)(uint64_t id, struct qemu_plugin_tb *))
{
	(void)id;
	translated = callback;
}

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block)
{
	(void)block;
	return 1;
}

struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index)
{
	(void)index;
	return (struct qemu_plugin_insn *)&block->instruction;
}

size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *instruction)
{
	return sizeof(instruction->code);
}

const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction)
{
	return &instruction->code;
}

uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction)
{
	return instruction->pc;
}

const void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *instruction)
{
	return instruction->place;
}

void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *instruction,
					    void (*executed)(unsigned int cpu, void *data),
					    int registers, void *data)
{
	(void)registers;
	instruction->executed = executed;
	instruction->data = data;
}

void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *instruction,
				      void (*accessed)(unsigned int cpu, uint32_t access,
						       uint64_t address, void *data),
				      int registers, int kinds, void *data)
{
	(void)instruction;
	(void)accessed;
	(void)registers;
	(void)kinds;
	(void)data;
}

struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(uint32_t access, uint64_t address)
{
	(void)access;
	(void)address;
	return NULL;
}

_Bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *place)
{
	return place != NULL;
}

void qemu_plugin_register_atexit_cb(uint64_t id, void (*callback)(uint64_t id, void *data),
				    void *data)
{
	(void)id;
	(void)data;
	ended = callback;
}

static void execute_at(unsigned int cpu, uint64_t pc, const char *place, uint32_t code,
		       unsigned int times)
{
	struct qemu_plugin_tb block = { { .pc = pc, .code = code, .place = place } };

	translated(0, &block);
	while (times--)
		block.instruction.executed(cpu, block.instruction.data);
}

static void execute(unsigned int cpu, uint64_t pc, uint32_t code, unsigned int times)
{
	execute_at(cpu, pc, memory + pc, code, times);
}

static void run_counts(void)
{
	execute(0, KERNEL, NOP, 7); /* boots; no vector: no path */
	execute(0, KERNEL, ERET, 1);
	execute(0, ELSEWHERE, NOP, 2);
	execute(1, ELSEWHERE, MARK(1), 1);
	execute(0, ELSEWHERE, MARK(1), 1);
}

static void run_paths(void)
{
	execute(0, SYNC, NOP, 1);
	execute(0, KERNEL, NOP, 10);
	execute(0, KERNEL, ERET, 1);
	execute_at(0, SYNC, memory, NOP, 50); /* a guest's page at the kernel's address */
	execute(0, VECTORS + 0x480, NOP, 1);
	execute(0, KERNEL, NOP, 11);
	execute(0, KERNEL, WFI, 1);
	execute(0, KERNEL, NOP, 12);
	execute(0, KERNEL, ERET, 1);
	execute(0, SYNC, NOP, 1); /* 9 instructions: shorter than what is asked for */
	execute(0, KERNEL, NOP, 7);
	execute(0, KERNEL, ERET, 1);
	execute(0, ELSEWHERE, MARK(2), 1);
}

static void run_waits(void)
{
	execute(1, SYNC, NOP, 1);
	execute(1, KERNEL, NOP, 20);
	execute(0, SYNC, NOP, 1);
	execute(0, KERNEL, NOP, 10);
	execute(0, KERNEL + 4, YIELD, 1);
	execute(1, KERNEL, NOP, 4);
	execute(0, KERNEL, NOP, 2);
	execute(0, KERNEL + 4, YIELD, 1);
	execute(1, KERNEL, NOP, 2);
	execute(1, KERNEL, ERET, 1);
	execute(1, ELSEWHERE, NOP, 100); /* it left: this and its next path keep nobody waiting */
	execute(1, SYNC, NOP, 1);
	execute(1, KERNEL, NOP, 30);
	execute(0, KERNEL, NOP, 2);
	execute(0, KERNEL, ERET, 1);
	execute(0, ELSEWHERE, MARK(3), 1);
}

static void run_loops(void)
{
	execute(1, KERNEL, ERET, 1);
	execute(1, ELSEWHERE, MARK(LOOP), 5);
	execute(1, ELSEWHERE, MARK(4), 1);
	execute(1, ELSEWHERE, MARK(LOOP), 5);
	execute(1, ELSEWHERE, MARK(5), 1);
}

static void run_all(void)
{
	char path[] = "/tmp/count.XXXXXX", out[64];
	char text[] = "text=0x10000", end[] = "text-end=0x12000", vectors[] = "vectors=0x10800";
	char least[] = "path=10", trace[] = "trace=13";
	char *arguments[] = { out, text, end, vectors, least, trace };
	FILE *file;

	close(mkstemp(path));
	snprintf(out, sizeof(out), "out=%s", path);
	if (qemu_plugin_install(0, NULL, 6, arguments) != 0)
		exit(2);
	run_counts();
	run_paths();
	run_waits();
	run_loops();
	ended(0, NULL);
	file = fopen(path, "r");
	written[fread(written, 1, sizeof(written) - 1, file)] = '\0';
	fclose(file);
	unlink(path);
}

#define WRITTEN(lines) CU_ASSERT(strstr(written, lines) != NULL)

static void test_counts(void)
{
	WRITTEN("mark 1 1 1 0 0 10 0 0 0 0\n");
	WRITTEN("mark 0 1 11 0 0 11 0 0 0 0\n");
	WRITTEN("cpu 0 128 3 7 73\n");
}

static void test_paths(void)
{
	WRITTEN("mark 0 1 11 0 0 11 0 0 0 0\npath 0 12 0 0 11 1024\npath 0 13 0 0 12 1152 68736");
	WRITTEN(" 69632\npath 0 13 0 0 12 1 69632");
	CU_ASSERT(strstr(written, "path 0 9 ") == NULL);
}

static void test_sleep(void)
{
	WRITTEN("mark 0 2 109 0 0 109 86 0 0 87\n");
}

static void test_waits(void)
{
	WRITTEN("path 0 18 3 7 17 1024");
	WRITTEN("mark 0 3 128 3 7 128 86 0 0 87\n");
}

static void test_loops(void)
{
	WRITTEN("mark 1 32769 166 0 0 128 0 0 0 0\nmark 1 4 167 0 0 128 0 0 0 0\n");
	WRITTEN("mark 1 4 167 0 0 128 0 0 0 0\nmark 1 32769 168 0 0 128 0 0 0 0\n"
		"mark 1 32769 172 0 0 128 0 0 0 0\nmark 1 5 173 0 0 128 0 0 0 0\n");
}

int main(void)
{
	static const struct suite_test tests[] = {
		{ "each CPU's instructions are counted for themselves", test_counts },
		{ "a path goes from a vector or WFI to ERET or WFI, in the kernel alone", test_paths },
		{ "a mark tells when its CPU slept last", test_sleep },
		{ "a wait is told apart, with what it was for", test_waits },
		{ "of marks in a loop, those next to other marks are written", test_loops },
	};

	run_all();
	return suite_run("count", tests, sizeof(tests) / sizeof(tests[0]));
}
