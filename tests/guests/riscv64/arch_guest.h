/* SPDX-License-Identifier: Apache-2.0 */
/* What guests on riscv64 find where, and how they reach it: no state, nothing to link. */
#ifndef ARCH_GUEST_H
#define ARCH_GUEST_H

#include <stdint.h>

#define RAM 0x80000000ul
#define UART 0x10000000ul
#define CONTROLLER 0x0c000000ul
#define DISK 0x10001000ul
#define DEVICE 0x20000000ul  /* the first of tests/servers/, where a system has it */
#define NOWHERE 0x0b000000ul /* no memory, no device */

#define TICKS_PER_SECOND 10000000ul
/* As interrupt_told has them; lower numbers are lines of the PLIC. */
#define TIMER_INTERRUPT 0x105u
#define IPI(number) (0x200u + (uint32_t)(number))

/* sstatus, sie and sip. */
#define SSTATUS_SIE (1ul << 1)
#define SSTATUS_SPIE (1ul << 5)
#define SSTATUS_SPP (1ul << 8)
#define SSTATUS_FS (3ul << 13)
#define SSTATUS_FS_INITIAL (1ul << 13)
#define SOFTWARE (1ul << 1)
#define TIMER (1ul << 5)
#define EXTERNAL (1ul << 9)

/* For trap_at. */
#define STATE_SAME SSTATUS_SPP
#define STATE_USER 0ul

/* Causes of exceptions, which are what trapped() tells. */
#define CAUSE_FETCH 1ul
#define CAUSE_ILLEGAL 2ul
#define CAUSE_BREAKPOINT 3ul
#define CAUSE_LOAD 5ul
#define CAUSE_STORE 7ul
#define CAUSE_CALL 8ul
#define CAUSE_FETCH_PAGE 12ul
#define CAUSE_LOAD_PAGE 13ul
#define CAUSE_STORE_PAGE 15ul

/* Calls of the firmware, and what it answers. */
#define SBI_BASE 0x10ul
#define SBI_TIME 0x54494d45ul
#define SBI_IPI 0x735049ul
#define SBI_RFENCE 0x52464e43ul
#define SBI_HSM 0x48534dul
#define SBI_SRST 0x53525354ul
#define SBI_DBCN 0x4442434eul
#define HSM_START 0ul
#define HSM_STOP 1ul
#define HSM_STATUS 2ul
#define ANSWER_DONE 0ul
#define ANSWER_NOT_SUPPORTED -2ul
#define ANSWER_NOBODY -3ul
#define ANSWER_NO_MEMORY -5ul
#define ANSWER_ALREADY_ON -6ul
#define ANSWER_ON_PENDING ANSWER_ALREADY_ON
#define PROCESSOR_IS_ON 0ul
#define PROCESSOR_IS_OFF 1ul

#define TEXT_(name) #name
#define TEXT(name) TEXT_(name) /* of what `name` stands for */

#define REGISTER_READ(name)                                                                        \
	({                                                                                         \
		uint64_t value_ = 0x5eed;                                                          \
		__asm__ volatile("csrr %0, " TEXT(name) : "+r"(value_) : : "memory");              \
		value_;                                                                            \
	})
#define REGISTER_WRITE(name, value)                                                                \
	__asm__ volatile("csrw " TEXT(name) ", %0" : : "r"((uint64_t)(value)) : "memory")
#define REGISTER_SET(name, bits)                                                                   \
	__asm__ volatile("csrs " TEXT(name) ", %0" : : "r"((uint64_t)(bits)) : "memory")
#define REGISTER_CLEAR(name, bits)                                                                 \
	__asm__ volatile("csrc " TEXT(name) ", %0" : : "r"((uint64_t)(bits)) : "memory")

#define STIMECMP 0x14d /* Sstc; older assemblers have no name for it */

#define GUEST_ACCESS(bits, load, store)                                                            \
	static inline uint##bits##_t read##bits(uint64_t address)                                  \
	{                                                                                          \
		uint##bits##_t value;                                                              \
                                                                                                   \
		__asm__ volatile(load " %0, 0(%1)"                                                 \
				 : "=r"(value) : "r"(address) : "memory");                         \
		return value;                                                                      \
	}                                                                                          \
                                                                                                   \
	static inline void write##bits(uint64_t address, uint##bits##_t value)                     \
	{                                                                                          \
		__asm__ volatile(store " %0, 0(%1)"                                                \
				 : : "r"(value), "r"(address) : "memory");                         \
	}

GUEST_ACCESS(8, "lbu", "sb")
GUEST_ACCESS(16, "lhu", "sh")
GUEST_ACCESS(32, "lw", "sw")
GUEST_ACCESS(64, "ld", "sd")

/* What is stored before it is seen before what is stored after it, by other vCPUs and devices. */
static inline void fence_memory(void)
{
	__asm__ volatile("fence rw, rw" : : : "memory");
}

/* What is stored before it is there before a device's register is written, or an IPI sent. */
static inline void fence_device(void)
{
	__asm__ volatile("fence iorw, iorw" : : : "memory");
}

static inline void interrupts_allow(void)
{
	REGISTER_SET(sstatus, SSTATUS_SIE);
}

static inline void interrupts_mask(void)
{
	REGISTER_CLEAR(sstatus, SSTATUS_SIE);
}

/* Sleeps until an interrupt is pending, masked or not. */
static inline void wait_interrupt(void)
{
	__asm__ volatile("wfi" : : : "memory");
}

/* In a loop that waits for another vCPU. */
static inline void yield(void)
{
	__asm__ volatile(".4byte 0x0100000f" : : : "memory"); /* PAUSE */
}

/* start.S keeps it there: S-mode has no register that tells it. */
static inline uint64_t processor_number(void)
{
	uint64_t number;

	__asm__ volatile("mv %0, tp" : "=r"(number));
	return number;
}

static inline uint64_t counter(void)
{
	uint64_t value;

	__asm__ volatile("rdtime %0" : "=r"(value) : : "memory");
	return value;
}

/* The vCPU's own timer interrupts it when the counter has that value. */
static inline void timer_set(uint64_t deadline)
{
	REGISTER_WRITE(STIMECMP, deadline);
}

static inline void timer_off(void)
{
	REGISTER_WRITE(STIMECMP, ~0ul);
}

/* The calling vCPU's. */
static inline void timer_interrupt_enable(void)
{
	REGISTER_SET(sie, TIMER);
}

static inline void timer_interrupt_disable(void)
{
	REGISTER_CLEAR(sie, TIMER);
}

/* a0 and a1 after a call to the firmware. */
struct answer {
	uint64_t error, value;
};

static inline struct answer sbi(uint64_t extension, uint64_t function, uint64_t a0, uint64_t a1,
				uint64_t a2, uint64_t a3, uint64_t a4)
{
	register uint64_t r0 __asm__("a0") = a0;
	register uint64_t r1 __asm__("a1") = a1;
	register uint64_t r2 __asm__("a2") = a2;
	register uint64_t r3 __asm__("a3") = a3;
	register uint64_t r4 __asm__("a4") = a4;
	register uint64_t r6 __asm__("a6") = function;
	register uint64_t r7 __asm__("a7") = extension;

	__asm__ volatile("ecall"
			 : "+r"(r0), "+r"(r1)
			 : "r"(r2), "r"(r3), "r"(r4), "r"(r6), "r"(r7)
			 : "memory");
	return (struct answer){ r0, r1 };
}

static inline void firmware_system_off(void)
{
	sbi(SBI_SRST, 0, 0, 0, 0, 0, 0);
}

static inline void firmware_system_reset(void)
{
	sbi(SBI_SRST, 0, 1, 0, 0, 0, 0);
}

/* Another vCPU begins at `entry`; an ANSWER_. */
static inline uint64_t firmware_processor_on(uint64_t number, uint64_t entry, uint64_t context)
{
	return sbi(SBI_HSM, HSM_START, number, entry, context, 0, 0).error;
}

/* The vCPU that calls it; comes back only with an error. */
static inline void firmware_processor_off(void)
{
	sbi(SBI_HSM, HSM_STOP, 0, 0, 0, 0, 0);
}

/* PROCESSOR_IS_ON, _OFF, or an ANSWER_. */
static inline uint64_t firmware_processor_state(uint64_t number)
{
	struct answer answer = sbi(SBI_HSM, HSM_STATUS, number, 0, 0, 0, 0);

	return answer.error ? answer.error : answer.value;
}

/* The hypervisor's answer to "who are you". */
static inline uint64_t hypervisor_name(void)
{
	return sbi(SBI_BASE, 1, 0, 0, 0, 0, 0).value;
}

/* Something else that the VM manager answers: who made the processor. */
static inline void manager_ask(void)
{
	sbi(SBI_BASE, 4, 0, 0, 0, 0, 0);
}

/* Something that the interrupt controller answers. */
static inline void controller_read(void)
{
	(void)read32(CONTROLLER + 4);
}

/* A register of the guest's console that keeps what is written, without any effect. */
#define CONSOLE_KEEPS 0xfful
static inline void console_keep(uint64_t value)
{
	write8(UART + 7, (uint8_t)value);
}

static inline uint64_t console_kept(void)
{
	return read8(UART + 7);
}

#endif
