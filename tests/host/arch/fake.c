/* SPDX-License-Identifier: Apache-2.0 */
/* The hooks of arch/include/arch.h, on the fake machine. */
#include "tests/host/arch/fake.h"

#include <string.h>

#include "kernel/irq.h"
#include "kernel/stack.h"

struct fake fake;
char kernel_stacks[CPU_COUNT * STACK_STRIDE];
char kernel_end[FAKE_RAM_SIZE] __attribute__((aligned(1 << 21)));

void fake_reset(void)
{
	unsigned int number;

	memset(&fake, 0, sizeof(fake));
	memset(cpus, 0, sizeof(cpus));
	memset(space_identifiers, 0, sizeof(space_identifiers));
	space_identifiers[0] = 1;
	cpu_count = cpus_online = cpus_idle = 0;
	for (number = 0; number < CPU_COUNT; number++)
		fake.cpu[number].deadline = TIMER_OFF;
	fake.machine = (struct boot_machine){ .ram_base = (uint64_t)kernel_end,
					      .ram_size = sizeof(kernel_end),
					      .bundle_base = (uint64_t)FAKE_BUNDLE,
					      .bundle_size = FAKE_BUNDLE_SIZE,
					      .tree_base = (uint64_t)FAKE_BUNDLE - 8192,
					      .tree_size = 4100 };
}

struct cpu *fake_cpu(void)
{
	return &cpus[fake.at];
}

static void stop(enum fake_stop why)
{
	fake.stop = why;
	longjmp(fake.stopped, 1);
}

/* Another CPU, outside, comes to the kernel's door: in and out, or if it is held, one turn of waiting. */
static void wait_outside(unsigned int number)
{
	unsigned int at = fake.at;

	fake.at = number;
	fake.waits = true;
	if (setjmp(fake.waited) == 0) {
		cpu_wait(&cpus[number]);
		cpu_leave(&cpus[number]);
	}
	fake.waits = false;
	fake.at = at;
}

/* While one CPU waits for the others, they have their turns; for ever it waits in vain. */
void fake_relax(void)
{
	unsigned int other;

	if (fake.waits)
		longjmp(fake.waited, 1);
	for (other = 0; other < cpu_count; other++)
		if (cpus[other].evict || (cpus[other].waits && !cpus[other].held))
			wait_outside(other);
	if (++fake.spins == 1000)
		stop(FAKE_PANIC);
}

/* The other CPU's entries are inside this one's. */
void fake_meanwhile(void)
{
	void (*meanwhile)(void) = fake.meanwhile;
	unsigned int at = fake.at;
	jmp_buf stopped;

	if (!meanwhile)
		return;
	fake.meanwhile = NULL;
	memcpy(stopped, fake.stopped, sizeof(stopped));
	meanwhile();
	memcpy(fake.stopped, stopped, sizeof(stopped));
	fake.at = at;
}

void arch_cpus_interrupt(uint32_t mask)
{
	for (; mask; mask &= mask - 1) {
		fake.looks++;
		fake.cpu[__builtin_ctz(mask)].pending[ARCH_IRQ_LOOK] = true;
	}
}

void arch_thread_release(struct thread *thread)
{
	struct cpu *cpu = cpu_this();

	if (cpu->current == thread)
		arch_context_save(&thread->context);
	if (cpu->fp_owner == thread)
		cpu->fp_owner = NULL;
	if (cpu->guest != thread)
		return;
	arch_vcpu_lists_take(CONTAINER(thread, struct vcpu, thread));
	cpu->guest = cpu->entered = NULL;
}

void arch_syscall_again(bool again)
{
	fake.again += again;
}

void fake_context_save(struct arch_context *context)
{
	context->pc = HERE.pc;
	context->sp = HERE.sp;
}

uint64_t fake_clock(void)
{
	return fake.clock;
}

void fake_entry_written(uint64_t before, uint64_t after)
{
	if (before && before != after)
		fake.tables_dirty = true;
	if (!before && after)
		fake.tables_grown = true;
}

void arch_timer_set(uint64_t deadline)
{
	HERE.deadline = deadline;
}

uint32_t fake_interrupt(void)
{
	uint32_t number;

	HERE.pending[ARCH_IRQ_TIMER] |= fake.clock >= HERE.deadline;
	for (number = 0; number < ARCH_IRQ_FIRST_DEVICE; number++)
		if (HERE.pending[number])
			return number;
	for (; number < ARCH_IRQ_COUNT; number++)
		if (fake.pending[number] && !fake.active[number] && fake.enabled[number] &&
		    fake.route[number] == fake.at)
			break;
	return number;
}

/* Unless the machine is still, time passes here, and only up to what somebody waits for. */
void arch_idle(void)
{
	if (fake_interrupt() < ARCH_IRQ_COUNT)
		return;
	if (fake.still || HERE.deadline == TIMER_OFF) {
		HERE.idle = true;
		stop(FAKE_IDLE);
	}
	fake.clock = HERE.deadline;
}

void arch_say_exception(void)
{
	stop(FAKE_PANIC);
}

void arch_space_init(struct space *space)
{
	(void)space;
}

void arch_space_leave(void)
{
}

void arch_space_flush(struct space *space)
{
	(void)space;
	fake.tables_dirty = fake.tables_grown = false;
	fake.flushes++;
}

void arch_space_grown(struct space *space)
{
	(void)space;
	fake.tables_grown = false;
}

void arch_context_init(struct arch_context *context, struct space *space, uint64_t entry,
		       uint64_t stack, uint64_t argument, uint64_t second)
{
	memset(context, 0, sizeof(*context));
	context->x[0] = argument;
	context->x[1] = second;
	context->pc = entry;
	context->sp = stack;
	context->space = space;
}

status_t arch_context_get(const struct arch_context *context, uint64_t number, uint64_t *value)
{
	if (number != VCPU_PC)
		return STATUS_NOT_SUPPORTED;
	*value = context->pc;
	return STATUS_OK;
}

void fake_lists_take(struct vcpu *vcpu)
{
	struct vcpu_interrupts *page = (void *)vcpu->page_memory->base;

	memcpy(page->list, HERE.list, sizeof(HERE.list));
	vcpu->lists_in_page = true;
	cpu_this()->entered = NULL;
}

static void guest_enter(struct cpu *cpu, struct vcpu *vcpu)
{
	if (cpu->guest && cpu->guest != &vcpu->thread)
		arch_vcpu_lists_take(CONTAINER(cpu->guest, struct vcpu, thread));
	cpu->guest = cpu->entered = &vcpu->thread;
	if (!vcpu->lists_in_page)
		return;
	memcpy(HERE.list, ((struct vcpu_interrupts *)vcpu->page_memory->base)->list, sizeof(HERE.list));
	vcpu->lists_in_page = false;
	HERE.maintenance_quiet = false;
}

void fake_leave(struct thread *next)
{
	struct cpu *cpu = cpu_this();

	if (next != cpu->current) {
		if (cpu->current)
			arch_context_save(&cpu->current->context);
		cpu->current = next;
		HERE.pc = next->context.pc;
		HERE.sp = next->context.sp;
		if (!next->task && next != cpu->entered)
			guest_enter(cpu, CONTAINER(next, struct vcpu, thread));
	}
	cpu_leave(cpu);
}

void arch_vcpu_init(struct vcpu *vcpu)
{
	vcpu->thread.context.space = &vcpu->vm->space;
}

status_t arch_vcpu_get(struct vcpu *vcpu, uint64_t number, uint64_t *value)
{
	if (number != VCPU_PC)
		return STATUS_NOT_SUPPORTED;
	thread_evict(&vcpu->thread);
	*value = vcpu->thread.context.pc;
	return STATUS_OK;
}

status_t arch_vcpu_set(struct vcpu *vcpu, uint64_t number, uint64_t value)
{
	if (number != VCPU_PC)
		return STATUS_NOT_SUPPORTED;
	thread_evict(&vcpu->thread);
	vcpu->thread.context.pc = value;
	return STATUS_OK;
}

void arch_vcpu_refuse_hypercall(struct vcpu *vcpu)
{
	vcpu->thread.context.x[0] = ~0ul;
	vcpu->arch.refused++;
}

bool arch_vcpu_interrupt_pending(struct vcpu *vcpu)
{
	bool pending = (HERE.list[0] | HERE.list[1] | HERE.list[2] | HERE.list[3]) != 0;

	(void)vcpu;
	fake_meanwhile();
	return pending;
}

void arch_irq_route(uint32_t number, struct cpu *cpu)
{
	fake.route[number] = cpu->number;
}

void arch_irq_enable(uint32_t number)
{
	fake.enabled[number] = true;
}

void arch_irq_disable(uint32_t number)
{
	fake.enabled[number] = false;
}

uint32_t arch_irq_take(void)
{
	uint32_t number = fake_interrupt();

	if (number >= ARCH_IRQ_FIRST_DEVICE && number < ARCH_IRQ_COUNT) {
		fake.pending[number] = false;
		fake.active[number] = true;
	} else if (number != ARCH_IRQ_NONE) {
		HERE.pending[number] = false;
	}
	if (number == FAKE_IRQ_GUEST_TIMER) {
		irq_guest_event(VCPU_EVENT_VTIMER);
		return ARCH_IRQ_NONE;
	}
	if (number == FAKE_IRQ_MAINTENANCE) {
		irq_guest_event(VCPU_EVENT_MAINTENANCE);
		HERE.maintenance_quiet = true;
		return ARCH_IRQ_NONE;
	}
	return number;
}

void arch_irq_done(uint32_t number, struct cpu *cpu)
{
	(void)cpu;
	fake.active[number] = false;
}

bool arch_machine_owns(uint64_t base, uint64_t size)
{
	return base < FAKE_OWNED + PAGE_SIZE && FAKE_OWNED < base + size;
}

void arch_machine_off(void)
{
	stop(FAKE_OFF);
}

void arch_machine_reset(void)
{
	stop(FAKE_OFF);
}

void arch_machine_put(char character)
{
	if (fake.console_used < sizeof(fake.console) - 1)
		fake.console[fake.console_used++] = character;
}

void arch_boot_machine(struct boot_machine *machine)
{
	*machine = fake.machine;
}
