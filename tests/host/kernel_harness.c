/* SPDX-License-Identifier: Apache-2.0 */
/* Boot, entries and the making of objects; kernel_check.c looks at what came of it. */
#include "tests/host/kernel_harness.h"

#include <string.h>

#include "gen/sysreg.h"
#include "kernel/boot.h"
#include "kernel/trap.h"

struct thread *boot;
static uint64_t next_slot, rest;

struct image_header *fake_image(void)
{
	return (void *)(FAKE_BUNDLE + IMAGE_OFFSET);
}

void fake_image_seal(void)
{
	struct image_header *image = fake_image();
	uint64_t *word = (uint64_t *)image, sum = 0;
	unsigned int index;

	image->checksum = 0;
	for (index = 0; index < (FAKE_BUNDLE_SIZE - IMAGE_OFFSET) / 8; index++)
		sum += word[index];
	image->checksum = -sum;
}

/* The smallest supervisor: a page each of text, constants and data. */
static void write_bundle(void)
{
	memset(FAKE_BUNDLE, 0, FAKE_BUNDLE_SIZE);
	*fake_image() = (struct image_header){ .magic = IMAGE_MAGIC, .text_size = 4096,
					       .rodata_size = 4096, .data_size = 4096,
					       .entry = IMAGE_ADDRESS, .stack = STACK_END };
	fake_image_seal();
}

static void forget_irqs(struct pool *pool)
{
	struct object *object;

	for (object = pool->objects; object; object = object->next) {
		if (object->type == OBJECT_IRQ)
			irq_destroy((struct irq *)object);
		if (object->type == OBJECT_POOL)
			forget_irqs((struct pool *)object);
	}
}

static void forget_memory(struct object *object)
{
	struct memory *memory = (struct memory *)object;

	memory->mappings = NULL;
	memory->windows = 0;
	memory->object.references = 1;
}

/* The kernel keeps its own few objects where a second boot in one process finds them used. */
static void forget_boot(void)
{
	static struct object *pool, *bundle, *firmware, *machine;

	if (boot) {
		pool = boot->task->handles[SLOT_ROOT_POOL].object;
		bundle = boot->task->handles[SLOT_BUNDLE].object;
		firmware = boot->task->handles[SLOT_FIRMWARE].object;
		machine = boot->task->handles[SLOT_MACHINE].object;
		forget_irqs((struct pool *)pool);
	}
	boot = NULL;
	if (!pool)
		return;
	((struct pool *)pool)->held = 0;
	((struct pool *)pool)->objects = NULL;
	pool->references = machine->references = 1;
	forget_memory(bundle);
	forget_memory(firmware);
}

void kernel_prepare(void)
{
	forget_boot();
	fake_reset();
	write_bundle();
}

static void boot_on(unsigned int count)
{
	unsigned int number;

	if (setjmp(fake.stopped) == 0) {
		for (number = 0; number < count; number++)
			boot_cpu(number);
		boot = boot_supervisor();
		fake_leave(boot);
	}
}

void kernel_boot(void)
{
	boot_on(1);
}

static void start_on(unsigned int count)
{
	kernel_prepare();
	boot_on(count);
	if (!boot)
		CU_FAIL_FATAL("the kernel boots");
	next_slot = SLOT_FREE;
	rest = make_endpoint();
}

void kernel_start(void)
{
	start_on(1);
}

/* Before they are used, the other CPUs have nothing to do. */
void kernel_start_cpus(unsigned int count)
{
	unsigned int number;

	start_on(count);
	fake.still = true;
	for (number = 1; number < count; number++) {
		on_cpu(number);
		KERNEL_ENTER(thread_schedule(cpu_this()));
		CU_ASSERT_FATAL(HERE.idle);
	}
	on_cpu(0);
}

void on_cpu(unsigned int number)
{
	fake.at = number;
}

/* Through the door, and awake, as after arch_idle. */
void kernel_come(void)
{
	struct cpu *cpu = cpu_this();

	fake.stop = FAKE_RUNS;
	fake.spins = 0;
	HERE.idle = false;
	if (cpu->waits)
		cpu_wait(cpu);
	else
		cpu_enter(cpu);
	cpus_idle &= ~cpu_bit(cpu);
}

static struct thread *take_interrupt(void)
{
	return trap_irq(cpu_this()->current, cpu_this());
}

void interrupt(uint32_t number)
{
	if (number >= ARCH_IRQ_FIRST_DEVICE) {
		fake.pending[number] = true;
		on_cpu(fake.route[number]);
	} else {
		HERE.pending[number] = true;
	}
	KERNEL_ENTER(take_interrupt());
}

void look(unsigned int number)
{
	on_cpu(number);
	if (HERE.pending[ARCH_IRQ_LOOK])
		KERNEL_ENTER(take_interrupt());
}

void look_all(void)
{
	unsigned int at = fake.at, number = 0, quiet = 0, rounds = 0;

	for (; quiet < cpu_count; number = (number + 1) % cpu_count) {
		quiet = fake.cpu[number].pending[ARCH_IRQ_LOOK] ? 0 : quiet + 1;
		look(number);
		CU_ASSERT_FATAL(rounds++ < 1000);
	}
	CHECK_KERNEL();
	on_cpu(at);
}

/* The CPU with the first deadline, not after `until`; or CPU_COUNT. */
static unsigned int next_deadline(uint64_t until)
{
	unsigned int number, first = CPU_COUNT;

	for (number = 0; number < cpu_count; number++)
		if (fake.cpu[number].deadline <= until &&
		    (first == CPU_COUNT || fake.cpu[number].deadline < fake.cpu[first].deadline))
			first = number;
	return first;
}

void pass(uint64_t until)
{
	unsigned int at = fake.at, number;

	look_all();
	while ((number = next_deadline(until)) < CPU_COUNT) {
		on_cpu(number);
		if (fake.clock < HERE.deadline)
			fake.clock = HERE.deadline;
		KERNEL_ENTER(take_interrupt());
		look_all();
	}
	fake.clock = until;
	on_cpu(at);
}

static void ready_leave(struct cpu *cpu, struct thread *thread)
{
	queue_remove(&thread->link);
	if (queue_empty(&cpu->ready[thread->priority]))
		cpu->ready_priorities &= ~(1u << thread->priority);
}

void kernel_run_as(struct thread *thread)
{
	unsigned int moves;
	struct cpu *cpu;

	if (thread == boot && boot->state == THREAD_RECEIVING)
		endpoint_signal(boot->serves, 1);
	/* On its way there, and from there perhaps to a CPU that has nothing else to do. */
	for (moves = 0; moves < CPU_COUNT && thread->notified && queue_empty(&thread->link) &&
			thread->cpu->current != thread; moves++)
		look(thread->cpu->number);
	cpu = thread->cpu;
	on_cpu(cpu->number);
	CU_ASSERT_EQUAL_FATAL(thread->state, THREAD_READY);
	if (cpu->current == thread && queue_empty(&thread->link))
		return;
	CU_ASSERT_FATAL(!queue_empty(&thread->link));
	if (cpu->current && cpu->current != thread && cpu->current->state == THREAD_READY &&
	    queue_empty(&cpu->current->link))
		thread_ready(cpu->current);
	ready_leave(cpu, thread);
	schedule_pay(cpu, thread);
	fake_leave(thread);
}

status_t call(struct thread *caller, uint64_t number, uint64_t a0, uint64_t a1, uint64_t a2,
	      uint64_t a3, uint64_t a4, uint64_t a5)
{
	uint64_t arguments[6] = { a0, a1, a2, a3, a4, a5 };

	kernel_run_as(caller);
	memcpy(caller->context.x, arguments, sizeof(arguments));
	do {
		fake.again = 0;
		KERNEL_ENTER(syscall_handle(caller, number));
	} while (fake.again == 2);
	return STATUS(caller);
}

void message_call(struct thread *caller, uint64_t endpoint, uint64_t label, uint64_t word)
{
	kernel_run_as(caller);
	memset(&WORD(caller, 1), 0, 7 * sizeof(uint64_t));
	caller->context.x[0] = endpoint;
	caller->context.x[1] = label;
	WORD(caller, 0) = word;
	KERNEL_ENTER(syscall_handle(caller, SYSCALL_CALL));
}

void message_reply(struct thread *server, uint64_t endpoint, status_t status, uint64_t word)
{
	kernel_run_as(server);
	server->context.x[0] = endpoint;
	server->context.x[1] = (uint64_t)status;
	WORD(server, 0) = word;
	KERNEL_ENTER(syscall_handle(server, SYSCALL_REPLY_WAIT));
}

void boot_rest(void)
{
	message_reply(boot, rest, STATUS_OK, 0);
}

void exit_mmio(struct vcpu *vcpu, uint64_t address, bool write, uint64_t value)
{
	kernel_run_as(&vcpu->thread);
	KERNEL_ENTER(vcpu_exit_mmio(vcpu, address, 4, write, value));
}

void exit_sysreg(struct vcpu *vcpu, uint64_t number, bool write, uint64_t value)
{
	kernel_run_as(&vcpu->thread);
	KERNEL_ENTER(vcpu_exit_sysreg(vcpu, number, write ? SYSREG_LABEL_WRITE : SYSREG_LABEL_READ,
				      value, 0));
}

void exit_hypercall(struct vcpu *vcpu, uint64_t function)
{
	kernel_run_as(&vcpu->thread);
	vcpu->thread.context.x[0] = function;
	KERNEL_ENTER(vcpu_exit_hypercall(vcpu));
}

void exit_wait(struct vcpu *vcpu)
{
	kernel_run_as(&vcpu->thread);
	KERNEL_ENTER(vcpu_exit_wait(vcpu));
}

/* --- Objects ------------------------------------------------------------------------------- */

uint64_t slot_new(void)
{
	return next_slot++;
}

static uint64_t make(uint64_t number, uint64_t a0, uint64_t a2, uint64_t a3, uint64_t a4,
		     uint64_t a5)
{
	uint64_t slot = slot_new();

	NEED_STATUS(call(boot, number, a0, slot, a2, a3, a4, a5), STATUS_OK);
	return slot;
}

uint64_t make_pool(uint64_t size)
{
	return make(SYSCALL_CREATE_POOL, SLOT_ROOT_POOL, size, 0, 0, 0);
}

uint64_t make_memory(uint64_t size, uint64_t alignment)
{
	return make(SYSCALL_CREATE_MEMORY, SLOT_ROOT_POOL, size, alignment, 0, 0);
}

uint64_t make_endpoint(void)
{
	return make(SYSCALL_CREATE_ENDPOINT, SLOT_ROOT_POOL, 0, 0, 0, 0);
}

uint64_t make_task(void)
{
	return make(SYSCALL_CREATE_TASK, SLOT_ROOT_POOL, 0, 0, 0, 0);
}

uint64_t make_thread(uint64_t task, unsigned int priority, uint64_t fault)
{
	return make(SYSCALL_CREATE_THREAD, SLOT_ROOT_POOL, task, priority, fault, 77);
}

uint64_t make_vm(uint64_t fault, uint64_t badge)
{
	return make(SYSCALL_CREATE_VM, SLOT_ROOT_POOL, fault, badge, 0, 0);
}

uint64_t make_vcpu(uint64_t vm, unsigned int index, unsigned int priority)
{
	uint64_t page = make_memory(PAGE_SIZE, PAGE_SIZE);

	memset((void *)((struct memory *)object_at(page))->base, 0, PAGE_SIZE);
	return make(SYSCALL_CREATE_VCPU, SLOT_ROOT_POOL, vm, index, page, priority);
}

void destroy(uint64_t slot)
{
	status_t status;

	do
		status = CALL(boot, SYSCALL_DESTROY, slot);
	while (status == STATUS_AGAIN);
	NEED_STATUS(status, STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_CLOSE, slot), STATUS_OK);
}

struct object *object_at(uint64_t slot)
{
	return boot->task->handles[slot].object;
}

struct thread *thread_at(uint64_t slot)
{
	return CONTAINER(object_at(slot), struct thread, object);
}

struct vcpu *vcpu_at(uint64_t slot)
{
	return CONTAINER(object_at(slot), struct vcpu, thread.object);
}

struct side make_side(unsigned int priority, uint64_t fault)
{
	struct side side;

	side.task_slot = make_task();
	side.thread_slot = make_thread(side.task_slot, priority, fault);
	side.task = (struct task *)object_at(side.task_slot);
	side.thread = thread_at(side.thread_slot);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, side.thread_slot, 0x1000, 0x2000, 0), STATUS_OK);
	return side;
}

void set_schedule(uint64_t slot, uint64_t mask, uint64_t budget, uint64_t period)
{
	NEED_STATUS(CALL(boot, SYSCALL_SCHEDULE, SLOT_MACHINE, slot, mask, budget, period), STATUS_OK);
}

struct side make_side_on(uint64_t mask, unsigned int priority, uint64_t fault)
{
	struct side side;

	set_schedule(SLOT_SELF_THREAD, 1, 0, 0);
	side = make_side(priority, fault);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_STOP, side.thread_slot), STATUS_OK);
	set_schedule(side.thread_slot, mask, 0, 0);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, side.thread_slot, 0x1000, 0x2000, 0), STATUS_OK);
	look_all();
	return side;
}

uint64_t give(const struct side *side, uint64_t slot, uint64_t rights, uint64_t badge)
{
	uint64_t there = 1;

	while (side->task->handles[there].object)
		there++;
	NEED_STATUS(CALL(boot, SYSCALL_GRANT, side->task_slot, there, slot, rights, badge), STATUS_OK);
	return there;
}

uint64_t root_free(void)
{
	NEED_STATUS(CALL(boot, SYSCALL_OBJECT_INFO, SLOT_ROOT_POOL), STATUS_OK);
	return boot->context.x[2];
}
