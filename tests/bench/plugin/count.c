/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts the instructions of each CPU for itself, and writes down marks and the kernel's paths.
 *
 * Under -icount QEMU runs the CPUs in turn and its clock adds up all of them, so the counter that a
 * guest reads runs on while its own CPU stands still. What one CPU of a parallel machine would do is
 * what it executes itself; only the wait for another CPU's lock has no such figure (struct wait).
 *
 * Lines that it writes, numbers in decimal, in the order of execution:
 *   mark CPU NUMBER COUNT WAITED HELD TIME COUNT WAITED HELD TIME
 *     The mark NUMBER (tests/bench/guest/marks.h) was executed; of those from 0x8000, which are for
 *     loops, only a CPU's last before another mark and first after it. The second four: at the CPU's
 *     last WFI, but TIME when that ended.
 *   path CPU LENGTH WAITED HELD TIME ENTRY [PC ...]
 *     The kernel was left, to a task or guest or by WFI, after it was entered at a vector (ENTRY: its
 *     offset) or WFI ended (ENTRY 1). Those of less LENGTH and TIME than `path=` are left out; from
 *     LENGTH `trace=` on, with their PCs.
 *   cpu CPU COUNT WAITED HELD KERNEL
 *     In the end. KERNEL: of COUNT, those in the kernel.
 * COUNT: the CPU's instructions until then, also those that trapped; WAITED: of COUNT or LENGTH, those
 * in the kernel's loops around an instruction that gives way; HELD: what the CPUs that were in the
 * kernel did there meanwhile, so the most that the wait can be on a parallel machine; TIME: the COUNT of
 * the CPU `clock=`. If that one executes all the time and QEMU's turns are short, it is a parallel
 * machine's time.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arch_code.h"
#include "tests/bench/plugin/qemu.h"

#define CPUS 8
#define TRACE 65536
#define NOBODY UINT64_MAX
#define AFTER_WAIT 1 /* instead of a vector's offset */
#define LOOP_MARKS 0x8000u
#define WAIT_LOOP 64 /* instructions of the longest loop that waits, once around */

enum kind { KIND_PLAIN, KIND_ENTRY, KIND_LEAVE, KIND_WFI, KIND_YIELD, KIND_MARK };

/*
 * The other CPUs that were in the kernel when this one yielded, and how far: on a parallel machine
 * the wait is as long as what they do until they leave, or until this one goes on.
 */
struct wait {
	bool yielded;
	uint32_t pc;
	uint64_t count, held[CPUS];
};

struct progress {
	uint64_t count, waited, held, clock;
};

struct cpu {
	struct progress now, asleep, path; /* asleep: at its last WFI; path: before the path it is on */
	uint64_t kernel;
	bool sleeping; /* a WFI was the last that it executed */
	bool inside;   /* in the kernel, on a path with a beginning */
	uint32_t entry, length;
	struct wait wait;
	bool loop_fresh;      /* the next mark in a loop is the first after another one */
	uint32_t loop_mark;   /* the latest in a loop, not written yet, or 0 */
	struct progress loop;
	uint32_t trace[TRACE];
};

__attribute__((visibility("default"))) int qemu_plugin_version = PLUGIN_VERSION;

static struct cpu cpus[CPUS];
static uint64_t text, text_end, vectors, path_least, trace_least = NOBODY;
static uint64_t clock_cpu; /* executes all the time: what it has executed is the time */
static const char *ram; /* where QEMU holds address 0 of the machine, if it had memory there */
static FILE *output;
static int main_thread; /* its file in /proc, which tells its state */

static void path_begin(struct cpu *cpu, uint32_t entry)
{
	cpu->inside = true;
	cpu->entry = entry;
	cpu->length = 0;
	cpu->path = cpu->now;
	cpu->path.clock = cpus[clock_cpu].now.count;
	cpu->wait.pc = 0;
}

static void path_end(struct cpu *cpu)
{
	unsigned int index, other;
	uint64_t time;

	if (!cpu->inside)
		return;
	cpu->inside = false;
	for (other = 0; other < CPUS; other++) {
		uint64_t *held = &cpus[other].wait.held[cpu - cpus];

		if (cpus[other].wait.yielded && *held != NOBODY) {
			cpus[other].now.held += cpu->kernel - *held;
			*held = NOBODY;
		}
	}
	time = cpus[clock_cpu].now.count - cpu->path.clock;
	if (cpu->length < path_least && time < path_least)
		return;
	fprintf(output, "path %ld %u %lu %lu %lu %u", (long)(cpu - cpus), cpu->length,
		cpu->now.waited - cpu->path.waited, cpu->now.held - cpu->path.held, time, cpu->entry);
	for (index = 0; cpu->length >= trace_least && index < cpu->length && index < TRACE; index++)
		fprintf(output, " %u", cpu->trace[index]);
	fputc('\n', output);
}

static void wait_begin(struct cpu *cpu, uint32_t pc)
{
	unsigned int other;

	if (cpu->wait.pc == pc && cpu->now.count - cpu->wait.count <= WAIT_LOOP)
		cpu->now.waited += cpu->now.count - cpu->wait.count;
	cpu->wait.yielded = true;
	cpu->wait.pc = pc;
	cpu->wait.count = cpu->now.count;
	for (other = 0; other < CPUS; other++)
		cpu->wait.held[other] = cpus[other].inside && &cpus[other] != cpu ?
					cpus[other].kernel : NOBODY;
}

static void wait_end(struct cpu *cpu)
{
	unsigned int other;

	cpu->wait.yielded = false;
	for (other = 0; other < CPUS; other++)
		if (cpu->wait.held[other] != NOBODY)
			cpu->now.held += cpus[other].kernel - cpu->wait.held[other];
}

static void progress_write(const struct progress *then)
{
	fprintf(output, " %lu %lu %lu %lu", then->count, then->waited, then->held, then->clock);
}

static void mark_write(const struct cpu *cpu, uint32_t mark, const struct progress *then)
{
	fprintf(output, "mark %ld %u", (long)(cpu - cpus), mark);
	progress_write(then);
	progress_write(&cpu->asleep);
	fputc('\n', output);
}

static void mark_pass(struct cpu *cpu, uint32_t mark)
{
	cpu->now.clock = cpus[clock_cpu].now.count;
	if (mark >= LOOP_MARKS && !cpu->loop_fresh) {
		cpu->loop_mark = mark;
		cpu->loop = cpu->now;
		return;
	}
	if (cpu->loop_mark)
		mark_write(cpu, cpu->loop_mark, &cpu->loop);
	cpu->loop_mark = 0;
	cpu->loop_fresh = mark < LOOP_MARKS;
	mark_write(cpu, mark, &cpu->now);
}

/* What a callback is told of its instruction. */
static void *describe(enum kind kind, bool kernel, uint32_t value)
{
	return (void *)((uintptr_t)value << 8 | (uintptr_t)kernel << 7 | kind);
}

static void step(struct cpu *cpu)
{
	cpu->now.count++;
	if (!cpu->sleeping)
		return;
	cpu->sleeping = false;
	cpu->asleep.clock = cpu->path.clock = cpus[clock_cpu].now.count;
}

/* Of every instruction outside the kernel that is nothing special. */
static void plain_executed(unsigned int number, void *data)
{
	struct cpu *cpu = &cpus[number];

	(void)data;
	step(cpu);
}

static void kernel_step(struct cpu *cpu, uint32_t pc)
{
	if (cpu->wait.yielded)
		wait_end(cpu);
	cpu->kernel++;
	if (cpu->length < TRACE)
		cpu->trace[cpu->length] = pc;
	cpu->length++;
}

static void kernel_executed(unsigned int number, void *data)
{
	struct cpu *cpu = &cpus[number];

	step(cpu);
	kernel_step(cpu, (uint32_t)((uintptr_t)data >> 8));
}

static void special_executed(unsigned int number, void *data)
{
	struct cpu *cpu = &cpus[number];
	enum kind kind = (uintptr_t)data & 0x7f;
	bool kernel = (uintptr_t)data >> 7 & 1;
	uint32_t value = (uint32_t)((uintptr_t)data >> 8);

	step(cpu);
	if (kind == KIND_ENTRY)
		path_begin(cpu, value - (uint32_t)vectors);
	if (kernel)
		kernel_step(cpu, value);
	if (kind == KIND_LEAVE || (kind == KIND_WFI && kernel))
		path_end(cpu);
	if (kind == KIND_WFI) {
		cpu->asleep = cpu->now;
		cpu->sleeping = true;
		if (kernel)
			path_begin(cpu, AFTER_WAIT);
	}
	if (kind == KIND_YIELD)
		wait_begin(cpu, value);
	if (kind == KIND_MARK)
		mark_pass(cpu, value);
}

/*
 * A disk completes a request in QEMU's main thread, as soon as the host lets that run. So that a
 * run repeats exactly, the CPU that has told a device something waits until that thread sleeps.
 */
static void stored(unsigned int number, uint32_t access, uint64_t address, void *data)
{
	const struct qemu_plugin_hwaddr *place = qemu_plugin_get_hwaddr(access, address);
	char text[256] = "";

	(void)number;
	(void)data;
	if (!place || !qemu_plugin_hwaddr_is_io(place))
		return;
	for (;;) {
		ssize_t size = pread(main_thread, text, sizeof(text) - 1, 0);
		const char *state = size > 0 ? strrchr(text, ')') : NULL;

		if (!state || state[2] == 'S')
			return;
		sched_yield();
	}
}

/* `before`: the four bytes before the instruction, of the kernel's. */
static enum kind kind_of(uint32_t code, uint32_t before, bool kernel, uint64_t pc)
{
	if (kernel && code_enters(pc - vectors))
		return KIND_ENTRY;
	if (kernel && code_is_leave(code))
		return KIND_LEAVE;
	if (kernel && code_is_yield(code, before))
		return KIND_YIELD;
	if (code_is_wait(code))
		return KIND_WFI;
	if (code_is_mark(code))
		return KIND_MARK;
	return KIND_PLAIN;
}

static void translated(uint64_t id, struct qemu_plugin_tb *block)
{
	size_t index, count = qemu_plugin_tb_n_insns(block);

	(void)id;
	for (index = 0; index < count; index++) {
		struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, index);
		uint64_t pc = qemu_plugin_insn_vaddr(instruction);
		const char *place = qemu_plugin_insn_haddr(instruction);
		bool kernel = pc >= text && pc < text_end;
		uint32_t code = 0, before = 0, value = (uint32_t)pc;
		enum kind kind;

		/* The kernel runs where it lies, and is the first to run at its address. */
		if (kernel && !ram)
			ram = place - pc;
		kernel = kernel && place == ram + pc;
		memcpy(&code, qemu_plugin_insn_data(instruction),
		       qemu_plugin_insn_size(instruction) < sizeof(code) ? 2 : sizeof(code));
		/* Pages of QEMU's memory are next to each other as the machine's are. */
		if (kernel && pc > text)
			memcpy(&before, place - sizeof(before), sizeof(before));
		kind = kind_of(code, before, kernel, pc);
		if (kind == KIND_MARK)
			value = code_mark(code);
		qemu_plugin_register_vcpu_insn_exec_cb(
			instruction, kind != KIND_PLAIN ? special_executed :
				     kernel ? kernel_executed : plain_executed,
			PLUGIN_NO_REGISTERS, describe(kind, kernel, value));
		qemu_plugin_register_vcpu_mem_cb(instruction, stored, PLUGIN_NO_REGISTERS,
						 PLUGIN_STORES, NULL);
	}
}

static void ended(uint64_t id, void *data)
{
	unsigned int number;

	(void)id;
	(void)data;
	for (number = 0; number < CPUS; number++)
		if (cpus[number].now.count)
			fprintf(output, "cpu %u %lu %lu %lu %lu\n", number, cpus[number].now.count,
				cpus[number].now.waited, cpus[number].now.held, cpus[number].kernel);
	fclose(output);
}

static bool argument(const char *argument)
{
	static const struct {
		const char *name;
		uint64_t *value;
	} numbers[] = { { "text=", &text }, { "text-end=", &text_end }, { "vectors=", &vectors },
			{ "path=", &path_least }, { "trace=", &trace_least },
			{ "clock=", &clock_cpu } };
	size_t index;

	if (strncmp(argument, "out=", 4) == 0)
		return (output = fopen(argument + 4, "w")) != NULL;
	for (index = 0; index < sizeof(numbers) / sizeof(numbers[0]); index++)
		if (strncmp(argument, numbers[index].name, strlen(numbers[index].name)) == 0) {
			*numbers[index].value =
				strtoull(argument + strlen(numbers[index].name), NULL, 0);
			return true;
		}
	return false;
}

__attribute__((visibility("default"))) int qemu_plugin_install(uint64_t id, const void *machine,
							       int count, char **arguments)
{
	char path[64];
	int index;

	(void)machine;
	for (index = 0; index < count; index++)
		if (!argument(arguments[index]))
			return -1;
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", getpid());
	main_thread = open(path, O_RDONLY | O_CLOEXEC);
	if (!output || !text_end || main_thread < 0)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, ended, NULL);
	return 0;
}
