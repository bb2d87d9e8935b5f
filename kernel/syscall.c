/* SPDX-License-Identifier: Apache-2.0 */
/* System calls: decode, check the handles, act, status. Message passing comes first: it is hot. */
#include "kernel/syscall.h"

#include "kernel/endpoint.h"
#include "kernel/irq.h"
#include "kernel/task.h"
#include "kernel/vm.h"

static struct thread *refuse(struct thread *caller, status_t status)
{
	status_deliver(&caller->context, status);
	return caller;
}

/*
 * From shared to alone, for a call that has done nothing yet. False: the caller was taken away
 * meanwhile, and makes its call again if it runs again; the CPU is inside, shared.
 */
static bool enter_alone(struct cpu *cpu, const struct thread *caller)
{
	arch_syscall_again(true);
	cpu_enter_alone(cpu);
	if (cpu->current == caller) {
		arch_syscall_again(false);
		return true;
	}
	cpu_leave_alone(cpu);
	return false;
}

/* The handle is checked once; then the thread serves through it until it is closed. */
static __attribute__((noinline)) struct thread *reply_wait_first(struct thread *caller,
								 uint64_t slot)
{
	struct cpu *cpu = cpu_this();
	struct endpoint *endpoint;
	struct handle *handle;
	status_t status;

	if (!enter_alone(cpu, caller))
		return thread_schedule(cpu);
	status = STATUS_OK;
	endpoint = handle_find(caller->task, slot, OBJECT_ENDPOINT, RIGHT_RECEIVE, &handle,
			       &status);
	if (endpoint && !endpoint_serve(endpoint, caller, slot))
		status = STATUS_BUSY;
	/* It may run anywhere next: no CPU keeps its FP registers. */
	arch_thread_release(caller);
	cpu_leave_alone(cpu);
	return status == STATUS_OK ? endpoint_reply_wait(caller) : refuse(caller, status);
}

static __attribute__((noinline)) struct thread *syscall_reply_wait(struct thread *caller)
{
	uint64_t slot = arch_call_registers(&caller->context)[0];

	if (__builtin_expect(slot != caller->serves_slot || slot == HANDLE_NONE, 0))
		return reply_wait_first(caller, slot);
	return endpoint_reply_wait(caller);
}

/* The server is busy. */
static __attribute__((noinline)) struct thread *call_slowly(struct thread *caller,
							    struct endpoint *endpoint)
{
	struct thread *server;
	status_t status = endpoint_call(endpoint, caller, &server);

	if (status != STATUS_OK)
		return refuse(caller, status);
	return server ? server : thread_schedule(cpu_this());
}

static __attribute__((noinline)) struct thread *syscall_call(struct thread *caller)
{
	struct endpoint *endpoint;
	struct handle *handle;
	struct thread *server;
	status_t status;

	endpoint = handle_find(caller->task, arch_call_registers(&caller->context)[0],
			       OBJECT_ENDPOINT, RIGHT_CALL, &handle, &status);
	if (!endpoint)
		return refuse(caller, status);
	server = endpoint_claim(endpoint);
	caller->label = message_label(&caller->context);
	caller->badge = handle->badge;
	caller->words = message_words(&caller->context);
	if (__builtin_expect(!server, 0))
		return call_slowly(caller, endpoint);
	endpoint_deliver(endpoint, server, caller);
	return server;
}

static status_t syscall_endpoint(struct task *task, uint64_t number, const uint64_t *arguments)
{
	uint32_t rights = number == SYSCALL_SIGNAL ? RIGHT_SIGNAL : RIGHT_RECEIVE;
	struct endpoint *endpoint;
	struct handle *handle;
	status_t status;

	endpoint = handle_find(task, arguments[0], OBJECT_ENDPOINT, rights, &handle, &status);
	if (!endpoint)
		return status;
	if (number == SYSCALL_SIGNAL)
		endpoint_signal(endpoint, handle->badge);
	else
		endpoint_timer(endpoint, arguments[1], arguments[2]);
	return STATUS_OK;
}

static status_t syscall_grant(struct task *task, const uint64_t *arguments)
{
	struct handle *handle;
	status_t status;
	struct task *to = handle_find(task, arguments[0], OBJECT_TASK, RIGHT_MANAGE, &handle,
				      &status);

	return to ? handle_grant(task, arguments[2], to, arguments[1], arguments[3], arguments[4])
		  : status;
}

static status_t syscall_destroy(struct task *task, uint64_t slot)
{
	struct object *object;

	if (slot >= HANDLE_COUNT || !task->handles[slot].object)
		return STATUS_BAD_HANDLE;
	if (!(task->handles[slot].rights & RIGHT_MANAGE))
		return STATUS_BAD_RIGHTS;
	object = task->handles[slot].object;
	if (object->dead && !object->link)
		return STATUS_DEAD;
	return object == &task->object ? STATUS_BUSY : object_destroy(object);
}

static status_t syscall_irq_done(struct task *task, uint64_t slot)
{
	struct handle *handle;
	status_t status;
	struct irq *irq = handle_find(task, slot, OBJECT_IRQ, RIGHT_MANAGE, &handle, &status);

	if (irq)
		irq_done(irq);
	return irq ? STATUS_OK : status;
}

static status_t syscall_object_info(struct task *task, uint64_t slot, uint64_t *results)
{
	struct object *object;

	if (slot >= HANDLE_COUNT || !task->handles[slot].object)
		return STATUS_BAD_HANDLE;
	object = task->handles[slot].object;
	if (object->dead)
		return STATUS_DEAD;
	results[1] = object->type;
	results[2] = results[3] = 0;
	if (object->type == OBJECT_POOL) {
		results[2] = ((struct pool *)object)->end - ((struct pool *)object)->next;
	} else if (object->type == OBJECT_MEMORY) {
		results[2] = ((struct memory *)object)->size;
		if (task->handles[slot].rights & RIGHT_DMA)
			results[3] = memory_physical((struct memory *)object);
	}
	return STATUS_OK;
}

static status_t syscall_machine(struct task *task, const uint64_t *arguments)
{
	struct handle *handle;
	unsigned int shift;
	status_t status;

	if (!handle_find(task, arguments[0], OBJECT_MACHINE, RIGHT_MANAGE, &handle, &status))
		return status;
	switch (arguments[1]) {
	case MACHINE_OFF:
		arch_machine_off();
		return STATUS_NOT_SUPPORTED;
	case MACHINE_RESET:
		arch_machine_reset();
		return STATUS_NOT_SUPPORTED;
	case MACHINE_PUT:
		for (shift = 0; shift < 64 && (arguments[2] >> shift & 0xff); shift += 8)
			arch_machine_put(arguments[2] >> shift & 0xff);
		return STATUS_OK;
	}
	return STATUS_BAD_ARGUMENT;
}

/* What makes, ends or changes objects, or looks at what changes them. */
static status_t dispatch_alone(struct task *task, uint64_t number, const uint64_t *arguments,
			       uint64_t *results)
{
	switch (number) {
	case SYSCALL_CREATE_POOL ... SYSCALL_CREATE_WINDOW:
		return syscall_create(task, number, arguments);
	case SYSCALL_GRANT:
		return syscall_grant(task, arguments);
	case SYSCALL_CLOSE:
		return handle_close(task, arguments[0]);
	case SYSCALL_DESTROY:
		return syscall_destroy(task, arguments[0]);
	case SYSCALL_MAP:
	case SYSCALL_UNMAP:
		return syscall_memory(task, number, arguments);
	case SYSCALL_THREAD_START ... SYSCALL_THREAD_GET:
		return syscall_thread(task, number, arguments, results);
	case SYSCALL_SCHEDULE:
		return syscall_schedule(task, arguments);
	case SYSCALL_ROUTE ... SYSCALL_VCPU_HOLD:
		return syscall_vcpu(task, number, arguments, results, false);
	case SYSCALL_OBJECT_INFO:
		return syscall_object_info(task, arguments[0], results);
	}
	return STATUS_NOT_SUPPORTED;
}

static __attribute__((noinline)) struct thread *syscall_alone(struct thread *caller,
							      uint64_t number)
{
	struct cpu *cpu = cpu_this();
	status_t status;

	if (!enter_alone(cpu, caller))
		return thread_schedule(cpu);
	caller->calls++;
	status = dispatch_alone(caller->task, number, arch_call_registers(&caller->context),
				arch_call_registers(&caller->context));
	if (status == STATUS_RESTART)
		arch_syscall_again(true);
	else
		status_deliver(&caller->context, status);
	cpu_leave_alone(cpu);
	return cpu->reschedule || cpu->current != caller ? thread_schedule(cpu) : caller;
}

/*
 * Signals and the like: what is hot enough to be done while other CPUs are in the kernel too.
 * STATUS_AGAIN: not that, or not this time.
 */
static status_t dispatch_shared(struct task *task, uint64_t number, const uint64_t *arguments,
				uint64_t *results)
{
	switch (number) {
	case SYSCALL_SIGNAL:
	case SYSCALL_TIMER:
		return syscall_endpoint(task, number, arguments);
	case SYSCALL_VCPU_GET:
	case SYSCALL_VCPU_SET:
	case SYSCALL_VCPU_KICK:
		return syscall_vcpu(task, number, arguments, results, true);
	case SYSCALL_IRQ_DONE:
		return syscall_irq_done(task, arguments[0]);
	case SYSCALL_CLOCK:
		results[1] = arch_clock();
		results[2] = arch_clock_frequency();
		return STATUS_OK;
	case SYSCALL_MACHINE:
		return syscall_machine(task, arguments);
	}
	return STATUS_AGAIN;
}

static __attribute__((noinline)) struct thread *syscall_shared(struct thread *caller,
							       uint64_t number)
{
	static const uint64_t nowhere[4];
	struct cpu *cpu = cpu_this();
	status_t status;

	if (number == SYSCALL_EXIT)
		return thread_fault(caller, arch_call_registers(&caller->context)[0],
				    FAULT_EXIT, nowhere);
	status = dispatch_shared(caller->task, number, arch_call_registers(&caller->context),
				 arch_call_registers(&caller->context));
	if (status == STATUS_AGAIN)
		return syscall_alone(caller, number);
	status_deliver(&caller->context, status);
	return cpu->reschedule ? thread_schedule(cpu) : caller;
}

/* Tail calls, so that the two hot ones save no registers of this function's own. */
struct thread *syscall_handle(struct thread *caller, uint64_t number)
{
	if (__builtin_expect(number == SYSCALL_REPLY_WAIT, 1))
		return syscall_reply_wait(caller);
	if (number == SYSCALL_CALL)
		return syscall_call(caller);
	return syscall_shared(caller, number);
}
