/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the kernel in a test: boots it, makes system calls and exits, checks all it holds. */
#ifndef TESTS_HOST_KERNEL_HARNESS_H
#define TESTS_HOST_KERNEL_HARNESS_H

#include "ipc/image.h"
#include "kernel/endpoint.h"
#include "kernel/irq.h"
#include "kernel/syscall.h"
#include "kernel/task.h"
#include "kernel/vm.h"
#include "tests/host/arch/fake.h"
#include "tests/host/suite.h"

/* The first task's thread, made by kernel_start: it holds the pool, the machine and all it makes. */
extern struct thread *boot;

/* A fresh kernel: a machine with a bundle, then boot (boot is NULL if it refuses). */
void kernel_start(void);
void kernel_prepare(void);
void kernel_boot(void);

/* The same with 1 to CPU_COUNT CPUs; idle ones wait until something happens there. */
void kernel_start_cpus(unsigned int count);

/* What happens from here on happens at that CPU: also all that makes a thread run moves there. */
void on_cpu(unsigned int number);

/* The first task's image in the bundle, and its checksum made right again. */
struct image_header *fake_image(void);
void fake_image_seal(void);

/* What is wrong with the kernel's data, or NULL; the counts of handles and pools among it. */
const char *kernel_wrong(void);
#define CHECK_KERNEL() check_kernel(__FILE__, __LINE__)
void check_kernel(const char *file, unsigned int line);

/* The thread, which is ready, gets the CPU it is at, whatever its priority. */
void kernel_run_as(struct thread *thread);

/* The first task's thread, more urgent than all others, waits until it is needed again. */
void boot_rest(void);

/* An entry into the kernel at this CPU; fake.stop says whether somebody runs afterwards. */
void kernel_come(void);
#define KERNEL_ENTER(next)                                                                         \
	do {                                                                                       \
		if (setjmp(fake.stopped) == 0) {                                                   \
			kernel_come();                                                             \
			fake_leave(next);                                                          \
		}                                                                                  \
	} while (0)

/* A system call; the status, for calls that do not block. */
status_t call(struct thread *caller, uint64_t number, uint64_t a0, uint64_t a1, uint64_t a2,
	      uint64_t a3, uint64_t a4, uint64_t a5);
#define CALL(caller, ...) CALL_(caller, __VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)
#define CALL_(caller, number, a0, a1, a2, a3, a4, a5, ...)                                         \
	call(caller, number, a0, a1, a2, a3, a4, a5)

/* SYSCALL_CALL with a label and a first word; SYSCALL_REPLY_WAIT with a status and a first word. */
void message_call(struct thread *caller, uint64_t endpoint, uint64_t label, uint64_t word);
void message_reply(struct thread *server, uint64_t endpoint, status_t status, uint64_t word);
#define LABEL(thread) ((thread)->context.x[1])
#define BADGE(thread) ((thread)->context.x[2])
#define WORD(thread, n) ((thread)->context.x[4 + (n)])
#define STATUS(thread) ((status_t)(thread)->context.x[0])

/* Exits of a vCPU that is ready. */
void exit_mmio(struct vcpu *vcpu, uint64_t address, bool write, uint64_t value);
void exit_sysreg(struct vcpu *vcpu, uint64_t number, bool write, uint64_t value);
void exit_hypercall(struct vcpu *vcpu, uint64_t function);
void exit_wait(struct vcpu *vcpu);

/* The machine's interrupt comes: to this CPU, or if it is a driver's, where it is routed to. */
void interrupt(uint32_t number);

/* The CPU takes the interrupt that another one sent, if any; and all do until nothing is left. */
void look(unsigned int number);
void look_all(void);

/* Time passes; every CPU takes its timer interrupts and the others'. */
void pass(uint64_t until);

/* Objects in new slots of the first task, made by it. */
uint64_t slot_new(void);
uint64_t make_pool(uint64_t size);
uint64_t make_memory(uint64_t size, uint64_t alignment);
uint64_t make_endpoint(void);
uint64_t make_task(void);
uint64_t make_thread(uint64_t task, unsigned int priority, uint64_t fault);
uint64_t make_vm(uint64_t fault, uint64_t badge);
uint64_t make_vcpu(uint64_t vm, unsigned int index, unsigned int priority);
void destroy(uint64_t slot);

struct object *object_at(uint64_t slot);
struct thread *thread_at(uint64_t slot);
struct vcpu *vcpu_at(uint64_t slot);

/* A task with one thread, started. */
struct side {
	uint64_t task_slot, thread_slot;
	struct task *task;
	struct thread *thread;
};
struct side make_side(unsigned int priority, uint64_t fault);

/* The same, with its own CPUs and budget; the first task stays at CPU 0 from the first one on. */
struct side make_side_on(uint64_t mask, unsigned int priority, uint64_t fault);
void set_schedule(uint64_t slot, uint64_t mask, uint64_t budget, uint64_t period);
/* A CPU of a mask. */
#define AT(number) (1ul << (number))
#define RUNS_AT(number, thread) CU_ASSERT_PTR_EQUAL(cpus[number].current, thread)

/* A handle of the first task's, granted to the side's task in a new slot there. */
uint64_t give(const struct side *side, uint64_t slot, uint64_t rights, uint64_t badge);

uint64_t root_free(void);

#define CHECK_STATUS(is, should) CU_ASSERT_EQUAL((status_t)(is), (status_t)(should))
#define NEED_STATUS(is, should) CU_ASSERT_EQUAL_FATAL((status_t)(is), (status_t)(should))

#endif
