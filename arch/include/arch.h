/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every hook that an architecture implements, and nothing else of it is visible in kernel/.
 *
 * Context, unless a hook says otherwise: privileged, interrupts off, on the CPU it is about, no
 * locks held; it cannot fail. "inline" hooks are in the architecture's own arch_inline.h because
 * they lie on the exit path. A hook that an architecture forgets fails to link or to compile under
 * its name.
 */
#ifndef ARCH_ARCH_H
#define ARCH_ARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "ipc/status.h"
#include "ipc/syscall.h"

struct cpu;
struct space;
struct thread;
struct vcpu;

/*
 * Types and constants, from the architecture's arch_types.h:
 *   struct arch_context    registers of a thread that its CPU does not hold
 *   struct arch_fp         floating-point and vector registers
 *   struct arch_vcpu       guest state that moves only when another vCPU takes the CPU
 *   struct arch_cpu        what the architecture keeps for each CPU
 *   ARCH_SPACE_SIZE        bytes of a space
 *   ARCH_SPACE_IDENTIFIERS  numbers for the TLB entries of spaces; 0 is nobody's
 *   ARCH_SPACE_ROOT_LEVEL   of its root table (leaves of 4 KiB are level 3)
 *   ARCH_TASK_ROOT_SIZE, ARCH_VM_ROOT_SIZE   bytes of that, and its alignment
 *   ARCH_IRQ_FIRST_DEVICE, ARCH_IRQ_COUNT   a driver's interrupts: from the one, below the other
 *   ARCH_IRQ_LOOK, ARCH_IRQ_TIMER, ARCH_IRQ_NONE   the kernel's own, and none; no driver's
 */
#include "arch_types.h"

/* --- CPU -------------------------------------------------------------------------------------- */

/* inline: this CPU's struct cpu. */
static inline struct cpu *arch_cpu_pointer(void);

/* inline: ticks since power-on, and ticks a second. */
static inline uint64_t arch_clock(void);
static inline uint64_t arch_clock_frequency(void);

/* The kernel's timer interrupt of this CPU comes at `deadline` ticks (TIMER_OFF: not). */
void arch_timer_set(uint64_t deadline);

/* Stops the CPU until an interrupt is pending, without taking it. Nobody is inside the kernel. */
void arch_idle(void);

/* inline: another turn of a loop that waits for another CPU. */
static inline void arch_relax(void);

/*
 * inline: the two swaps on the way to a server and back, in as few instructions as can be.
 * arch_claim: if the word holds more than `most`, that, and 0 is stored instead (acquire); else 0.
 * arch_offer: if the word holds 0, stores `value` (release); false if it does not.
 */
static inline uint64_t arch_claim(uint64_t *word, uint64_t most);
static inline bool arch_offer(uint64_t *word, uint64_t value);

/*
 * ARCH_IRQ_LOOK comes at those CPUs (bit n: the CPU number n); what was written before is seen by
 * what they do then.
 */
void arch_cpus_interrupt(uint32_t mask);

/* What the hardware says of this CPU's last exception, with say_number, on one line. */
void arch_say_exception(void);

/* --- Tables (format of the second stage) ------------------------------------------------------ */

/*
 * inline: an entry that points to the next table; one that maps (level 2 or 3); what they hold.
 * Addresses are the kernel's own; a device's, which the kernel cannot reach, are physical.
 */
static inline uint64_t arch_entry_table(uint64_t table);
static inline uint64_t arch_entry_leaf(uint64_t address, unsigned int level, uint32_t access,
				       bool device);
static inline uint64_t arch_entry_address(uint64_t entry);

/* inline: what a level 3 leaf is for the next page, with the same attributes. */
static inline uint64_t arch_entry_next(uint64_t leaf);
static inline bool arch_entry_is_leaf(uint64_t entry, unsigned int level);

/* inline: stores an entry so that the table walker sees it before the next access. */
static inline void arch_entry_write(uint64_t *entry, uint64_t value);

/* inline: tables that were cleared are visible to the walker, before entries point to them. */
static inline void arch_table_publish(void);

/* inline: where the machine's other devices see the RAM that the kernel has at `address`. */
static inline uint64_t arch_physical(uint64_t address);

/* The space's root is there, empty: what the kernel itself needs of it is put in. */
void arch_space_init(struct space *space);

/* Removes every TLB entry of the space from all CPUs before it returns. */
void arch_space_flush(struct space *space);

/* Entries were added: no CPU remembers that nothing was there. */
void arch_space_grown(struct space *space);

/* inline, at boot: a leaf of the kernel's own tables, level 1 to 3; after one was taken out. */
enum arch_kernel_use {
	ARCH_KERNEL_TEXT,
	ARCH_KERNEL_CONSTANT,
	ARCH_KERNEL_DATA,
	ARCH_KERNEL_DEVICE,
};

static inline uint64_t arch_kernel_leaf(uint64_t address, unsigned int level,
					enum arch_kernel_use use);
void arch_kernel_flush(void);

/* There is no current thread: this CPU walks no space's tables until there is one again. */
void arch_space_leave(void);

/* --- Threads ---------------------------------------------------------------------------------- */

/* A context that starts at `entry` in a task's space, unprivileged, with two arguments. */
void arch_context_init(struct arch_context *context, struct space *space, uint64_t entry,
		       uint64_t stack, uint64_t argument, uint64_t second);

/* One of the context's registers, numbers of ipc/<arch>.h; STATUS_NOT_SUPPORTED for others. */
status_t arch_context_get(const struct arch_context *context, uint64_t number, uint64_t *value);

/*
 * inline: the registers of the current thread but for the general ones, which are there already,
 * and for what arch_thread_release takes care of, go to its context.
 */
static inline void arch_context_save(struct arch_context *context);

/* What this CPU's hardware holds of the thread goes to memory; the CPU can do without it. */
void arch_thread_release(struct thread *thread);

/* The current thread's system call counts as not made yet; or, after that, as made again. */
void arch_syscall_again(bool again);

/* inline: the CALL_REGISTERS of a system call or a message, in their order (kernel/call.h). */
static inline uint64_t *arch_call_registers(struct arch_context *context);

/* --- vCPUs ------------------------------------------------------------------------------------ */

/* Reset state. The vCPU is stopped. */
void arch_vcpu_init(struct vcpu *vcpu);

/* Guest registers, numbers of ipc/<arch>.h; alone in the kernel.
 * STATUS_NOT_SUPPORTED for numbers that do not exist or cannot be written. */
status_t arch_vcpu_get(struct vcpu *vcpu, uint64_t number, uint64_t *value);
status_t arch_vcpu_set(struct vcpu *vcpu, uint64_t number, uint64_t value);

/*
 * inline, in arch_vcpu_inline.h, which kernel/vm.h includes where struct vcpu is complete:
 *   void arch_vcpu_lists_take(struct vcpu *vcpu)
 *	the list registers go to the interrupt page, if the hardware holds them;
 *   void arch_vcpu_complete(struct vcpu *vcpu, const uint64_t *words)
 *	does the exit as its server answered: the register gets the value, the pc moves on;
 *   const uint64_t *arch_hypercall_words(struct vcpu *vcpu)
 *	the eight argument registers of a hypercall.
 */

/* The guest's hypercall gets its firmware's 'not supported'. */
void arch_vcpu_refuse_hypercall(struct vcpu *vcpu);

/* Is an interrupt pending that ends the current vCPU's wait? If not it may have an event now. */
bool arch_vcpu_interrupt_pending(struct vcpu *vcpu);

/* --- Interrupts ------------------------------------------------------------------------------- */

/* Lets a driver's interrupt come, to the CPU that arch_irq_route said; or no longer. */
void arch_irq_route(uint32_t number, struct cpu *cpu);
void arch_irq_enable(uint32_t number);
void arch_irq_disable(uint32_t number);

/*
 * The pending interrupt, or ARCH_IRQ_NONE; a driver's is active now, until arch_irq_done at the CPU
 * that arch_irq_route said. Those of the current guest's own are dealt with (irq_guest_event).
 */
uint32_t arch_irq_take(void);
void arch_irq_done(uint32_t number, struct cpu *cpu);

/* --- Machine ---------------------------------------------------------------------------------- */

/* Does the kernel itself drive registers in [base, base + size)? Then no task may have them. */
bool arch_machine_owns(uint64_t base, uint64_t size);

/* Neither returns. */
void arch_machine_off(void);
void arch_machine_reset(void);

/* A character on the kernel's console; waits for at most a bounded number of polls. */
void arch_machine_put(char character);

/* The architecture's half of boot.h's promise: what the firmware says of the machine. */
struct boot_machine;
void arch_boot_machine(struct boot_machine *machine);

/* The firmware starts the CPU, which sets its `started` on its own stack; false if it does not. */
bool arch_boot_start(struct cpu *cpu);

#include "arch_inline.h"

#endif
