/* SPDX-License-Identifier: Apache-2.0 */
/* The machine around the CPU: the firmware (SBI 1.0), timer, console for the kernel's few words. */
#include "arch/riscv64/hardware.h"
#include "kernel/say.h"

#define LEGACY_PUT 1 /* the extension, until there is a debug console */
#define IPI_SEND 0
#define SRST_RESET 0
#define SRST_SHUTDOWN 0
#define SRST_COLD_REBOOT 1

uint64_t clock_frequency;

int64_t firmware_call(uint64_t extension, uint64_t function, const uint64_t arguments[5])
{
	register uint64_t a0 __asm__("a0") = arguments[0];
	register uint64_t a1 __asm__("a1") = arguments[1];
	register uint64_t a2 __asm__("a2") = arguments[2];
	register uint64_t a3 __asm__("a3") = arguments[3];
	register uint64_t a4 __asm__("a4") = arguments[4];
	register uint64_t a6 __asm__("a6") = function;
	register uint64_t a7 __asm__("a7") = extension;

	__asm__ volatile("ecall"
			 : "+r"(a0), "+r"(a1)
			 : "r"(a2), "r"(a3), "r"(a4), "r"(a6), "r"(a7)
			 : "memory");
	return (int64_t)a0;
}

/* Nothing was written down that the other CPUs are to see later than this. */
void arch_cpus_interrupt(uint32_t mask)
{
	uint64_t arguments[5] = { 0 };

	for (; mask; mask &= mask - 1)
		arguments[0] |= hart_bit(&cpus[__builtin_ctz(mask)]);
	arguments[1] = hart_base(arguments[0]);
	BARRIER_ALL();
	firmware_call(SBI_IPI, IPI_SEND, arguments);
}

void arch_machine_off(void)
{
	const uint64_t arguments[5] = { SRST_SHUTDOWN };

	firmware_call(SBI_SRST, SRST_RESET, arguments);
}

void arch_machine_reset(void)
{
	const uint64_t arguments[5] = { SRST_COLD_REBOOT };

	firmware_call(SBI_SRST, SRST_RESET, arguments);
}

/* The firmware waits for its UART, as long as one character takes. */
void arch_machine_put(char character)
{
	const uint64_t arguments[5] = { (uint8_t)character };

	firmware_call(LEGACY_PUT, 0, arguments);
}

void arch_timer_set(uint64_t deadline)
{
	REGISTER_WRITE(CSR_STIMECMP, deadline);
}

static void wait(void)
{
	__asm__ volatile("fence\n\twfi" : : : "memory");
}

/* A guest's own interrupts, which it cannot take now, do not end the wait. */
void arch_idle(void)
{
	uint64_t enabled = REGISTER_READ(CSR_HIE);
	struct cpu *cpu = cpu_this();

	REGISTER_WRITE(CSR_HIE, 0);
	/* Pairs with sleeps: whatever this CPU did in tables' reach is done. */
	__atomic_store_n(&cpu->arch.sleeps, true, __ATOMIC_RELEASE);
	wait();
	fence_awake(cpu);
	REGISTER_WRITE(CSR_HIE, enabled);
}

void arch_say_exception(void)
{
	say_number(" scause=", REGISTER_READ(CSR_SCAUSE));
	say_number(" sepc=", REGISTER_READ(CSR_SEPC));
	say_number(" stval=", REGISTER_READ(CSR_STVAL));
}
