/* SPDX-License-Identifier: Apache-2.0 */
/* What guests on aarch64 find where, and how they reach it: no state, nothing to link. */
#ifndef ARCH_GUEST_H
#define ARCH_GUEST_H

#include <stdint.h>

#define RAM 0x40000000ul
#define UART 0x09000000ul
#define DISTRIBUTOR 0x08000000ul
#define REDISTRIBUTOR 0x080a0000ul
#define DISK 0x0a000000ul
#define DEVICE 0x0c000000ul  /* the first of tests/servers/, where a system has it */
#define NOWHERE 0x0b000000ul /* no memory, no device */

#define TICKS_PER_SECOND 62500000ul
#define TIMER_INTERRUPT 27u
#define IPI(number) (number) /* as interrupt_told has it */

/* For trap_at. */
#define EL1H_MASKED 0x3c5ul
#define EL0_MASKED 0x3c0ul
#define STATE_SAME EL1H_MASKED
#define STATE_USER EL0_MASKED

/* Calls of the firmware, and what it answers. */
#define PSCI_VERSION 0x84000000ul
#define PSCI_CPU_OFF 0x84000002ul
#define PSCI_CPU_ON_32 0x84000003ul
#define PSCI_CPU_ON 0xc4000003ul
#define PSCI_AFFINITY_INFO 0xc4000004ul
#define PSCI_SYSTEM_OFF 0x84000008ul
#define PSCI_SYSTEM_RESET 0x84000009ul
#define ANSWER_DONE 0ul
#define ANSWER_NOT_SUPPORTED -1ul
#define ANSWER_NOBODY -2ul
#define ANSWER_ALREADY_ON -4ul
#define ANSWER_ON_PENDING -5ul
#define ANSWER_NO_MEMORY -9ul
#define PROCESSOR_IS_ON 0ul
#define PROCESSOR_IS_OFF 1ul

#define TEXT_(name) #name
#define TEXT(name) TEXT_(name) /* of what `name` stands for */

#define REGISTER_READ(name)                                                                        \
	({                                                                                         \
		uint64_t value_ = 0x5eed;                                                          \
		__asm__ volatile("isb\n\tmrs %0, " TEXT(name) : "+r"(value_) : : "memory");        \
		value_;                                                                            \
	})
#define REGISTER_WRITE(name, value)                                                                \
	__asm__ volatile("msr " TEXT(name) ", %0\n\tisb" : : "r"((uint64_t)(value)) : "memory")

/* Accesses with a syndrome: the compiler must not choose a form without one. */
#define GUEST_ACCESS(bits, load, store, form)                                                      \
	static inline uint##bits##_t read##bits(uint64_t address)                                  \
	{                                                                                          \
		uint##bits##_t value;                                                              \
                                                                                                   \
		__asm__ volatile(load " %" form "0, [%1]"                                          \
				 : "=r"(value) : "r"(address) : "memory");                         \
		return value;                                                                      \
	}                                                                                          \
                                                                                                   \
	static inline void write##bits(uint64_t address, uint##bits##_t value)                     \
	{                                                                                          \
		__asm__ volatile(store " %" form "0, [%1]"                                         \
				 : : "r"(value), "r"(address) : "memory");                         \
	}

GUEST_ACCESS(8, "ldrb", "strb", "w")
GUEST_ACCESS(16, "ldrh", "strh", "w")
GUEST_ACCESS(32, "ldr", "str", "w")
GUEST_ACCESS(64, "ldr", "str", "x")

/* What is stored before it is seen before what is stored after it, by other vCPUs and devices. */
static inline void fence_memory(void)
{
	__asm__ volatile("dmb ish" : : : "memory");
}

/* What is stored before it is there before a device's register is written, or an IPI sent. */
static inline void fence_device(void)
{
	__asm__ volatile("dsb ish" : : : "memory");
}

static inline void interrupts_allow(void)
{
	__asm__ volatile("msr daifclr, #2\n\tisb" : : : "memory");
}

static inline void interrupts_mask(void)
{
	__asm__ volatile("msr daifset, #2\n\tisb" : : : "memory");
}

/* Sleeps until an interrupt is pending, masked or not. */
static inline void wait_interrupt(void)
{
	__asm__ volatile("wfi" : : : "memory");
}

/* In a loop that waits for another vCPU. */
static inline void yield(void)
{
	__asm__ volatile("yield" : : : "memory");
}

static inline uint64_t processor_number(void)
{
	return REGISTER_READ(mpidr_el1) & 0xff;
}

static inline uint64_t counter(void)
{
	return REGISTER_READ(cntvct_el0);
}

/* The vCPU's own timer interrupts it when the counter has that value. */
static inline void timer_set(uint64_t deadline)
{
	REGISTER_WRITE(cntv_cval_el0, deadline);
	REGISTER_WRITE(cntv_ctl_el0, 1);
}

static inline void timer_off(void)
{
	REGISTER_WRITE(cntv_ctl_el0, 0);
}

/* vCPU 0's, at its interrupt controller. */
static inline void timer_interrupt_enable(void)
{
	write32(REDISTRIBUTOR + 0x10100, 1u << TIMER_INTERRUPT);
}

static inline void timer_interrupt_disable(void)
{
	write32(REDISTRIBUTOR + 0x10180, 1u << TIMER_INTERRUPT);
}

/* x0 to x3 after a call to the firmware. */
struct answer {
	uint64_t x[4];
};

static inline struct answer firmware(uint64_t x0, uint64_t x1, uint64_t x2, uint64_t x3)
{
	register uint64_t r0 __asm__("x0") = x0;
	register uint64_t r1 __asm__("x1") = x1;
	register uint64_t r2 __asm__("x2") = x2;
	register uint64_t r3 __asm__("x3") = x3;

	__asm__ volatile("hvc #0" : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3) : : "memory");
	return (struct answer){ { r0, r1, r2, r3 } };
}

static inline void firmware_system_off(void)
{
	firmware(PSCI_SYSTEM_OFF, 0, 0, 0);
}

static inline void firmware_system_reset(void)
{
	firmware(PSCI_SYSTEM_RESET, 0, 0, 0);
}

/* Another vCPU begins at `entry`; an ANSWER_. */
static inline uint64_t firmware_processor_on(uint64_t number, uint64_t entry, uint64_t context)
{
	return firmware(PSCI_CPU_ON, number, entry, context).x[0];
}

/* The vCPU that calls it; comes back only with an error. */
static inline void firmware_processor_off(void)
{
	firmware(PSCI_CPU_OFF, 0, 0, 0);
}

/* PROCESSOR_IS_ON, _OFF, or an ANSWER_. */
static inline uint64_t firmware_processor_state(uint64_t number)
{
	return firmware(PSCI_AFFINITY_INFO, number, 0, 0).x[0];
}

/* The hypervisor's answer to "who are you". */
static inline uint64_t hypervisor_name(void)
{
	return firmware(0x8600ff01, 0, 0, 0).x[0];
}

/* Something else that the VM manager answers: a register. */
static inline void manager_ask(void)
{
	(void)REGISTER_READ(id_aa64pfr0_el1);
}

/* Something that the interrupt controller answers. */
static inline void controller_read(void)
{
	(void)read32(DISTRIBUTOR);
}

/* A register of the guest's console that keeps what is written, without any effect. */
#define CONSOLE_KEEPS 0xfffful
static inline void console_keep(uint64_t value)
{
	write32(UART + 0x24, (uint32_t)value);
}

static inline uint64_t console_kept(void)
{
	return read32(UART + 0x24);
}

#endif
