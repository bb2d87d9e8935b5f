/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's firmware: SBI 2.0 (RISC-V Supervisor Binary Interface), of which TIME and RFENCE are
 * the kernel's, IPI is the interrupt controller's and DBCN the console's. Those never come here,
 * but for functions that they do not have; what is unknown is answered with SBI_NOT_SUPPORTED.
 */
#include "ipc/riscv64.h"
#include "servers/vmm/vmm.h"

/* What a hypercall's words are: see ipc/riscv64.h. */
enum { WORD_EXTENSION, WORD_FUNCTION, WORD_A0, WORD_A1, WORD_A2 };

/* Functions of BASE; get_impl_id, number 1, is answered by the kernel. */
#define BASE_SPEC_VERSION 0
#define BASE_IMPL_VERSION 2
#define BASE_PROBE 3
#define BASE_MVENDORID 4
#define BASE_MARCHID 5
#define BASE_MIMPID 6

#define VERSION_2_0 (2u << 24)

#define HSM_START 0
#define HSM_STOP 1
#define HSM_STATUS 2
#define HSM_SUSPEND 3

#define HART_STARTED 0
#define HART_STOPPED 1

/* Suspend types: with registers kept, and without. */
#define SUSPEND_RETENTIVE 0u
#define SUSPEND_NON_RETENTIVE 0x80000000u

#define SRST_RESET 0
#define RESET_SHUTDOWN 0u
#define RESET_COLD 1u
#define RESET_WARM 2u
#define REASON_FAILURE 1u /* the last one; 0: none */

/* Harts start at any instruction; compressed ones lie at even addresses. */
#define INSTRUCTION_ALIGN 2

/* a0 and a1 as the guest finds them. */
struct result {
	int64_t error;
	uint64_t value;
};

static const struct result not_supported = { .error = SBI_NOT_SUPPORTED };
static const struct result bad_parameter = { .error = SBI_INVALID_PARAMETER };

static struct result value(uint64_t value)
{
	return (struct result){ .error = SBI_SUCCESS, .value = value };
}

/* The debug console is that of the VM's console, if there is one. */
static bool has_console(struct vm *vm)
{
	uint32_t index;

	if (vm_describe(vm) != STATUS_OK)
		return false;
	for (index = 0; index < vm->description.devices; index++)
		if (vm->description.device[index].kind != DEVICE_VIRTIO)
			return true;
	return false;
}

static bool has_extension(struct vm *vm, uint64_t extension)
{
	switch (extension) {
	case SBI_BASE:
	case SBI_TIME:
	case SBI_IPI:
	case SBI_RFENCE:
	case SBI_HSM:
	case SBI_SRST:
		return true;
	case SBI_DBCN:
		return has_console(vm);
	}
	return false;
}

static struct result base_call(struct vm *vm, const uint64_t words[8])
{
	switch (words[WORD_FUNCTION]) {
	case BASE_SPEC_VERSION:
		return value(VERSION_2_0);
	case BASE_PROBE:
		return value(has_extension(vm, words[WORD_A0]));
	case BASE_IMPL_VERSION:
	case BASE_MVENDORID:
	case BASE_MARCHID:
	case BASE_MIMPID:
		return value(0); /* legal for each: not told */
	}
	return not_supported;
}

static struct result hart_start(const struct vm *vm, struct vmm_state *state,
				const uint64_t words[8])
{
	switch (vm_vcpu_on(vm, state, words[WORD_A0], words[WORD_A1], INSTRUCTION_ALIGN,
			   words[WORD_A2])) {
	case STATUS_OK:
		return value(0);
	case STATUS_NOT_FOUND:
		return bad_parameter;
	case STATUS_BAD_ARGUMENT:
		return (struct result){ .error = SBI_INVALID_ADDRESS };
	case STATUS_BUSY:
		return (struct result){ .error = SBI_ALREADY_AVAILABLE };
	}
	return (struct result){ .error = SBI_FAILED };
}

/* The calling vCPU is stopped before the answer, and never sees it. */
static struct result hart_stop(struct vmm_state *state, uint32_t index)
{
	vm_vcpu_off(state, index);
	return value(0);
}

static struct result hart_status(const struct vm *vm, const struct vmm_state *state, uint64_t hart)
{
	if (hart >= vm->vcpus)
		return bad_parameter;
	return value(vcpu_is_on(state, (uint32_t)hart) ? HART_STARTED : HART_STOPPED);
}

/* A hart may come out of a suspension at any time, so also at once. */
static struct result hart_suspend(uint32_t type)
{
	if (type == SUSPEND_RETENTIVE)
		return value(0);
	return type == SUSPEND_NON_RETENTIVE ? not_supported : bad_parameter;
}

static struct result hsm_call(const struct vm *vm, struct vmm_state *state, uint32_t index,
			      const uint64_t words[8])
{
	switch (words[WORD_FUNCTION]) {
	case HSM_START:
		return hart_start(vm, state, words);
	case HSM_STOP:
		return hart_stop(state, index);
	case HSM_STATUS:
		return hart_status(vm, state, words[WORD_A0]);
	case HSM_SUSPEND:
		return hart_suspend((uint32_t)words[WORD_A0]);
	}
	return not_supported;
}

/* Both arguments are 32 bits wide. */
static struct result system_reset(const struct vm *vm, struct vmm_state *state, uint32_t type,
				  uint32_t reason)
{
	if (type > RESET_WARM || reason > REASON_FAILURE)
		return bad_parameter;
	vm_stop(vm, state,
		type == RESET_SHUTDOWN ? VMM_CONDITION_TURNING_OFF : VMM_CONDITION_RESETTING);
	return value(0);
}

static struct result answer(struct vm *vm, struct vmm_state *state, uint32_t index,
			    const uint64_t words[8])
{
	switch (words[WORD_EXTENSION]) {
	case SBI_BASE:
		return base_call(vm, words);
	case SBI_HSM:
		return hsm_call(vm, state, index, words);
	case SBI_SRST:
		if (words[WORD_FUNCTION] == SRST_RESET)
			return system_reset(vm, state, (uint32_t)words[WORD_A0],
					    (uint32_t)words[WORD_A1]);
	}
	return not_supported;
}

void firmware_call(struct vm *vm, struct vmm_state *state, uint32_t index, uint64_t words[8])
{
	struct result result = answer(vm, state, index, words);

	words[0] = (uint64_t)result.error;
	words[1] = result.value;
}
