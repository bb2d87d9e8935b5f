/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls. No call takes a pointer: everything travels in registers, so the kernel never
 * reads a task's memory. Handles are slot numbers of the caller's own table, 1 to HANDLE_COUNT - 1.
 *
 * Every call returns a status_t. Checks come before any write: a call that fails changed nothing
 * (STATUS_AGAIN says how far it came).
 */
#ifndef IPC_SYSCALL_H
#define IPC_SYSCALL_H

#include <stdint.h>

typedef uint32_t handle_t;

#define HANDLE_NONE 0
#define HANDLE_COUNT 256

enum syscall {
	SYSCALL_REPLY_WAIT, /* answer the message in hand, if any; wait for the next one */
	SYSCALL_CALL,       /* endpoint: send, wait for the reply */
	SYSCALL_SIGNAL,     /* endpoint: set the bits of the handle's badge */

	SYSCALL_CREATE_POOL,     /* pool, slot, size */
	SYSCALL_CREATE_MEMORY,   /* pool, slot, size, alignment */
	SYSCALL_CREATE_ENDPOINT, /* pool, slot */
	SYSCALL_CREATE_TASK,     /* pool, slot; the pool pays for its page tables too */
	SYSCALL_CREATE_THREAD,   /* pool, slot, task, priority, fault endpoint, fault badge */
	SYSCALL_CREATE_VM,       /* pool, slot, fault endpoint, fault badge */
	SYSCALL_CREATE_VCPU,     /* pool, slot, vm, index, interrupt page, priority */
	SYSCALL_CREATE_DEVICE,   /* machine, slot, pool, base, size: memory of device registers */
	SYSCALL_CREATE_IRQ,      /* machine, slot, pool, number, endpoint, signal bits */
	SYSCALL_CREATE_WINDOW,   /* pool, slot, memory to manage, offset, size: a part of it */

	SYSCALL_GRANT,   /* task, slot there, own handle, rights, badge */
	SYSCALL_CLOSE,   /* own handle */
	SYSCALL_DESTROY, /* own handle: the object itself ends, on all CPUs, before this returns */

	SYSCALL_MAP,   /* task or vm, memory, address, offset, size, access */
	SYSCALL_UNMAP, /* task or vm, address, size */

	SYSCALL_THREAD_START, /* thread, entry, stack, argument, second argument */
	SYSCALL_THREAD_STOP,  /* thread; not the supervisor's */
	SYSCALL_THREAD_GET,   /* thread, register -> value */
	SYSCALL_EXIT,         /* code: the caller ends, as by a fault of that address */
	SYSCALL_SCHEDULE,     /* machine, own or stopped thread or vcpu, CPUs, budget, period */

	SYSCALL_ROUTE,      /* vm, kind, first, last, endpoint, badge | flags << 32 */
	SYSCALL_VCPU_GET,   /* vcpu, register -> value */
	SYSCALL_VCPU_SET,   /* vcpu, register, value */
	SYSCALL_VCPU_START, /* vcpu */
	SYSCALL_VCPU_STOP,  /* vcpu */
	SYSCALL_VCPU_HOLD,  /* vcpu, 1: no guest instruction from now on; 0: it goes on there */
	SYSCALL_VCPU_KICK,  /* vcpu: look at your interrupts before you run on */

	SYSCALL_IRQ_DONE,     /* irq: may fire again */
	SYSCALL_TIMER,        /* endpoint, deadline in ticks or TIMER_OFF, signal bits */
	SYSCALL_CLOCK,        /* -> ticks now, ticks a second */
	SYSCALL_OBJECT_INFO,  /* own handle -> type, size or free bytes, address (RIGHT_DMA) */
	SYSCALL_MACHINE,      /* machine, operation, argument */
	SYSCALL_COUNT,
};

/* For SYSCALL_THREAD_GET, beside the architecture's registers: what the thread is about. */
enum thread_register {
	THREAD_GET_STATE = 256, /* enum thread_is */
	THREAD_GET_LABEL,       /* of the message in its hand; all three are 0 without one */
	THREAD_GET_BADGE,
	THREAD_GET_SEQUENCE,
	THREAD_GET_CALLS, /* how often its system calls have waited for all other CPUs */
};

enum thread_is {
	THREAD_IS_STOPPED,
	THREAD_IS_READY,   /* it would run if it had a CPU or a budget */
	THREAD_IS_WAITING, /* for a message */
	THREAD_IS_CALLING, /* its message is in another one's queue or hand */
	THREAD_IS_FAULTED, /* whether its report has been heard or not */
	THREAD_IS_RUNNING, /* it has a CPU, or had it until who asks took it */
};

/* The syndrome in the report of a thread that made SYSCALL_EXIT: no architecture has it. */
#define FAULT_EXIT UINT64_MAX

/* What a handle allows. A grant passes on a subset. */
enum rights {
	RIGHT_READ = 1 << 0,    /* memory: map readable */
	RIGHT_WRITE = 1 << 1,   /* memory: map writable */
	RIGHT_EXECUTE = 1 << 2, /* memory: map executable (never together with writable) */
	RIGHT_DMA = 1 << 3,     /* memory: learn the physical address */
	RIGHT_CALL = 1 << 4,    /* endpoint: call */
	RIGHT_SIGNAL = 1 << 5,  /* endpoint: signal */
	RIGHT_RECEIVE = 1 << 6, /* endpoint: wait, set its timer */
	RIGHT_MANAGE = 1 << 7,  /* task, thread, vm, vcpu, pool, irq, machine: what changes it */
	RIGHT_KICK = 1 << 8,    /* vcpu: kick */
	RIGHT_GRANT = 1 << 9,   /* pass the handle on; a fresh badge only where the handle's is 0 */
	RIGHTS_ALL = (1 << 10) - 1,
};

enum object_type {
	OBJECT_NONE,
	OBJECT_POOL,
	OBJECT_MEMORY,
	OBJECT_ENDPOINT,
	OBJECT_TASK,
	OBJECT_THREAD,
	OBJECT_VM,
	OBJECT_VCPU,
	OBJECT_IRQ,
	OBJECT_MACHINE,
};

enum map_access {
	MAP_READ = 1,
	MAP_WRITE = 2,   /* with MAP_READ */
	MAP_EXECUTE = 4, /* with MAP_READ, in a VM also with MAP_WRITE */
};

/* The most leaf entries one SYSCALL_MAP or SYSCALL_UNMAP visits before it says STATUS_AGAIN. */
#define MAP_BATCH 16

enum exit_kind {
	EXIT_MMIO,      /* first..last: guest-physical addresses */
	EXIT_SYSREG,    /* first..last: register numbers, see ipc/<arch>.h */
	EXIT_HYPERCALL, /* first..last: function numbers */
	EXIT_INTERRUPT, /* 0..0: the interrupt controller of the VM */
	EXIT_KINDS,
};

/* The most routes a VM has. */
#define ROUTE_COUNT 64

/* Route flag: the server sees and changes the vCPU's interrupt page while it holds the exit. */
#define ROUTE_INTERRUPTS 1u

#define TIMER_OFF UINT64_MAX
#define PRIORITY_COUNT 32 /* 0 is the lowest */

enum machine_operation {
	MACHINE_OFF,   /* power off; argument ignored */
	MACHINE_RESET, /* start again from the firmware */
	MACHINE_PUT,   /* argument: up to 8 bytes for the kernel's console, lowest first, 0 ends */
};

/* Slots of the first task, the supervisor, filled by the kernel at boot. */
enum supervisor_slot {
	SLOT_SELF_TASK = 1,
	SLOT_SELF_THREAD = 2,
	SLOT_ROOT_POOL = 3, /* all free memory */
	SLOT_BUNDLE = 4,    /* memory: the boot bundle, read and execute */
	SLOT_MACHINE = 5,
	SLOT_FIRMWARE = 6, /* memory: the firmware's device tree, read only */
	SLOT_FREE = 8,
};

#endif
